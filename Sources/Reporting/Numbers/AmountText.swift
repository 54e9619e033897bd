import ResourceModel

extension Credits {
  /// The share of `budget` that this is, rounded down, so that `100 %` means used up; nil without a budget.
  func percentText(of budget: Limit<Credits>) -> String? {
    guard let bound = budget.bound, bound > .zero else { return nil }
    let tenths = Int128(microcredits) * 1000 / Int128(bound.microcredits)
    return ExactDecimal(tenths, places: 1).text + " %"
  }

  /// `400 of 500 credits`, or `400 credits` without a budget.
  func text(of budget: Limit<Credits>) -> String {
    budget.bound.map { "\(rounded) of \($0.rounded) credits" } ?? counted
  }

  /// `1 credit`, `400 credits`.
  var counted: String { rounded == "1" ? "1 credit" : rounded + " credits" }

  /// For a line that is drawn again and again: four digits, all places kept, so that it does not move about.
  var liveText: String {
    let places =
      switch microcredits.magnitude {
      case 0..<10_000_000: 3
      case 0..<100_000_000: 2
      case 0..<1_000_000_000: 1
      default: 0
      }
    return ExactDecimal(microcredits, places: 6).rounded(to: places).fixedText
  }
}

extension Money {
  /// For people: to the cent from one unit of the currency on, three digits below.
  var rounded: String {
    let exact = ExactDecimal(picounits, places: 12)
    guard picounits.magnitude < 1_000_000_000_000 else { return exact.rounded(to: 2).fixedText }
    return exact.rounded(toSignificant: 3).text
  }

  /// `0.00303 USD`.
  func text(in currency: String?) -> String {
    currency.map { rounded + " " + $0.escapedForTerminal } ?? rounded
  }
}

extension Share {
  /// `95 %`.
  var spacedText: String { ExactDecimal(millionths, places: 4).text + " %" }
}

extension UInt64 {
  /// Microseconds as a duration; past the range of one (292,000 years), its end.
  var microseconds: Duration { .microseconds(Int64(clamping: self)) }
}
