import ResourceModel

extension PriceBookFile {
  static func rateKeys(of meter: Meter) -> [String] {
    // All else is measured where it can be, whoever asks.
    ["price", "unit", "source"] + (Meter.ofNetwork.contains(meter) ? ["applies"] : [])
  }

  /// When the price of a meter applies.
  enum Application: String, CaseIterable {
    case always
    case whereMeasured = "where-measured"
  }

  static func readRates(_ node: DocumentNode, into book: inout PriceBook, _ faults: inout Faults) {
    let meters = Meter.priced.map(\.rawValue)
    let section = SectionReader(node, name: "rates", knownKeys: meters, &faults)
    for entry in section.known {
      guard let meter = Meter(rawValue: entry.key) else { continue }
      book.rates[meter] = readRate(entry.value, meter: meter, into: &book, &faults)
    }
  }

  private static func readRate(
    _ node: DocumentNode, meter: Meter, into book: inout PriceBook, _ faults: inout Faults
  ) -> Rate? {
    let name = "rates.\(meter.rawValue)"
    let section = SectionReader(node, name: name, knownKeys: rateKeys(of: meter), &faults)
    _ = section.text("source", &faults)
    if section.value("applies", &faults, Self.application) == .whereMeasured {
      book.chargedWhereMeasured.insert(meter)
    }
    let worth = book
    let price = section.value("price", &faults) { (text) throws(ValueError) in
      try PriceText(parsing: text).credits(in: worth)
    }
    let unit = section.value("unit", &faults) { (text) throws(ValueError) in try Self.unit(text, for: meter) }
    guard case .map = node.content else { return nil }
    for key in ["price", "unit"] where section.node(key) == nil {
      faults.add("\(name) has no \(key)", at: node.position)
    }
    guard let price, let unit else { return nil }
    return Rate(listUnitPrice: price, pricingUnit: unit)
  }

  private static func application(_ text: String) throws(ValueError) -> Application {
    guard let application = Application(rawValue: text) else {
      let names = Application.allCases.map(\.rawValue).joined(separator: " or ")
      throw ValueError(text, expected: names)
    }
    return application
  }

  private static func unit(_ text: String, for meter: Meter) throws(ValueError) -> PricingUnit {
    let units = PricingUnit.units(for: meter)
    guard let unit = PricingUnit(rawValue: text), units.contains(unit) else {
      let names = units.map(\.rawValue).joined(separator: ", ")
      throw ValueError(text, expected: "a unit of \(meter.rawValue), one of \(names)")
    }
    return unit
  }
}
