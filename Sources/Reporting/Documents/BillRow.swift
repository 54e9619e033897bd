import ResourceModel

/// A line of the bill for people.
struct BillRow {
  /// The meter, or `total`.
  var meter: String
  /// What was consumed, in the unit that the price is for.
  var quantity = ""
  /// That unit.
  var unit = ""
  /// Credits for one of it, with the mean factor where one was in force.
  var price = ""
  /// The charge.
  var credits: String
  /// The charge in money; empty where a credit has no worth in money.
  var money = ""
  /// What there is to know about the measuring.
  var note = ""

  /// The cells in the order of a bill's columns.
  var cells: [String] { [meter, quantity, unit, price, credits, money, note] }
}

extension JobReport {
  /// What the bill's columns are called.
  var billHeader: BillRow {
    var header = BillRow(meter: "meter", credits: "credits")
    (header.quantity, header.unit, header.price) = ("quantity", "unit", "price")
    header.money = bill.billingCurrency?.escapedForTerminal ?? ""
    return header
  }

  /// The lines of the bill and their sum.
  var billRows: [BillRow] {
    var total = BillRow(meter: "total", credits: bill.used.rounded)
    total.money = bill.billedCost?.rounded ?? ""
    return bill.byMeter.map(row) + [total]
  }

  private func row(_ charge: Bill.Charge) -> BillRow {
    var row = BillRow(meter: charge.meter.rawValue, credits: charge.charge?.rounded ?? "-")
    let unit = charge.rate?.pricingUnit ?? PricingUnit.units(for: charge.meter).first
    if let unit, let quantity = charge.consumedQuantity {
      let exact = ExactDecimal(quantity, dividedBy: unit.quantity, places: 9)
      row.quantity =
        exact.map { $0.magnitude < 1_000_000_000 ? $0.rounded(to: 6) : $0.rounded(to: 3) }?.text ?? ""
      row.unit = unit.rawValue
    }
    row.price =
      charge.rate.map { $0.listUnitPrice.description + (charge.factorText.map { " × " + $0 } ?? "") } ?? ""
    row.money = charge.charge.flatMap(bill.cost)?.rounded ?? ""
    row.note =
      charge.charge == nil ? "not measured" : metering[charge.meter.feature] == .polled ? "polled" : ""
    return row
  }
}

extension JobReport.Bill.Charge {
  /// The mean factor on the list price; nil where there was none, or the charge is too small to tell.
  fileprivate var factorText: String? {
    guard let charge, let consumedQuantity, let rate else { return nil }
    let list = rate.charge(for: consumedQuantity, multiplier: .one)
    // Each sum of a factor is rounded down by itself, so up to a few micro-credits apart is still the list price.
    guard list > .zero, (charge - list).microcredits.magnitude > 10 else { return nil }
    let factor = ExactDecimal(
      UInt128(clamping: charge.microcredits), dividedBy: UInt128(clamping: list.microcredits), places: 2)
    return factor?.text == "1" ? nil : factor?.text
  }
}

extension Meter {
  /// What `metering` has about the meter.
  var feature: Feature {
    switch self {
    case .cpu: .cpu
    case .memory: .memory
    case .storageRead, .storageWritten, .storageReadOperations, .storageWriteOperations: .storage
    case .networkReceived, .networkSent, .loopbackReceived, .loopbackSent, .apiRequests: .network
    case .processes: .processes
    case .pressure: .pressure
    }
  }
}
