import GRDB
import ResourceModel

/// How amounts and times stand in the tables: micro-credits, and microseconds since 1970.
extension Credits {
  /// An amount from a column.
  init(_ column: Int64) { self.init(microcredits: column) }
}

extension Limit where Value == Credits {
  /// `NULL` is unlimited.
  init(_ column: Int64?) { self = column.map { .atMost(Credits($0)) } ?? .unlimited }
  /// `NULL` is unlimited.
  var column: Int64? { bound?.microcredits }
}

extension Limit where Value == Int64 {
  /// `NULL` is unlimited.
  init(_ column: Int64?) { self = column.map { .atMost($0) } ?? .unlimited }
}

extension WallTime {
  /// From microseconds since 1970.
  init(microseconds: Int64) {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingByFloor: 1_000_000)
    self.init(seconds: seconds, nanoseconds: rest * 1000)
  }

  /// Microseconds since 1970. A calendar that is off by 292,000 years stays at the end of the range.
  var microseconds: Int64 {
    Int64(clamping: Int128(seconds) * 1_000_000 + Int128(nanoseconds / 1000))
  }
}
