extension PriceBook {
  /// The built-in price book; `cgroup-profiles/prices/standard.yaml` is the same in YAML, with the sources and how each
  /// rate follows from them (a test compares the two).
  public static let standard: PriceBook = {
    var book = PriceBook(
      name: "standard", currency: "USD", creditPrice: Money(picounits: 6_058_775),
      rates: [
        .cpu: Rate(listUnitPrice: Credits(microcredits: 1_000_000), pricingUnit: .coreSecond),
        .memory: Rate(listUnitPrice: Credits(microcredits: 482_528_234), pricingUnit: .gibHour),
        .storageRead: throughput,
        .storageWritten: throughput,
        .storageReadOperations: operations,
        .storageWriteOperations: operations,
        .networkSent: Rate(listUnitPrice: Credits(microcredits: 14_029_238_584), pricingUnit: .gib),
      ])
    book.chargedWhereMeasured = [.networkSent]
    book.priorityMultipliers = [
      .low: Multiplier(millionths: 800_000), .normal: .one, .high: Multiplier(millionths: 1_500_000),
    ]
    return book
  }()

  private static let throughput = Rate(listUnitPrice: Credits(microcredits: 2_512_174), pricingUnit: .gb)
  private static let operations = Rate(
    listUnitPrice: Credits(microcredits: 314_021_814), pricingUnit: .million)
}
