import ResourceModel
import Testing

@testable import CgroupV2

@Suite("A job group's tag")
struct JobTagTests {
  let tag = JobTag(job: "7f3a", boot: "0b3e6f5e-7c1d", supervisor: 4711, supervisorStart: 8_812_345)

  @Test("what is written is read back")
  func roundTrip() throws {
    #expect(String(decoding: tag.bytes, as: UTF8.self) == "1 7f3a 0b3e6f5e-7c1d 4711 8812345")
    #expect(try JobTag(parsing: tag.bytes) == tag)
  }

  @Test(
    "anything else is refused",
    arguments: [
      "", "1", "2 a b 1 2", "1 a b 1", "1 a b 0 2", "1 a b -1 2", "1 a/b c 1 2", "1  b 1 2", "1 a b 1 2 3",
      "1 a b 99999999999 2", "1 a b 1 x",
    ])
  func malformed(text: String) {
    #expect(throws: ValueError.self) { try JobTag(parsing: Array(text.utf8)) }
  }

  @Test("a job's id can't lead elsewhere")
  func ids() {
    #expect(JobTag.isValid(job: "a-1_b.c"))
    #expect(!JobTag.isValid(job: "a/b") && !JobTag.isValid(job: "") && !JobTag.isValid(job: "a b"))
    #expect(!JobTag.isValid(job: String(repeating: "a", count: 129)))
  }
}
