import Configuration
import ResourceModel
import TestSupport
import Testing

@Suite("A price book's file")
struct PriceBookFileTests {
  private func parse(_ text: String) -> ParsedPriceBook {
    PriceBookFile.parse(Array(text.utf8), file: "b.yaml")
  }

  private let rates = "rates: {cpu: {price: 1, unit: core-second}}\n"

  @Test func isReadWhole() {
    let parsed = parse(
      """
      name: office
      description: Ours.
      currency: EUR
      credit-price: 0.000006
      utc-offset: -05:30
      rates:
        cpu: {price: 1, unit: core-second, source: "https://example.com/prices"}
        memory: {price: "0.25", unit: GiB-second}
        network.sent: {price: €0.08, unit: GB}
        network.received: {price: 0.01 EUR, unit: GiB}
        api.requests: {price: 0, unit: thousand-operations}
      periods:
        - {from: "22:00", to: "06:00", multiplier: 0.5}
        - from: 12:30
          to: 24:00
          multiplier: 2
      priorities: {low: 0.8, high: 1.5}
      """)
    var book = PriceBook(
      name: "office", currency: "EUR", creditPrice: Money(picounits: 6_000_000),
      rates: [
        .cpu: Rate(listUnitPrice: Credits(microcredits: 1_000_000), pricingUnit: .coreSecond),
        .memory: Rate(listUnitPrice: Credits(microcredits: 250_000), pricingUnit: .gibSecond),
        .networkSent: Rate(listUnitPrice: Credits(microcredits: 13_333_333_333), pricingUnit: .gb),
        .networkReceived: Rate(listUnitPrice: Credits(microcredits: 1_666_666_667), pricingUnit: .gib),
        .apiRequests: Rate(listUnitPrice: .zero, pricingUnit: .thousand),
      ])
    book.utcOffset = -330
    book.periods = [
      PricePeriod(start: 1320, end: 360, multiplier: Multiplier(millionths: 500_000)),
      PricePeriod(start: 750, end: 0, multiplier: Multiplier(millionths: 2_000_000)),
    ]
    book.priorityMultipliers = [
      .low: Multiplier(millionths: 800_000), .high: Multiplier(millionths: 1_500_000),
    ]
    #expect(parsed.diagnostics == [])
    #expect(parsed.book == book)
  }

  @Test func needsOnlyRatesAndTakesItsNameFromTheFile() {
    let parsed = parse(rates)
    #expect(parsed.diagnostics == [])
    #expect(parsed.book.name == "b.yaml")
    #expect(parsed.book.currency == nil)
  }

  @Test func readsPricesBeforeTheCurrencyThatStandsBelow() {
    let parsed = parse("rates: {cpu: {price: $2, unit: core-hour}}\ncredit-price: $0.5\ncurrency: USD\n")
    #expect(parsed.diagnostics == [])
    #expect(parsed.book.rates[.cpu]?.listUnitPrice == Credits(microcredits: 4_000_000))
  }

  @Test func aPriceOfTheNetworkCanBeNoReasonToMeasureIt() {
    func book(_ applies: String) -> PriceBook {
      let parsed = parse(
        "rates: {network.sent: {price: 2, unit: GB\(applies)}, loopback.sent: {price: 1, unit: GB}}")
      #expect(parsed.diagnostics == [])
      return parsed.book
    }
    #expect(book(", applies: where-measured").chargedWhereMeasured == [.networkSent])
    #expect(book(", applies: where-measured").rates.count == 2)
    #expect(book(", applies: always").chargedWhereMeasured == [])
    #expect(book("").chargedWhereMeasured == [])
  }

  @Test(arguments: [
    ("", "1:1: error: the file is empty; a price book has rates at least"),
    ("name: x", "1:1: error: a price book has to have rates; without them nothing costs anything"),
    ("[]", "1:1: error: a price book is keys with values; this is a list"),
    ("rates: 5", "1:8: error: rates is keys with values; this is a plain value"),
    ("rate: {}\nrates: {}", "1:1: error: rate: no such key in a price book; did you mean 'rates'?"),
    (
      "rates: {cpus: {price: 1, unit: core-second}}",
      "1:9: error: cpus: no such key in rates; did you mean 'cpu'?"
    ),
    (
      "rates: {pressure: {price: 1, unit: core-second}}",
      "1:9: error: pressure: no such key in rates; it has cpu, memory, storage.read, storage.written, "
        + "storage.readOperations, storage.writeOperations, network.received, network.sent, loopback.received, "
        + "loopback.sent, api.requests"
    ),
    (
      "rates: {network.sent: {price: 1, unit: GB, applies: never}}",
      "1:53: error: applies: 'never' is not always or where-measured"
    ),
    (
      "rates: {cpu: {price: 1, unit: core-hour, applies: always}}",
      "1:42: error: applies: no such key in rates.cpu; it has price, unit, source"
    ),
    ("rates: {cpu: 1}", "1:14: error: rates.cpu is keys with values; this is a plain value"),
    ("rates: {cpu: {unit: core-second}}", "1:14: error: rates.cpu has no price"),
    ("rates: {cpu: {price: 1}}", "1:14: error: rates.cpu has no unit"),
    (
      "rates: {cpu: {price: 1, unit: GiB}}",
      "1:31: error: unit: 'GiB' is not a unit of cpu, one of core-second, core-hour"
    ),
    (
      "rates: {cpu: {price: -1, unit: core-hour}}",
      "1:22: error: price: '-1' is not a price, such as 1 (in credits), $0.05 or 0.05 USD"
    ),
    (
      "rates: {cpu: {price: 1e3, unit: core-hour}}",
      "1:22: error: price: '1e3' is not a price, such as 1 (in credits), $0.05 or 0.05 USD"
    ),
    (
      "rates: {cpu: {price: .nan, unit: core-hour}}",
      "1:22: error: price: '.nan' is not a price, such as 1 (in credits), $0.05 or 0.05 USD"
    ),
    (
      "rates: {cpu: {price: 0.0000001, unit: core-hour}}",
      "1:22: error: price: '0.0000001' is not an amount of credits, such as 500 or 0.25 (up to six decimal places)"
    ),
    (
      "rates: {cpu: {price: 99999999999999, unit: core-hour}}",
      "1:22: error: price: '99999999999999' is not an amount of credits, such as 500 or 0.25 (up to six decimal places)"
    ),
    (
      "rates: {cpu: {price: $1, unit: core-hour}}",
      "1:22: error: price: 'USD 1' is not a price in credits, and the book has no currency and credit-price"
    ),
    ("rates: {cpu: {price: [1], unit: core-hour}}", "1:22: error: price takes a text or number, not a list"),
    ("rates: {cpu: {price: , unit: core-hour}}", "1:22: error: price takes a text or number"),
  ])
  func faultsHaveTheirPlace(text: String, fault: String) {
    #expect(parse(text).diagnostics.map(\.description) == ["b.yaml:" + fault])
  }

  @Test(arguments: [
    (
      "currency: USD",
      "1:11: error: currency needs credit-price beside it, else a credit has no worth in money"
    ),
    (
      "credit-price: 1",
      "1:15: error: credit-price needs currency beside it, else a credit has no worth in money"
    ),
    (
      "currency: usd\ncredit-price: 1",
      "1:11: error: currency: 'usd' is not a currency's code, such as USD or EUR"
    ),
    ("currency: USD\ncredit-price: 0", "2:15: error: credit-price: '0' is not a price above zero"),
    (
      "currency: USD\ncredit-price: €1",
      "2:15: error: credit-price: 'EUR 1' is not in the book's currency, USD"
    ),
    ("utc-offset: 1", "1:13: error: utc-offset: '1' is not an offset from UTC, such as +01:00 or -05:30"),
    (
      "utc-offset: +15:00",
      "1:13: error: utc-offset: '+15:00' is not an offset from UTC, such as +01:00 or -05:30"
    ),
    (
      "utc-offset: +01:60",
      "1:13: error: utc-offset: '+01:60' is not an offset from UTC, such as +01:00 or -05:30"
    ),
    (
      "periods: {}",
      "1:10: error: periods is a list, such as `- {from: \"22:00\", to: \"06:00\", multiplier: 0.5}`; this is a section"
    ),
    (
      "periods: [{from: 25:00, to: 06:00, multiplier: 1}]",
      "1:18: error: from: '25:00' is not a time of day, such as 22:00"
    ),
    (
      "periods: [{from: 2:00, to: 06:00, multiplier: 1}]",
      "1:18: error: from: '2:00' is not a time of day, such as 22:00"
    ),
    (
      "periods: [{from: ٢٢:٠٠, to: 06:00, multiplier: 1}]",
      "1:18: error: from: '٢٢:٠٠' is not a time of day, such as 22:00"
    ),
    (
      "periods: [{from: 06:00, to: 06:00, multiplier: 1}]",
      "1:11: error: a period ends where it begins; for a price at all hours change the rates"
    ),
    (
      "periods: [{from: 00:00, to: 24:00, multiplier: 1}]",
      "1:11: error: a period ends where it begins; for a price at all hours change the rates"
    ),
    ("periods: [{from: 06:00, multiplier: 1}]", "1:11: error: a period has no to"),
    (
      "periods: [{from: 06:00, to: 07:00, multiplier: -1}]",
      "1:48: error: multiplier: '-1' is not a factor from 0 to 1000, such as 1.5"
    ),
    (
      "periods: [{from: 06:00, to: 07:00, multiplier: 1, days: x}]",
      "1:51: error: days: no such key in a period; it has from, to, multiplier"
    ),
    ("priorities: {urgent: 2}", "1:14: error: urgent: no such key in priorities; it has low, normal, high"),
    ("priorities: {low: 1001}", "1:19: error: low: '1001' is not a factor from 0 to 1000, such as 1.5"),
    ("name: []", "1:7: error: name takes a text or number, not a list"),
  ])
  func faultsBesideTheRates(text: String, fault: String) {
    #expect(parse(text + "\n" + rates).diagnostics.map(\.description) == ["b.yaml:" + fault])
  }

  @Test func moneyThatIsWorthLessThanAMicroCreditIsAFault() {
    let parsed = parse(
      "currency: USD\ncredit-price: 1\nrates: {api.requests: {price: $0.0000004, unit: operation}}\n")
    #expect(
      parsed.diagnostics.map(\.description) == [
        "b.yaml:3:31: error: price: 'USD 0.0000004' is not worth a micro-credit; take a larger unit"
      ])
  }

  @Test func moneyOutOfTheRangeOfCreditsIsAFault() {
    let parsed = parse(
      "currency: USD\ncredit-price: 0.000000000001\nrates: {cpu: {price: $9000000, unit: core-hour}}\n")
    #expect(parsed.diagnostics.count == 1)
  }

  @Test func allFaultsAreReported() {
    let parsed = parse("nam: x\nrates:\n  cpu: {price: x, unit: y}\n  memory: {}\npriorities: []\n")
    #expect(parsed.diagnostics.map(\.line) == [1, 3, 3, 4, 4, 5])
  }
}

@Suite("Finding price books")
struct PriceBookStoreTests {
  @Test func standardIsBuiltIn() throws {
    #expect(try PriceBookStore.load("standard") == .standard)
    #expect(PriceBookStore.check("standard") == [])
  }

  @Test func anythingElseIsAFile() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("p.yaml", "name: p\nrates: {cpu: {price: 2, unit: core-second}}\n")
    #expect(try PriceBookStore.load(path).name == "p")
    let bad = try directory.write("bad.yaml", "name: p\n")
    let error = #expect(throws: ConfigurationError.self) { try PriceBookStore.load(bad) }
    #expect(error?.code == .faulty)
    #expect(PriceBookStore.check(bad).count == 1)
    #expect(PriceBookStore.check(directory.path + "/none").count == 1)
  }

  @Test func aSlipInTheNameIsSeen() {
    let error = #expect(throws: ConfigurationError.self) { try PriceBookStore.load("standrad") }
    #expect(
      error?.description == "can't read the price book 'standrad': no such file; did you mean 'standard'?")
  }
}
