import TestSupport

extension SeededGenerator {
  /// A number from 0 up to, not including, `bound`; 0 where there is none. (The standard library's way is several times slower
  /// without optimisation, and even odds are not what matters here.)
  mutating func below(_ bound: Int64) -> Int64 {
    bound > 0 ? Int64(truncatingIfNeeded: next() >> 1) % bound : 0
  }

  /// True in so many of a hundred cases.
  mutating func chance(_ percent: Int64) -> Bool { below(100) < percent }

  /// A number in a range whose order of magnitude is as likely as any other.
  mutating func magnitude(_ range: ClosedRange<Int64>) -> Int64 {
    let octaves = Int64(range.lowerBound.leadingZeroBitCount - range.upperBound.leadingZeroBitCount) + 1
    let base = range.lowerBound << below(octaves)
    return min(range.upperBound, base + below(base))
  }
}
