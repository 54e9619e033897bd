import Reporting
import ResourceModel
import Testing

@Suite("A job's history of use")
struct UsageHistoryTextTests {
  private let readings = [
    UsageReading(
      time: WallTime(seconds: 1_795_600_800), used: Credits(microcredits: 500_000),
      quantities: [.cpu: 480_000, .memory: 3 << 30]),
    UsageReading(
      time: WallTime(seconds: 1_795_600_810), used: .max,
      quantities: [.cpu: 10_480_000, .memory: .max, .storageWritten: 4096]),
  ]

  @Test func hasAColumnForEachMeterThatWasRead() {
    #expect(
      UsageHistoryText.text(readings) == """
        time                                   credits     cpu       memory  storage.written
        2026-11-25T10:00:00.000Z                   0.5   480ms      3 GiB·s                -
        2026-11-25T10:00:10.000Z  9223372036854.775807  10.48s  16384 PiB·s            4 KiB

        """)
    #expect(UsageHistoryText.text([]) == "no reading of it has been booked\n")
  }

  @Test func isExactAsJSON() {
    let text = UsageReading.jsonText(of: readings, job: "k3x9")
    #expect(text.contains("\"schema\": \"rmrun.usage/1\""))
    #expect(text.contains("\"used\": \"9223372036854.775807\""))
    #expect(text.contains("\"cpu\": 0.48"))
    #expect(text.contains("\"memory\": 18446744073709551615"))
    #expect(text.contains("\"storage.written\": null"))
  }
}
