/// The quantity of a meter to which a price applies.
public enum PricingUnit: String, Sendable, Hashable, CaseIterable {
  /// One CPU busy for one second.
  case coreSecond = "core-second"
  /// One CPU busy for one hour.
  case coreHour = "core-hour"
  /// 2³⁰ bytes held for one second.
  case gibSecond = "GiB-second"
  /// 2³⁰ bytes held for one hour.
  case gibHour = "GiB-hour"
  /// 2³⁰ bytes moved.
  case gib = "GiB"
  /// 10⁹ bytes moved.
  case gb = "GB"
  /// One operation or request.
  case one = "operation"
  /// A thousand operations or requests.
  case thousand = "thousand-operations"
  /// A million operations or requests.
  case million = "million-operations"

  /// How many of a meter's base units (microseconds, byte-microseconds, bytes, operations) make one pricing unit.
  package var quantity: UInt128 {
    switch self {
    case .coreSecond, .million: 1_000_000
    case .coreHour: 3_600_000_000
    case .gibSecond: (1 << 30) * 1_000_000
    case .gibHour: (1 << 30) * 3_600_000_000
    case .gib: 1 << 30
    case .gb: 1_000_000_000
    case .one: 1
    case .thousand: 1000
    }
  }

  /// The units that make sense for a meter, the usual one first; none for a meter that is never priced.
  public static func units(for meter: Meter) -> [PricingUnit] {
    switch meter {
    case .cpu: [.coreSecond, .coreHour]
    case .memory: [.gibSecond, .gibHour]
    case .storageRead, .storageWritten, .networkReceived, .networkSent, .loopbackReceived, .loopbackSent:
      [.gib, .gb]
    case .storageReadOperations, .storageWriteOperations, .apiRequests: [.million, .thousand, .one]
    case .processes, .pressure: []
    }
  }
}

/// What one meter costs.
public struct Rate: Sendable, Hashable {
  /// Credits for one pricing unit (FOCUS: *list unit price*).
  public var listUnitPrice: Credits
  /// The quantity that the price is for (FOCUS: *pricing unit*).
  public var pricingUnit: PricingUnit

  /// Makes a price of `listUnitPrice` credits for each `pricingUnit`.
  public init(listUnitPrice: Credits, pricingUnit: PricingUnit) {
    self.listUnitPrice = listUnitPrice
    self.pricingUnit = pricingUnit
  }

  /// The charge in micro-credits for `quantity` base units at `multiplier`, rounded down once, at the end.
  ///
  /// The whole pricing units are split off first; the rest is smaller than a unit, so its full-width product divides
  /// by the unit without overflow. A charge past the range becomes the largest amount.
  package func charge(for quantity: UInt128, multiplier: Multiplier) -> Credits {
    let price = UInt128(clamping: listUnitPrice.microcredits) * UInt128(clamping: multiplier.millionths)
    let unit = pricingUnit.quantity
    let (whole, rest) = quantity.quotientAndRemainder(dividingBy: unit)
    let (wholePrice, overflow) = whole.multipliedReportingOverflow(by: price)
    let restPrice = unit.dividingFullWidth(rest.multipliedFullWidth(by: price)).quotient
    let (sum, sumOverflow) = wholePrice.addingReportingOverflow(restPrice)
    return overflow || sumOverflow ? .max : Credits(microcredits: Int64(clamping: sum / 1_000_000))
  }

  /// The most micro-credits that `perSecond` base units a second can cost in a second, rounded up.
  package func burn(perSecond: UInt128, multiplier: Multiplier) -> Credits {
    charge(for: perSecond, multiplier: multiplier) + Credits(microcredits: 1)
  }
}

/// A factor on prices, in millionths: 1.5 is 1,500,000.
public struct Multiplier: Sendable, Hashable, Comparable {
  /// Millionths; never negative.
  public var millionths: Int64

  /// Makes a factor from millionths.
  public init(millionths: Int64) { self.millionths = millionths }

  /// The list price itself.
  public static let one = Multiplier(millionths: 1_000_000)

  /// Reads `1.5`, from 0 to 1000. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    guard let value = DecimalNumber(text[...])?.scaled(by: 1_000_000), value <= 1_000_000_000 else {
      throw ValueError(text, expected: "a factor from 0 to 1000, such as 1.5")
    }
    self.init(millionths: value)
  }

  /// Smaller or larger factor.
  public static func < (left: Multiplier, right: Multiplier) -> Bool { left.millionths < right.millionths }

  /// One factor upon another, rounded down to a millionth.
  package func times(_ other: Multiplier) -> Multiplier {
    Multiplier(millionths: Int64(clamping: Int128(millionths) * Int128(other.millionths) / 1_000_000))
  }
}

extension Multiplier: CustomStringConvertible {
  /// `1.5`.
  public var description: String { millionths.decimalText(places: 6) }
}
