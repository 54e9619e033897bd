import ResourceModel

extension GroupDirectory {
  /// Sets limits in a group that holds nothing yet. Returns what became of each that was given.
  package func set(_ limits: GroupLimits) -> [LimitFile: LimitOutcome] { carryOut(limits.writes) }

  /// Changes the limits of a running group, in an order that never makes a group tighter than both its old
  /// and its new limits (`ResizeOrder`). Returns what became of each that was given.
  package func resize(_ limits: GroupLimits) throws(CgroupError) -> [LimitFile: LimitOutcome] {
    let current = ResizeOrder.Current(
      memoryMax: try read("memory.max", SingleValue.limit(parsing:)),
      memoryHigh: try read("memory.high", SingleValue.limit(parsing:)),
      memorySwapMax: try read("memory.swap.max", SingleValue.limit(parsing:)))
    return carryOut(ResizeOrder.writes(of: limits, from: current))
  }

  /// Of several writes to one file (`io.max`, a line for each device) the first failure counts.
  private func carryOut(_ writes: [LimitWrite]) -> [LimitFile: LimitOutcome] {
    var outcomes: [LimitFile: LimitOutcome] = [:]
    for write in writes {
      let outcome = carryOut(write)
      if outcome != .kernel || outcomes[write.file] == nil { outcomes[write.file] = outcome }
    }
    return outcomes
  }

  private func carryOut(_ write: LimitWrite) -> LimitOutcome {
    do {
      try self.write(write.file.rawValue, write.text)
      return .kernel
    } catch {
      return .unavailable(Obstacle(error))
    }
  }
}
