package import ResourceModel

/// `cpu.stat`: CPU time of a group and all its descendants since the group was made. The first three lines
/// are there without the cpu controller; the others come with it. Example:
///
///     usage_usec 1503211
///     user_usec 1403000
///     system_usec 100211
///     nr_periods 15
///     nr_throttled 3
///     throttled_usec 20100
///
/// Source: Documentation/admin-guide/cgroup-v2.rst, "CPU Interface Files".
package struct CPUStat: Sendable, Hashable {
  /// CPU time, user and system together. Running tasks are accounted up to the last tick.
  package var usage: Duration
  /// The part spent in user mode.
  package var user: Duration
  /// The part spent in the kernel.
  package var system: Duration
  /// Periods of `cpu.max` in which the group ran out of its quota; nil without the cpu controller.
  package var throttledPeriods: UInt64?
  /// How long its tasks were held back for that; nil without the cpu controller.
  package var throttled: Duration?

  /// Reads the file's text. Throws when one of the first three lines is missing or any number is malformed.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    let text = FlatKeyedText(bytes)
    usage = .microseconds(try text.required("usage_usec"))
    user = .microseconds(try text.required("user_usec"))
    system = .microseconds(try text.required("system_usec"))
    throttledPeriods = try text.value("nr_throttled")
    throttled = try text.value("throttled_usec").map { .microseconds($0) }
  }
}
