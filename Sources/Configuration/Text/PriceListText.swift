package import ResourceModel

/// What `rmrun prices show` prints.
package enum PriceListText {
  /// What a credit is worth, a line for each rate, and when and for whom prices differ.
  package static func show(_ book: PriceBook) -> String {
    ([head(book), rates(book)]
      + [periods(book), priorities(book), whereMeasured(book), unpriced(book)].filter { !$0.isEmpty })
      .joined(separator: "\n")
  }

  private static func head(_ book: PriceBook) -> String {
    let name = book.name.escapedForTerminal
    guard let price = book.creditPrice, let currency = book.currency else {
      return "\(name): a credit has no worth in money\n"
    }
    return "\(name): 1 credit = \(price) \(currency)\n"
  }

  private static func rates(_ book: PriceBook) -> String {
    var table = TextTable()
    table.add("METER", "UNIT", "CREDITS", book.currency ?? "")
    for (meter, rate) in book.rates.sorted(by: { $0.key < $1.key }) {
      let money = book.money(for: rate.listUnitPrice).map(shortened)?.description ?? ""
      table.add(meter.rawValue, rate.pricingUnit.rawValue, rate.listUnitPrice.description, money)
    }
    return table.text()
  }

  /// Seven significant digits: credits are rounded to a millionth, so that a published price comes back with dust behind it.
  private static func shortened(_ money: Money) -> Money {
    var dust: Int64 = 1
    while money.picounits / dust >= 10_000_000 { dust *= 10 }
    return Money(picounits: (money.picounits / dust + (money.picounits % dust * 2 >= dust ? 1 : 0)) * dust)
  }

  private static func periods(_ book: PriceBook) -> String {
    guard !book.periods.isEmpty else { return "" }
    let lines = book.periods.map { "\(clock($0.start)) to \(clock($0.end)): × \($0.multiplier)\n" }
    return "Times of day (UTC\(offset(book.utcOffset))), the first that holds counts:\n" + lines.joined()
  }

  private static func priorities(_ book: PriceBook) -> String {
    let factors = Priority.allCases.compactMap { priority in
      book.priorityMultipliers[priority].map { "\(priority.rawValue) × \($0)" }
    }
    return factors.isEmpty ? "" : "Priorities: " + factors.joined(separator: ", ") + "\n"
  }

  private static func whereMeasured(_ book: PriceBook) -> String {
    let meters = book.chargedWhereMeasured.sorted().map(\.rawValue)
    return meters.isEmpty
      ? "" : "Only where something else has it measured: " + meters.joined(separator: ", ") + "\n"
  }

  private static func unpriced(_ book: PriceBook) -> String {
    let meters = Meter.priced.filter { book.rates[$0] == nil }.map(\.rawValue)
    return meters.isEmpty ? "" : "Measured where possible, and free: " + meters.joined(separator: ", ") + "\n"
  }

  private static func clock(_ minute: Int64) -> String {
    "\(twoDigits(minute / 60)):\(twoDigits(minute % 60))"
  }

  private static func offset(_ minutes: Int64) -> String {
    guard minutes != 0 else { return "" }
    let size = Int64(clamping: minutes.magnitude)
    return (minutes < 0 ? "-" : "+") + clock(size)
  }

  private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
