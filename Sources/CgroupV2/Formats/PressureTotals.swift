package import ResourceModel

/// `cpu.pressure`, `memory.pressure` or `io.pressure`: for how long tasks of a group stood still for want of
/// that resource. Only the totals are used: the averages are the kernel's, over windows that a short job does
/// not fill. Example:
///
///     some avg10=5.32 avg60=3.91 avg300=1.54 total=13805130
///     full avg10=0.00 avg60=0.00 avg300=0.00 total=0
///
/// Source: Documentation/accounting/psi.rst. The file can be absent, and can refuse to be read (EOPNOTSUPP)
/// where PSI is off.
package struct PressureTotals: Sendable, Hashable {
  /// How long at least one task stood still.
  package var some: Duration
  /// How long all of them did at once; nil for `cpu.pressure` before Linux 5.13.
  package var full: Duration?

  /// Reads the file's text. Throws when the `some` line is missing or a total is malformed.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    var text = ControlText(bytes)
    var totals: (some: Duration?, full: Duration?)
    while var line = try text.line() {
      let kind = line.nextField()
      if kind?.isText("some") == true {
        totals.some = try Self.total(in: line)
      } else if kind?.isText("full") == true {
        totals.full = try Self.total(in: line)
      }
    }
    guard let some = totals.some else {
      throw ValueError(bytes[...].shown, expected: "a pressure text with a line 'some … total=NUMBER'")
    }
    self.some = some
    full = totals.full
  }

  private static func total(in line: ArraySlice<UInt8>) throws(ValueError) -> Duration {
    var fields = line
    while let field = fields.nextField() {
      if let microseconds = field.unsigned(after: "total=") { return .microseconds(microseconds) }
    }
    throw ValueError(line.shown, expected: "a pressure line with 'total=NUMBER'")
  }
}
