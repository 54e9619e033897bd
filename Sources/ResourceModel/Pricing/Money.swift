/// An amount of money in millionths of a millionth of the currency's unit, so that the price of one credit is exact.
public struct Money: Sendable, Hashable, Comparable {
  /// 10⁻¹² of the currency's unit.
  public var picounits: Int64

  /// Makes an amount from 10⁻¹² of the currency's unit.
  public init(picounits: Int64) { self.picounits = picounits }

  /// Reads `0.05`: up to twelve decimal places, no sign. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    guard let amount = DecimalNumber(text[...])?.scaled(by: 1_000_000_000_000) else {
      throw ValueError(text, expected: "an amount of money, such as 0.05 (up to twelve decimal places)")
    }
    self.init(picounits: amount)
  }

  /// Smaller or larger amount.
  public static func < (left: Money, right: Money) -> Bool { left.picounits < right.picounits }
}

extension Money: CustomStringConvertible {
  /// All digits, no trailing zeros, no currency.
  public var description: String { picounits.decimalText(places: 12) }
}

/// What a budget was given in.
public enum BudgetAmount: Sendable, Hashable {
  /// Credits of the price book.
  case credits(Credits)
  /// Money, with the currency as it was written (`$`, `EUR`).
  case money(Money, currency: String)

  /// The signs that stand for a currency's code. Source: ISO 4217 codes of the currencies that price lists use.
  private static let signs: [Character: String] = ["$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"]

  /// Reads `500`, `0.25`, `$0.05`, `€1` or `0.05 USD`. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    if let first = text.first, let code = Self.signs[first] {
      self = .money(try Money(parsing: String(text.dropFirst())), currency: code)
      return
    }
    let words = text.split(separator: " ").map(String.init)
    if words.count == 2, words[1].utf8.count == 3, words[1].allSatisfy({ $0.isASCII && $0.isLetter }) {
      self = .money(try Money(parsing: words[0]), currency: words[1].uppercased())
      return
    }
    guard let credits = try? Credits(parsing: text) else {
      throw ValueError(text, expected: "a budget, such as 500 or 0.25 (credits) or '$0.05'")
    }
    self = .credits(credits)
  }
}
