/// Memory over time from samples: the kernel has no cumulative counter for it.
///
/// Between two samples memory is taken to move in a straight line, so each interval adds the mean of its ends times its
/// length. If memory moved in one direction only, the truth lies within half the difference of the ends times the
/// length: that is the error, and it is summed beside.
package struct MemoryIntegrator: Sendable {
  private var last: (at: Instant, bytes: UInt64)?
  /// Byte-microseconds so far.
  package private(set) var total: UInt128 = 0
  /// How far `total` can be off, in byte-microseconds.
  package private(set) var error: UInt128 = 0

  package init() {}

  /// Adds a sample. One that is not later than the last replaces nothing and adds nothing.
  package mutating func add(_ bytes: UInt64, at instant: Instant) {
    if let last {
      guard instant > last.at else { return }
      // From the clock's origin, so that what is cut off from one interval is not lost but part of the next.
      let microseconds = UInt128(instant.nanoseconds / 1000 - last.at.nanoseconds / 1000)
      let difference = bytes > last.bytes ? bytes - last.bytes : last.bytes - bytes
      total += (UInt128(bytes) + UInt128(last.bytes)) * microseconds / 2
      error += UInt128(difference) * microseconds / 2
    }
    last = (instant, bytes)
  }

  /// Closes the last interval at the job's end. A dead job's memory is gone by then, so what was last seen is taken to
  /// have been held until the end; a job that was never seen alive is taken to have risen from zero to its peak.
  package mutating func finish(at instant: Instant, peak: UInt64?) {
    guard let last else { return }
    let held = last.bytes > 0 ? last.bytes : peak ?? 0
    add(held, at: instant)
  }
}
