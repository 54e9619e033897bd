import ResourceModel

extension PriceBookFile {
  static let rateKeys = ["price", "unit", "source"]

  static func readRates(
    _ node: DocumentNode, of book: PriceBook, _ faults: inout Faults
  ) -> [Meter: Rate] {
    let meters = Meter.priced.map(\.rawValue)
    let section = SectionReader(node, name: "rates", knownKeys: meters, &faults)
    var rates: [Meter: Rate] = [:]
    for entry in section.known {
      guard let meter = Meter(rawValue: entry.key) else { continue }
      rates[meter] = readRate(entry.value, meter: meter, of: book, &faults)
    }
    return rates
  }

  private static func readRate(
    _ node: DocumentNode, meter: Meter, of book: PriceBook, _ faults: inout Faults
  ) -> Rate? {
    let name = "rates.\(meter.rawValue)"
    let section = SectionReader(node, name: name, knownKeys: rateKeys, &faults)
    _ = section.text("source", &faults)
    let price = section.value("price", &faults) { (text) throws(ValueError) in
      try PriceText(parsing: text).credits(in: book)
    }
    let unit = section.value("unit", &faults) { (text) throws(ValueError) in try Self.unit(text, for: meter) }
    guard case .map = node.content else { return nil }
    for key in ["price", "unit"] where section.node(key) == nil {
      faults.add("\(name) has no \(key)", at: node.position)
    }
    guard let price, let unit else { return nil }
    return Rate(listUnitPrice: price, pricingUnit: unit)
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
