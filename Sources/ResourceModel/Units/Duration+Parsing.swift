extension Duration {
  /// Longest first, so that `ms` is not taken for `s`.
  private static let units: [(suffix: String, nanoseconds: UInt64)] = [
    ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]

  /// Reads `90s`, `1.5h`, `10m`, `1h30m`, `250ms` or `0`. Throws `ValueError` for a number without a unit, a sign, or
  /// what does not fit 292 years.
  public init(parsing text: String) throws(ValueError) {
    var rest = text[...]
    var total: Int64 = 0
    if text == "0" { rest = "" }
    while text.isEmpty || !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest.dropFirst(number.count).prefix { $0.isASCII && $0.isLetter }
      guard let factor = Self.units.first(where: { $0.suffix == unit })?.nanoseconds,
        let value = DecimalNumber(number)?.scaled(by: factor),
        case let (sum, overflow) = total.addingReportingOverflow(value), !overflow
      else { throw ValueError(text, expected: "a duration with a unit, such as 90s, 10m, 1h30m or 250ms") }
      total = sum
      rest = rest.dropFirst(number.count + unit.count)
    }
    self = .nanoseconds(total)
  }

  /// For people: `1h 2m`, `3m 20s`, `12.3s`, `45ms`, `120µs`.
  public var shortText: String {
    let nanoseconds = self.nanoseconds
    let seconds = nanoseconds / 1_000_000_000
    switch nanoseconds {
    case ..<0: return "-" + Duration.nanoseconds(nanoseconds == .min ? .max : -nanoseconds).shortText
    case 0: return "0s"
    case ..<1_000_000: return (nanoseconds / 100).decimalText(places: 1) + "µs"
    case ..<1_000_000_000: return (nanoseconds / 100_000).decimalText(places: 1) + "ms"
    case ..<60_000_000_000: return (nanoseconds / 10_000_000).decimalText(places: 2) + "s"
    case ..<3_600_000_000_000: return "\(seconds / 60)m \(seconds % 60)s"
    case ..<86_400_000_000_000: return "\(seconds / 3600)h \(seconds % 3600 / 60)m"
    default: return "\(seconds / 86_400)d \(seconds % 86_400 / 3600)h"
    }
  }
}
