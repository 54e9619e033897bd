import LinuxSystem
import ResourceModel

/// A job's memory where no memory controller counts it: resident sets summed for the limit, proportional sets for the bill.
///
/// Summed resident sets count shared pages once per process, so they are at least what the job holds: right for a
/// limit, unfair for a bill. Proportional sets are fair but cost 8 ms of kernel time a GiB (`smaps_rollup` walks the page
/// tables), so they are read rarely, and their ratio to the resident sets is applied in between.
struct ResidentMemory {
  private static let patience: Duration = .seconds(5)
  /// Proportional ÷ resident, in 65,536ths, when it was last read.
  private var ratio: UInt64 = 1 << 16
  private var ratioOf: (at: Instant, resident: UInt64, processes: Int)?

  /// Samples the processes. One that has ended meanwhile holds nothing.
  mutating func sample(_ processes: [Int32], at now: Instant) -> (resident: UInt64, proportional: UInt64) {
    let resident = processes.reduce(UInt64(0)) { $0 &+ ((try? ProcessFiles.residentBytes(pid: $1)) ?? 0) }
    if wantsRatio(resident, processes.count, at: now) {
      let proportional = processes.reduce(UInt64(0)) {
        $0 &+ ((try? ProcessFiles.proportionalBytes(pid: $1)) ?? 0)
      }
      ratio = resident > 0 ? min(1 << 16, UInt64(UInt128(proportional) << 16 / UInt128(resident))) : 1 << 16
      ratioOf = (now, resident, processes.count)
    }
    return (resident, UInt64(UInt128(resident) * UInt128(ratio) >> 16))
  }

  /// A lone process shares with nobody in the job; else once in five seconds, if memory has moved by an eighth since.
  private func wantsRatio(_ resident: UInt64, _ processes: Int, at now: Instant) -> Bool {
    guard processes > 1 else { return false }
    guard let last = ratioOf else { return true }
    guard now.since(last.at) >= Self.patience else { return false }
    let moved = resident > last.resident ? resident - last.resident : last.resident - resident
    return moved > last.resident / 8 || processes != last.processes
  }
}
