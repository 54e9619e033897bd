import ResourceModel
import Testing

@Suite("The standard price book")
struct StandardPriceBookTests {
  @Test func oneCreditIsOneCoreSecond() {
    #expect(
      PriceBook.standard.rates[.cpu]
        == Rate(listUnitPrice: Credits(microcredits: 1_000_000), pricingUnit: .coreSecond))
  }

  @Test func everyRateIsInAUnitOfItsMeter() {
    for (meter, rate) in PriceBook.standard.rates {
      #expect(PricingUnit.units(for: meter).contains(rate.pricingUnit))
      #expect(rate.listUnitPrice > .zero)
    }
  }

  /// A bill that lacks what the book prices would be short, `--require kernel` could be met by few users, and counting packets for all
  /// would cost every launch.
  @Test func whatMostUsersCannotMeterIsChargedWhereItIsMeasuredOnly() {
    let book = PriceBook.standard
    for meter in Meter.ofNetwork where book.rates[meter] != nil {
      #expect(book.chargedWhereMeasured.contains(meter))
    }
    #expect(book.rates[.networkSent] != nil && book.rates[.apiRequests] == nil)
    var spec = JobSpec(command: ["x"])
    spec.prices = book
    #expect(!spec.measuresNetwork)
  }

  @Test func itsRatesAreWorthWhatThePriceListsSay() throws {
    let published: [(Meter, Int64)] = [
      (.memory, 2_923_530_000), (.networkSent, 85_000_000_000), (.storageRead, 15_220_700),
      (.storageWriteOperations, 1_902_587_519),
    ]
    for (meter, picounits) in published {
      let rate = try #require(PriceBook.standard.rates[meter])
      let worth = try #require(PriceBook.standard.money(for: rate.listUnitPrice))
      // Within half a micro-credit, which is worth 3 of these.
      #expect(abs(worth.picounits - picounits) <= 4)
    }
  }
}
