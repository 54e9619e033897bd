import ResourceModel

extension CallRule {
  /// The rule as libseccomp can express it, which has no mask with `!=` and looks at an argument once in a rule: it holds where all
  /// conditions of one of these hold.
  ///
  /// A masked number is another than a value where one of the bits is another, so that each bit makes a rule:
  ///
  ///     arg0 & 0x3 != 0x1    is    arg0 & 0x1 == 0x0   or   arg0 & 0x2 == 0x2
  ///
  /// - Throws: `ConfinementError` where these are more than any filter has room for.
  func alternatives() throws(ConfinementError) -> [[ArgumentCondition]] {
    var found: [[ArgumentCondition]] = [[]]
    for condition in conditions {
      let choices = condition.bitwise
      guard found.count * choices.count <= FilterProgram.longest else { throw .tooLong }
      found = found.flatMap { some in choices.compactMap { some.adding($0) } }
    }
    return found
  }
}

extension ArgumentCondition {
  fileprivate var bitwise: [ArgumentCondition] {
    guard comparison == .notEqual, mask != .max else { return [self] }
    return (0..<64).map { UInt64(1) << $0 }.filter { mask & $0 != 0 }.map { bit in
      ArgumentCondition(argument: argument, mask: bit, .equal, ~value & bit)
    }
  }
}

extension [ArgumentCondition] {
  /// With one more, in the one about the same bits' argument where there is one; nil where the two can't both hold.
  fileprivate func adding(_ other: ArgumentCondition) -> [ArgumentCondition]? {
    guard other.comparison == .equal,
      let index = firstIndex(where: { $0.argument == other.argument && $0.comparison == .equal })
    else { return self + [other] }
    var all = self
    let mine = all[index]
    guard (mine.value ^ other.value) & mine.mask & other.mask == 0 else { return nil }
    all[index].mask |= other.mask
    all[index].value |= other.value
    return all
  }
}
