import LinuxSystem
import ResourceModel

/// A job's memory where no memory controller counts it: resident sets summed for the limit, proportional sets for the bill.
///
/// Summed resident sets count shared pages once per process, so they are at least what the job holds: right for a
/// limit, unfair for a bill. Proportional sets are fair but cost 8 ms of kernel time a GiB (`smaps_rollup` walks the page
/// tables), so they are read rarely, and their ratio to the resident sets is applied in between; until it is first known
/// resident sets are billed. They are read aside, as a process can make that take as long as it likes.
struct ResidentMemory {
  /// Between two readings of proportional sets: 5 s a GiB keeps their cost under 0.2 % of a core.
  private static let patiencePerGiB: Duration = .seconds(5)
  private static let shortestPatience: Duration = .milliseconds(250)
  /// Proportional ÷ resident, in 65,536ths, when it was last read.
  private var ratio: UInt64 = 1 << 16
  private var ratioOf: (at: Instant, resident: UInt64, processes: Int)?
  private let reader = ProportionalSets()
  /// The resident sets of the processes that the reader was asked for.
  private var asked: [(pid: Int32, resident: UInt64)]?

  /// Samples the processes. One that has ended meanwhile holds nothing.
  mutating func sample(_ processes: [Int32], at now: Instant) -> (resident: UInt64, proportional: UInt64) {
    let sets = processes.map { (pid: $0, resident: (try? ProcessFiles.residentBytes(pid: $0)) ?? 0) }
    let resident = sets.reduce(UInt64(0)) { $0 &+ $1.resident }
    takeRatio()
    if processes.count <= 1 {
      (ratio, ratioOf, asked) = (1 << 16, nil, nil)
    } else if wantsRatio(resident, processes.count, at: now), reader.ask(processes) {
      (asked, ratioOf) = (sets, (now, resident, processes.count))
    }
    return (resident, UInt64((UInt128(resident) * UInt128(ratio)) >> 16))
  }

  /// A process that may not be looked into (it is another user's, or just between fork and exec) counts in full.
  private mutating func takeRatio() {
    guard let answer = reader.takeAnswer(), let sets = asked else { return }
    asked = nil
    let resident = sets.reduce(UInt64(0)) { $0 &+ $1.resident }
    let proportional = sets.reduce(UInt64(0)) { sum, set in
      let bytes = answer[set.pid] ?? 0
      return sum &+ (bytes > 0 ? min(bytes, set.resident) : set.resident)
    }
    ratio = resident > 0 ? min(1 << 16, UInt64((UInt128(proportional) << 16) / UInt128(resident))) : 1 << 16
  }

  /// A lone process shares with nobody in the job. Else the ratio is read anew once the processes are others or memory has
  /// moved by an eighth, as often as its cost allows.
  private func wantsRatio(_ resident: UInt64, _ processes: Int, at now: Instant) -> Bool {
    guard let last = ratioOf else { return true }
    let patience = Self.patiencePerGiB * Double(resident) / Double(1 << 30)
    guard now.since(last.at) >= max(Self.shortestPatience, patience) else { return false }
    let moved = resident > last.resident ? resident - last.resident : last.resident - resident
    return moved > last.resident / 8 || processes != last.processes
  }
}
