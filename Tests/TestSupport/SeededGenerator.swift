/// SplitMix64 (Steele, Lea and Flood 2014): the same values on every run, so that a failure can be had again.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number of any size: small ones as often as large ones.
  package mutating func anySize() -> UInt64 { next() >> UInt64.random(in: 0...63, using: &self) }
}
