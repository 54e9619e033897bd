extension PriceBook {
  /// The built-in price book; `cgroup-profiles/prices/standard.yaml` is the same in YAML, with the sources (a test compares the two).
  public static let standard: PriceBook = {
    PriceBook(
      name: "standard",
      currency: "USD",
      creditPrice: Money(picounits: 6_058_775),
      rates: [
        .cpu: Rate(listUnitPrice: Credits(microcredits: 1_000_000), pricingUnit: .coreSecond),
        .memory: Rate(listUnitPrice: Credits(microcredits: 134_036), pricingUnit: .gibSecond),
      ])
  }()
}
