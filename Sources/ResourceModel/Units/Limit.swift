/// A bound, or none. A profile or option that says nothing is `nil`, not `.unlimited`.
public enum Limit<Value: Sendable & Hashable>: Sendable, Hashable {
  /// No bound: the control file's `max`.
  case unlimited
  /// At most so much.
  case atMost(Value)

  /// The bound; nil when unlimited.
  public var bound: Value? {
    if case .atMost(let value) = self { value } else { nil }
  }

  /// Reads `max` or what `parse` reads.
  public init(parsing text: String, _ parse: (String) throws(ValueError) -> Value) throws(ValueError) {
    self = text == "max" ? .unlimited : .atMost(try parse(text))
  }
}
