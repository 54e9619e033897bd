import ResourceModel

/// The order in which the memory limits of a *running* group are changed.
///
/// The idea: no state on the way may be tighter than both the old and the new one, since a group over
/// `memory.max` is killed, and one over `memory.high` without room in swap stands still. So everything that
/// gets looser is written first (swap, then max, then high), then what gets tighter: high before max, so that
/// the group is pushed back gently before the wall comes nearer, and swap last, so that what is pushed out
/// has a place to go to.
///
/// Example: max 1G → 512M and high 900M → 400M is written as high 400M, max 512M; the way back as max 1G,
/// high 900M.
struct ResizeOrder {
  /// The values that a group has now. nil: unknown, taken as the tightest, so that the new one is written
  /// first.
  struct Current: Sendable, Hashable {
    var memoryMax: Limit<UInt64>?
    var memoryHigh: Limit<UInt64>?
    var memorySwapMax: Limit<UInt64>?
  }

  private static let looser: [LimitFile] = [.memorySwapMax, .memoryMax, .memoryHigh]
  private static let tighter: [LimitFile] = [.memoryHigh, .memoryMax, .memorySwapMax]

  /// The writes of `limits`, in that order; those that are no memory limits first.
  static func writes(of limits: GroupLimits, from current: Current) -> [LimitWrite] {
    let changes: [LimitFile: (new: Limit<ByteCount>?, old: Limit<UInt64>?)] = [
      .memoryMax: (limits.memoryMax, current.memoryMax), .memoryHigh: (limits.memoryHigh, current.memoryHigh),
      .memorySwapMax: (limits.memorySwapMax, current.memorySwapMax),
    ]
    let writes = limits.writes
    let tightening = Set(
      changes.filter { $0.value.new.map { $0.height } ?? .max < $0.value.old?.height ?? 0 }.keys)
    func pick(_ files: [LimitFile], _ isTightening: Bool) -> [LimitWrite] {
      files.filter { tightening.contains($0) == isTightening }.flatMap { file in
        writes.filter { $0.file == file }
      }
    }
    return writes.filter { changes[$0.file] == nil } + pick(looser, false) + pick(tighter, true)
  }
}

extension Limit where Value == ByteCount {
  /// The bytes for a comparison; unlimited is above all.
  fileprivate var height: UInt64 { bound?.bytes ?? .max }
}

extension Limit where Value == UInt64 {
  /// The number for a comparison; unlimited is above all.
  fileprivate var height: UInt64 { bound ?? .max }
}
