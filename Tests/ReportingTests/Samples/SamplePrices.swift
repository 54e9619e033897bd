import ResourceModel

/// Prices that stay when those of the built-in book change.
enum SamplePrices {
  static let book = PriceBook(
    name: "sample", currency: "USD", creditPrice: Money(picounits: 6_058_775),
    rates: [
      .cpu: Rate(listUnitPrice: Credits(microcredits: 1_000_000), pricingUnit: .coreSecond),
      .memory: Rate(listUnitPrice: Credits(microcredits: 134_036), pricingUnit: .gibSecond),
      .storageRead: Rate(listUnitPrice: Credits(microcredits: 2_500_000), pricingUnit: .gib),
    ])
}
