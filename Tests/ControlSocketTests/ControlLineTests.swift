import ControlSocket
import ResourceModel
import Testing

/// Requests and replies as lines of JSON.
struct ControlLineTests {
  static let job = RunningJob(
    id: "k3x9",
    progress: JobProgress(
      name: "make\n\u{1b}[2J", elapsed: .milliseconds(1500), used: Credits(microcredits: 1_234_567),
      budget: .atMost(Credits(microcredits: 5_000_000)), rate: Credits(microcredits: 900_000),
      forecast: ExhaustionForecast(earliest: .seconds(3), expected: .seconds(4), latest: nil),
      cpuTime: .microseconds(7), cpusBusy: CPUCount(thousandths: 1500), memory: ByteCount(bytes: 1 << 40)),
    account: try? AccountPath(parsing: "acme/research"), command: ["make", "-j", "\"2\""], pid: 7,
    supervisor: 6, startedAt: WallTime(seconds: 1_800_000_000, nanoseconds: 5), state: .running,
    group: "/sys/fs/cgroup/rmrun/job-k3x9", limits: ["memory.max": "2G"])

  @Test(arguments: [
    ControlRequest.list, .grant(job: "k3x9", Credits(microcredits: 1), key: nil),
    .grant(job: "k3x9", .max, key: "once"), .resize(job: "k3x9", ["io.max.rbps": "/a=1M\n/b=2M"]),
    .stop(job: "k3x9"), .kill(job: "k3x9"), .freeze(job: "k3x9"), .thaw(job: "k3x9"), .wait(job: "k3x9"),
  ])
  func aRequestIsReadBack(_ request: ControlRequest) throws {
    let line = ControlLine.line(request)
    #expect(line.last == UInt8(ascii: "\n"))
    #expect(line.dropLast().allSatisfy { $0 != UInt8(ascii: "\n") })
    #expect(try ControlLine.request(Array(line.dropLast())) == request)
  }

  @Test(arguments: [
    ControlReply.jobs([]), .jobs([job, job]), .done(job), .ended(exitStatus: 137),
    .failure(ControlFailure(.refused, "no\nnever")),
  ])
  func aReplyIsReadBack(_ reply: ControlReply) throws {
    let line = ControlLine.line(reply)
    #expect(line.dropLast().allSatisfy { $0 != UInt8(ascii: "\n") })
    #expect(try ControlLine.reply(Array(line.dropLast())) == reply)
  }

  @Test func aJobOfWhichLittleIsKnownIsReadBack() throws {
    var bare = Self.job
    bare.progress = JobProgress(name: "x", elapsed: .zero, used: .zero, budget: .unlimited)
    bare.account = nil
    bare.group = nil
    bare.limits = [:]
    let line = ControlLine.line(.done(bare))
    #expect(try ControlLine.reply(Array(line.dropLast())) == .done(bare))
  }

  @Test func aCommandLineWithoutEndIsCut() throws {
    var long = Self.job
    long.command = ["sh", "-c", String(repeating: "é", count: 1 << 20), "more"]
    let line = ControlLine.line(.done(long))
    #expect(line.count < 8192)
    guard case .done(let read) = try ControlLine.reply(Array(line.dropLast())) else {
      Issue.record("no job")
      return
    }
    #expect(read.command.prefix(2) == ["sh", "-c"])
    #expect(read.command.last?.hasSuffix("…") == true)
  }

  @Test(arguments: [
    ("", ControlFailure.Code.badRequest), ("x", .badRequest), ("{}", .badRequest), ("[]", .badRequest),
    (#"{"version":1}"#, .badRequest), (#"{"version":1,"verb":"dance","job":"a"}"#, .badRequest),
    (#"{"version":1,"verb":"stop"}"#, .badRequest), (#"{"version":1,"verb":"grant","job":"a"}"#, .badRequest),
    (#"{"version":1,"verb":"grant","job":"a","microcredits":-5}"#, .badRequest),
    (#"{"version":1,"verb":"grant","job":"a","microcredits":0}"#, .badRequest),
    (#"{"version":1,"verb":"grant","job":"a","microcredits":9223372036854775808}"#, .badRequest),
    (#"{"version":1,"verb":"grant","job":"a","microcredits":"5"}"#, .badRequest),
    (#"{"version":1,"verb":"resize","job":"a","limits":{}}"#, .badRequest),
    (#"{"version":2,"verb":"stop","job":"a"}"#, .version),
    (String(repeating: "[", count: 60_000), .badRequest),
  ])
  func aRequestThatMakesNoSenseIsRefused(_ line: String, _ code: ControlFailure.Code) {
    #expect { try ControlLine.request(Array(line.utf8)) } throws: { ($0 as? ControlFailure)?.code == code }
  }

  @Test func bytesThatAreNoTextAreRefused() {
    #expect(throws: ControlFailure.self) { try ControlLine.request([0xff, 0xfe, 0x00]) }
    #expect(throws: ControlFailure.self) { try ControlLine.reply([0xff, 0xfe, 0x00]) }
  }

  @Test(arguments: [
    "{}", #"{"version":1}"#, #"{"version":1,"jobs":[{}]}"#, #"{"version":1,"exitStatus":9999999999}"#,
  ])
  func aReplyThatMakesNoSenseIsRefused(_ line: String) {
    #expect(throws: ControlFailure.self) { try ControlLine.reply(Array(line.utf8)) }
  }
}
