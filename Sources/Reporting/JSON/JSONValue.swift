import ResourceModel

/// A JSON value whose numbers are exact and whose objects keep the order of their keys.
package indirect enum JSONValue: Sendable, Hashable {
  /// Unknown, unmeasured, or no bound.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, all digits kept.
  case number(ExactDecimal)
  /// Text; every Swift string can be written.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Keys and values in order.
  case object([Member])

  /// A key with its value.
  package struct Member: Sendable, Hashable {
    package var key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// A whole number, or null.
  package static func integer(_ value: (some BinaryInteger)?) -> JSONValue {
    value.map { .number(ExactDecimal($0)) } ?? .null
  }

  /// An integer of a smaller unit as a number of the larger one (microseconds as seconds: 6 places), or null.
  package static func scaled(_ value: (some BinaryInteger)?, places: Int) -> JSONValue {
    value.map { .number(ExactDecimal($0, places: places)) } ?? .null
  }

  /// A text, or null.
  package static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

  /// Seconds, to the nanosecond, or null.
  package static func seconds(_ value: Duration?) -> JSONValue { scaled(value?.nanoseconds, places: 9) }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral {
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }

  package init(stringLiteral value: String) { self = .string(value) }
}
