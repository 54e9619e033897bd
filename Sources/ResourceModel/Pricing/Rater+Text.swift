// What a crash must not lose of a rating, as text: rates, the factor in force, the counters as of the last reading, and what was
// added up so far. Whoever reads the final counters after it rates them as the dead supervisor would have. Example:
//
//     rmrun.rating/1
//     rate cpu 1000000 core-second
//     factor 1000000
//     last cpu 70123
//     sum 1000000 cpu 70123

extension Rater {
  private static let header = "rmrun.rating/1"

  /// The rating as text.
  /// - Parameter factor: the factor in force.
  public func text(at factor: Multiplier) -> String {
    // Put together by hand: `joined(separator:)` is generic, and each process's first call of it has the runtime look through all
    // conformances in the executable, which takes a tenth of a launch.
    var text = Self.header
    for (meter, rate) in rates {
      text += "\nrate \(meter.rawValue) \(rate.listUnitPrice.microcredits) \(rate.pricingUnit.rawValue)"
    }
    text += "\nfactor \(factor.millionths)"
    for (meter, quantity) in last.sorted(by: { $0.key < $1.key }) {
      text += "\nlast \(meter.rawValue) \(quantity)"
    }
    for (factor, byMeter) in quantities {
      for (meter, quantity) in byMeter.sorted(by: { $0.key < $1.key }) {
        text += "\nsum \(factor.millionths) \(meter.rawValue) \(quantity)"
      }
    }
    return text
  }

  /// Reads `text`.
  /// - Returns: the rating and the factor in force; nil for anything that `text` has not written.
  public static func parse(_ text: String) -> (rater: Rater, factor: Multiplier)? {
    var lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    guard lines.first?.first.map(String.init) == header else { return nil }
    lines.removeFirst()
    var rater = Rater(rates: [:])
    var factor: Multiplier?
    for words in lines {
      switch words.first {
      case "factor" where words.count == 2: factor = Int64(words[1]).map { Multiplier(millionths: $0) }
      case "rate" where words.count == 4:
        guard let meter = Meter(words[1]), let price = Int64(words[2]),
          let unit = PricingUnit(rawValue: String(words[3]))
        else { return nil }
        rater.rates.append((meter, Rate(listUnitPrice: Credits(microcredits: price), pricingUnit: unit)))
      case "last" where words.count == 3:
        guard let meter = Meter(words[1]), let quantity = UInt128(words[2]) else { return nil }
        rater.last[meter] = quantity
      case "sum" where words.count == 4:
        guard let millionths = Int64(words[1]), let meter = Meter(words[2]), let quantity = UInt128(words[3])
        else { return nil }
        let index = rater.index(of: Multiplier(millionths: millionths))
        rater.quantities[index].byMeter[meter] = quantity
      default: return nil
      }
    }
    return factor.map { (rater, $0) }
  }
}

extension Meter {
  fileprivate init?(_ word: Substring) { self.init(rawValue: String(word)) }
}
