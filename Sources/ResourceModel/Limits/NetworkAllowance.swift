/// How much a job may still move over the network, as the kernel can hold it to: in bytes, whatever they cost, and in bytes by what they
/// cost.
///
/// The kernel does not know credits. So what is left of them is said in bytes of the kind that costs most, in 65,536ths, and each kind
/// counts for as much of that as it costs:
///
///     sent 4 credits a GiB, received 1: a byte sent weighs 65,536, one received 16,384, one over the loopback 0;
///     with 2 credits left 2 ÷ 4 GiB × 65,536 may be used
package struct NetworkAllowance: Sendable, Hashable {
  /// Bytes received and sent from the launch on, loopback apart.
  package var bytes: Limit<ByteCount>
  /// The weight of a byte of each kind, in the order of `Meter.ofNetwork`; 65,536 is the largest.
  package var weights: [UInt64]
  /// What may still be used of weighted bytes.
  package var left: Limit<UInt64>

  /// The time that 2²⁰ bytes take in each direction, loopback apart; 0: as fast as they can.
  package var nanosecondsPerMebibyte: UInt64

  private static let whole: UInt128 = 65_536
  /// Beyond it a sum in the kernel could overflow: then there is no bound.
  private static let most: UInt128 = 1 << 62

  /// What `credits` pay for at these rates.
  package init(
    bytes: Limit<ByteCount>, rate: Limit<BitRate> = .unlimited, credits: Limit<Credits>, rates: [Meter: Rate],
    multiplier: Multiplier
  ) {
    self.bytes = bytes
    nanosecondsPerMebibyte = rate.bound.map { (8_000_000_000 << 20) / max(1, $0.bitsPerSecond) } ?? 0
    let prices = Meter.ofNetwork.map { Self.price(rates[$0]) }
    let dearest = prices.max() ?? 0
    weights = prices.map { dearest == 0 ? 0 : UInt64(clamping: ($0 * Self.whole + dearest - 1) / dearest) }
    guard let credits = credits.bound, dearest > 0, multiplier.millionths > 0 else {
      left = .unlimited
      return
    }
    let left = Self.bytes(for: max(.zero, credits), at: dearest, multiplier)
    self.left = left > Self.most ? .unlimited : .atMost(UInt64(left))
  }

  /// Microcredits for 2⁴⁰ bytes: no price that can be written is lost in the division.
  private static func price(_ rate: Rate?) -> UInt128 {
    guard let rate else { return 0 }
    return UInt128(clamping: rate.listUnitPrice.microcredits) * (1 << 40) / rate.pricingUnit.quantity
  }

  /// Rounded down, in 65,536ths. Credits × 2⁴⁰ × 65,536 can be wider than 128 bits.
  private static func bytes(
    for credits: Credits, at price: UInt128, _ multiplier: Multiplier
  ) -> UInt128 {
    let charged =
      UInt128(clamping: credits.microcredits) * 1_000_000 / UInt128(clamping: multiplier.millionths)
    let (high, low) = charged.multipliedFullWidth(by: (1 << 40) * whole)
    guard high < price else { return .max }
    return price.dividingFullWidth((high, low)).quotient
  }
}
