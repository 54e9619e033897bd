import ResourceModel

/// A path that is right.
func path(_ text: String) -> AccountPath {
  do {
    return try AccountPath(parsing: text)
  } catch {
    preconditionFailure("\(error)")
  }
}

extension Credits {
  /// Whole credits.
  static func whole(_ credits: Int64) -> Credits { Credits(microcredits: credits * 1_000_000) }
}

extension AccountAttributes {
  /// An account with a limit in whole credits.
  static func limited(_ credits: Int64, _ allocation: AllocationPolicy = .strict) -> AccountAttributes {
    var attributes = AccountAttributes()
    attributes.limit = .atMost(.whole(credits))
    attributes.allocation = allocation
    return attributes
  }
}
