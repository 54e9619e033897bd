import CgroupV2
import Configuration
import ControlSocket
import Glibc
import LinuxSystem
import NameResolution
import ResourceModel

// One libFuzzer target over everything that reads what rmrun did not write: kernel files, YAML, words on a command line.
// The parser is chosen by RMRUN_FUZZ_PARSER. A parser may refuse any input; it may never trap, hang or eat memory.

private let parsers: [String: @Sendable ([UInt8]) -> Void] = [
  "mountinfo": { _ = MountInfo.parse($0) },
  "cgroup": { _ = OwnGroup(parsing: $0) },
  "stat": { _ = ProcessStat(bytes: $0) },
  "io": { _ = ProcessStorage(bytes: $0) },
  "cpu.stat": { _ = try? CPUStat(parsing: $0) },
  "io.stat": { _ = try? IOStat(parsing: $0) },
  "memory.stat": { _ = try? MemoryStat(parsing: $0) },
  "memory.events": { _ = try? MemoryEvents(parsing: $0) },
  "cgroup.events": { _ = try? GroupEvents(parsing: $0) },
  "cgroup.procs": { _ = try? ProcessList(parsing: $0) },
  "pressure": { _ = try? PressureTotals(parsing: $0) },
  "tag": { _ = try? JobTag(parsing: $0) },
  "passwd": { _ = UserAccount.parse($0) },
  "rating": { _ = Rater.parse(String(decoding: $0, as: UTF8.self))?.rater.total },
  "request": { _ = try? ControlLine.request($0) },
  "reply": { _ = try? ControlLine.reply($0) },
  "account": { _ = try? AccountPath(parsing: String(decoding: $0, as: UTF8.self)) },
  "profile": { _ = ProfileFile.parse($0, file: "fuzz.yaml") },
  "rules": { _ = CallPolicyFile.parse($0, file: "fuzz.yaml") { $0.utf8.count < 20 } },
  "condition": { _ = try? ArgumentCondition(parsing: String(decoding: $0, as: UTF8.self)) },
  "group": { _ = GroupAccount.parse($0) },
  "prices": { _ = PriceBookFile.parse($0, file: "fuzz.yaml") },
  "dns": { bytes in
    guard let message = try? Message(decoding: bytes) else { return }
    // Only what the pointers in it made shorter can be too long to be written.
    if let again = try? message.encoded() {
      precondition(
        (try? Message(decoding: again)) == message, "a message is read as another than it was written")
    }
    precondition(message.encoded(limit: 512).count <= 512)
    let rules = try? DestinationRules(parsing: "*.com,*.example.org:443,localhost,10.0.0.0/8")
    guard let rules, let question = message.question else { return }
    _ = QueryDecision(message, rules)
    if case .pass(_, _, let addresses) = AnswerDecision(message, to: question, rules) {
      precondition(addresses.allSatisfy { !$0.address.isPrivate })
    }
    _ = question.name.description
  },
  "resolv.conf": { _ = Upstreams(parsing: $0) { _ in 1 } },
  "destinations": { bytes in
    guard let rules = try? DestinationRules(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
    precondition((try? DestinationRules(parsing: rules.description)) == rules)
  },
  "settings": { bytes in
    var limits = JobLimits()
    let text = String(decoding: bytes, as: UTF8.self)
    for setting in Setting.all { try? setting.apply(text, &limits) }
    _ = try? JobPlan(
      JobSpec(command: ["true"], limits: limits),
      on: HostFacts(
        cpus: 4, memory: ByteCount(bytes: 1 << 34), tick: .milliseconds(4), wakeLatency: .milliseconds(4)))
  },
]

private let name = getenv("RMRUN_FUZZ_PARSER").map { String(cString: $0) } ?? ""
private let chosen = parsers[name]

/// libFuzzer's name for the function that it calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen?(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// `argv`.
public typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<Arguments>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager gives an executable's entry point this name, and makes it `main` instead of libFuzzer's own.
@_cdecl("fuzz_main")
public func fuzzMain(_ count: CInt, _ arguments: Arguments) -> CInt {
  guard chosen != nil else {
    print(parsers.keys.sorted().joined(separator: "\n"))
    return name == "list" ? 0 : 2
  }
  var count = count
  var arguments = arguments
  return runFuzzer(&count, &arguments) { fuzzOne($0, $1) }
}
