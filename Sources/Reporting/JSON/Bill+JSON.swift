import ResourceModel

extension JobReport.Bill {
  /// The bill: amounts of credits and money as decimal strings, never through floating point.
  func json(thresholds: Thresholds) -> JSONValue {
    [
      "budget": .text(budget.bound?.description),
      "used": .string(used.description),
      "overdraft": .string(overdraft.description),
      "overshootBound": .string(overshootBound.description),
      "byMeter": .object(
        byMeter.map { JSONValue.Member($0.meter.rawValue, .text($0.charge?.description)) }),
      "thresholds": .object(
        Threshold.allCases.map { threshold in
          let credits = budget.bound?.portion(thresholds.share(of: threshold))
          return JSONValue.Member(threshold.rawValue, .text(credits?.description))
        }),
      "charges": .array(byMeter.map { $0.json(cost: $0.charge.flatMap(cost)) }),
      "billedCost": .text(billedCost?.description),
      "billingCurrency": .text(billingCurrency),
      "creditPrice": .text(creditPrice?.description),
    ]
  }

  /// What credits are worth at the bill's price of a credit, rounded to the nearest 10⁻¹²; nil without one.
  func cost(of credits: Credits) -> Money? {
    guard let creditPrice else { return nil }
    let product = Int128(credits.microcredits) * Int128(creditPrice.picounits)
    return Money(picounits: Int64(clamping: (product + 500_000) / 1_000_000))
  }
}

extension JobReport.Bill.Charge {
  /// One line of the bill in the words of FOCUS.
  fileprivate func json(cost: Money?) -> JSONValue {
    [
      "meter": .string(meter.rawValue),
      "consumedQuantity": consumedQuantity.map { .number(ExactDecimal($0, places: meter.places)) } ?? .null,
      "consumedUnit": .string(meter.reportedUnit),
      "listUnitPrice": .text(rate?.listUnitPrice.description),
      "pricingUnit": .text(rate?.pricingUnit.rawValue),
      "charge": .text(charge?.description),
      "billedCost": .text(cost?.description),
    ]
  }
}

extension Meter {
  /// How many decimal places make the meter's base unit the unit that reports have.
  fileprivate var places: Int {
    switch self {
    case .cpu, .memory, .pressure: 6
    default: 0
    }
  }

  /// The unit that reports have: base units with microseconds made seconds.
  fileprivate var reportedUnit: String {
    switch self {
    case .cpu: "core-second"
    case .memory: "byte-second"
    case .storageRead, .storageWritten, .networkReceived, .networkSent, .loopbackReceived, .loopbackSent:
      "byte"
    case .storageReadOperations, .storageWriteOperations, .apiRequests: "operation"
    case .processes: "process"
    case .pressure: "second"
    }
  }
}
