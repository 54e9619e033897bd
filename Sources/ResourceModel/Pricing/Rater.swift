/// Turns cumulative counters into credits, exactly.
///
/// The quantities are summed per factor in force and each sum is multiplied and divided once, when asked: so the charge
/// does not depend on when and how often one reads. (Rounding each small difference down, as the first system did,
/// undercharges.) A reading has to fall on every change of price; the quantity since the last reading is charged at the
/// factor that was in force then.
public struct Rater: Sendable {
  var rates: [(meter: Meter, rate: Rate)]
  var last: [Meter: UInt128] = [:]
  var quantities: [(multiplier: Multiplier, byMeter: [Meter: UInt128])] = []

  /// Starts at zero use with a price book's rates.
  public init(rates: [Meter: Rate]) {
    self.rates = rates.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Adds what was used since the last reading, at `multiplier`. A counter that went back (polled ones can) adds
  /// nothing until it passes its old value; an unmeasured one adds nothing.
  public mutating func add(_ usage: Usage, multiplier: Multiplier) {
    let index = index(of: multiplier)
    for (meter, _) in rates {
      guard let now = usage.quantity(of: meter) else { continue }
      let before = last[meter] ?? 0
      guard now > before else { continue }
      quantities[index].byMeter[meter, default: 0] += now - before
      last[meter] = now
    }
  }

  /// What a priced meter said last; nil if it has not said anything.
  package func lastQuantity(of meter: Meter) -> UInt128? { last[meter] }

  /// The charge of one meter so far.
  public func charge(of meter: Meter) -> Credits {
    guard let rate = rates.first(where: { $0.meter == meter })?.rate else { return .zero }
    return quantities.reduce(.zero) { sum, entry in
      sum + rate.charge(for: entry.byMeter[meter] ?? 0, multiplier: entry.multiplier)
    }
  }

  /// The charges by meter, in the order of a bill; only priced meters stand in it.
  public var charges: [(meter: Meter, charge: Credits)] {
    rates.map { ($0.meter, charge(of: $0.meter)) }
  }

  /// The sum of the charges.
  public var total: Credits { rates.reduce(.zero) { $0 + charge(of: $1.meter) } }

  mutating func index(of multiplier: Multiplier) -> Int {
    if let index = quantities.lastIndex(where: { $0.multiplier == multiplier }) { return index }
    quantities.append((multiplier, [:]))
    return quantities.count - 1
  }
}
