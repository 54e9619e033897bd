import CNetworkPrograms
import LinuxSystem
import ResourceModel
import Synchronization

/// What the kernel holds a job's traffic to, and how far the job has got.
///
/// The program takes from both sums before a packet passes, and gives back what it refuses, so that neither is ever passed.
final class NetworkHold: Sendable {
  let limits: SharedMap
  let use: SharedMap
  private let state = Mutex(State())

  private struct State {
    /// As of the last look.
    var seen = rmrun_network_use()
    /// What was refused before the limits were last raised, which says nothing of those that hold now.
    var before = rmrun_network_use()
    /// What holds now.
    var bytes: UInt64 = 0
    var weighted: UInt64 = 0
  }

  /// Nothing may pass yet.
  init() throws(SystemError) {
    limits = try SharedMap(name: "rmrun_limits", words: MemoryLayout<rmrun_network_limits>.size / 8)
    use = try SharedMap(name: "rmrun_use", words: MemoryLayout<rmrun_network_use>.size / 8)
  }

  /// Takes down how far the job has got.
  func look() throws(SystemError) {
    let seen = try read()
    state.withLock { $0.seen = seen }
  }

  /// Whether packets were refused under the limits that hold, as of the last look.
  var refused: NetworkTraffic.Refusals {
    state.withLock { state in
      NetworkTraffic.Refusals(
        forBytes: state.seen.refused_for_bytes > state.before.refused_for_bytes,
        forCredits: state.seen.refused_for_weighted > state.before.refused_for_weighted)
    }
  }

  /// Sets the limits: what is left counts from the last look on.
  func allow(_ allowance: NetworkAllowance) throws(SystemError) {
    let (old, seen) = state.withLock { ($0, $0.seen) }
    let bytes = allowance.bytes.bound?.bytes ?? .max
    let weighted = Self.limit(after: seen.weighted, by: allowance.left)
    try limits.write([bytes, weighted] + allowance.weights + [allowance.nanosecondsPerMebibyte])
    // What was refused up to here may have been refused by the old ones.
    let (hasMoreBytes, hasMoreCredits) = (bytes > old.bytes, Self.isFurther(weighted, than: old.weighted))
    let now = hasMoreBytes || hasMoreCredits ? try read() : old.before
    state.withLock { state in
      if hasMoreBytes { state.before.refused_for_bytes = now.refused_for_bytes }
      if hasMoreCredits { state.before.refused_for_weighted = now.refused_for_weighted }
      (state.bytes, state.weighted) = (bytes, weighted)
    }
  }

  /// The sum of weighted bytes goes round, and the limit with it.
  private static func limit(after used: UInt64, by left: Limit<UInt64>) -> UInt64 {
    guard let left = left.bound else { return .max }
    // That very number means that there is none.
    return min(used &+ left, .max - 1)
  }

  private static func isFurther(_ limit: UInt64, than old: UInt64) -> Bool {
    guard limit != .max, old != .max else { return limit == .max && old != .max }
    return Int64(bitPattern: limit &- old) > 0
  }

  private func read() throws(SystemError) -> rmrun_network_use {
    let words = try use.read()
    return rmrun_network_use(
      bytes: words[0], weighted: words[1], refused_for_bytes: words[2], refused_for_weighted: words[3],
      until: (words[4], words[5]))
  }
}
