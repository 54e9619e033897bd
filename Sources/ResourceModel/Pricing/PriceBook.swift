/// Rates per meter, what a credit is worth, and when prices differ.
public struct PriceBook: Sendable, Hashable {
  /// The book's name, as reports show it.
  public var name: String
  /// ISO 4217 code of the currency; nil where a credit has no worth in money.
  public var currency: String?
  /// What one credit is worth; nil where it has no worth in money.
  public var creditPrice: Money?
  /// The price of each metered quantity; a meter without one is measured and free.
  public var rates: [Meter: Rate]
  /// Those of the meters with a rate that are charged where they are measured, but not measured for the sake of the rate.
  public var chargedWhereMeasured: Set<Meter> = []
  /// Times of day with other prices; the first that holds counts.
  public var periods: [PricePeriod] = []
  /// Offset of the periods' clock from UTC, in minutes.
  public var utcOffset: Int64 = 0
  /// Factor per priority; 1 where none is given.
  public var priorityMultipliers: [Priority: Multiplier] = [:]

  /// Makes a book without periods and with one price for all priorities.
  public init(name: String, currency: String?, creditPrice: Money?, rates: [Meter: Rate]) {
    self.name = name
    self.currency = currency
    self.creditPrice = creditPrice
    self.rates = rates
  }

  /// The book once it is known whether a job's network is measured: what is charged where it is has a rate like any other, or none.
  func settled(networkIsMeasured: Bool) -> PriceBook {
    var book = self
    if !networkIsMeasured {
      for meter in chargedWhereMeasured.intersection(Meter.ofNetwork) { book.rates[meter] = nil }
    }
    book.chargedWhereMeasured = []
    return book
  }

  /// The factor in force at a time for a priority.
  public func multiplier(at time: WallTime, priority: Priority) -> Multiplier {
    let minute = minuteOfDay(time)
    let ofDay = periods.first { $0.contains(minute) }?.multiplier ?? .one
    return ofDay.times(priorityMultipliers[priority] ?? .one)
  }

  /// The largest factor that a job of this priority can meet: what a bound on its burn rate has to assume.
  public func largestMultiplier(priority: Priority) -> Multiplier {
    let ofDay = ([.one] + periods.map(\.multiplier)).max() ?? .one
    return ofDay.times(priorityMultipliers[priority] ?? .one)
  }

  /// How long the factor in force at `time` stays in force; nil where prices don't depend on the time.
  public func timeToChange(from time: WallTime) -> Duration? {
    guard !periods.isEmpty else { return nil }
    let second = (time.seconds + utcOffset * 60).quotientAndRemainder(dividingByFloor: 86_400).remainder
    let edges = periods.flatMap { [$0.start * 60, $0.end * 60] }
    let ahead = edges.map { ($0 - second + 86_400 - 1) % 86_400 + 1 }
    return ahead.min().map { .seconds($0) - .nanoseconds(time.nanoseconds) }
  }

  /// The credits that an amount buys, rounded down. Throws `PriceError` for money in a currency that is not the book's.
  public func credits(for amount: BudgetAmount) throws(PriceError) -> Credits {
    switch amount {
    case .credits(let credits): return credits
    case .money(let money, let currency):
      guard let creditPrice, creditPrice.picounits > 0, let own = self.currency else {
        throw PriceError(book: name, given: currency, own: nil)
      }
      guard own == currency else { throw PriceError(book: name, given: currency, own: own) }
      let credits = Int128(money.picounits) * 1_000_000 / Int128(creditPrice.picounits)
      return Credits(microcredits: Int64(clamping: credits))
    }
  }

  /// What credits are worth, rounded to the nearest 10⁻¹²; nil where a credit has no worth in money.
  public func money(for credits: Credits) -> Money? {
    guard let creditPrice else { return nil }
    let product = Int128(credits.microcredits) * Int128(creditPrice.picounits)
    return Money(picounits: Int64(clamping: (product + 500_000) / 1_000_000))
  }

  private func minuteOfDay(_ time: WallTime) -> Int64 {
    (time.seconds + utcOffset * 60).quotientAndRemainder(dividingByFloor: 86_400).remainder / 60
  }
}

/// A time of day with a factor on all prices; from `start` up to, not including, `end`; may pass midnight.
public struct PricePeriod: Sendable, Hashable {
  /// First minute of the day, 0 to 1439.
  public var start: Int64
  /// The minute of the day before which it ends, 0 to 1439.
  public var end: Int64
  /// The factor.
  public var multiplier: Multiplier

  /// Makes a period from minutes of the day.
  public init(start: Int64, end: Int64, multiplier: Multiplier) {
    self.start = start
    self.end = end
    self.multiplier = multiplier
  }

  func contains(_ minute: Int64) -> Bool {
    start < end ? start <= minute && minute < end : minute >= start || minute < end
  }
}

/// A budget in a currency that the price book does not have.
public struct PriceError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The price book's name.
  public var book: String
  /// The currency of the budget.
  public var given: String
  /// The currency of the book; nil if it has none.
  public var own: String?

  /// What failed and what to do.
  public var description: String {
    let cause = own.map { "is in \($0)" } ?? "gives a credit no worth in money"
    return
      "a budget in \(given.escapedForTerminal) needs a price book in that currency, but '\(book.escapedForTerminal)' "
      + cause + ": give the budget in credits, or another book by --prices FILE"
  }
}
