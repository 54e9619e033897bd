import ResourceModel

/// A price as written: a bare number, or money with its currency (`$0.05`, `0.05 USD`).
enum PriceText {
  case number(String)
  case money(Money, currency: String)

  init(parsing text: String) throws(ValueError) {
    if text.utf8.allSatisfy({
      $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }) {
      self = .number(text)
      return
    }
    guard case .money(let money, let currency) = try? BudgetAmount(parsing: text) else {
      throw ValueError(text, expected: "a price, such as 1 (in credits), $0.05 or 0.05 USD")
    }
    self = .money(money, currency: currency)
  }

  /// The price as money; a bare number is in `currency`.
  func money(in currency: String?) throws(ValueError) -> Money {
    switch self {
    case .number(let text): return try Money(parsing: text)
    case .money(let money, let own):
      if let currency, own != currency {
        throw ValueError("\(own) \(money)", expected: "in the book's currency, \(currency)")
      }
      return money
    }
  }

  /// The price in credits; money is turned into credits by the book's credit price, to the nearest micro-credit.
  func credits(in book: PriceBook) throws(ValueError) -> Credits {
    switch self {
    case .number(let text): return try Credits(parsing: text)
    case .money(let money, let currency):
      guard let creditPrice = book.creditPrice, let own = book.currency, creditPrice.picounits > 0 else {
        throw ValueError(
          "\(currency) \(money)",
          expected: "a price in credits, and the book has no currency and credit-price")
      }
      guard currency == own else {
        throw ValueError("\(currency) \(money)", expected: "in the book's currency, \(own)")
      }
      let price = Int128(creditPrice.picounits)
      let micro = (Int128(money.picounits) * 1_000_000 + price / 2) / price
      guard micro > 0 || money.picounits == 0 else {
        throw ValueError("\(currency) \(money)", expected: "worth a micro-credit; take a larger unit")
      }
      guard let micro = Int64(exactly: micro) else {
        throw ValueError("\(currency) \(money)", expected: "within the range of credits; take a smaller unit")
      }
      return Credits(microcredits: micro)
    }
  }
}
