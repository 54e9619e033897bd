/// A signal by its Linux number, with the name that `kill -l` prints.
public struct Signal: Sendable, Hashable {
  /// The number on Linux (x86-64 and arm64 agree on all of these).
  public var number: Int32

  /// Makes a signal from its number.
  public init(number: Int32) { self.number = number }

  /// The standard signals, by name without `SIG`. Source: signal(7).
  private static let names: [(name: String, number: Int32)] = [
    ("HUP", 1), ("INT", 2), ("QUIT", 3), ("ILL", 4), ("TRAP", 5), ("ABRT", 6), ("BUS", 7), ("FPE", 8),
    ("KILL", 9), ("USR1", 10), ("SEGV", 11), ("USR2", 12), ("PIPE", 13), ("ALRM", 14), ("TERM", 15),
    ("STKFLT", 16), ("CHLD", 17), ("CONT", 18), ("STOP", 19), ("TSTP", 20), ("TTIN", 21), ("TTOU", 22),
    ("URG", 23), ("XCPU", 24), ("XFSZ", 25), ("VTALRM", 26), ("PROF", 27), ("WINCH", 28), ("IO", 29),
    ("PWR", 30), ("SYS", 31),
  ]

  /// Reads `TERM`, `SIGTERM`, `term` or `15`. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    if let number = Int32(text), (1...64).contains(number) {
      self.init(number: number)
      return
    }
    let upper = text.uppercased()
    let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    guard let known = Self.names.first(where: { $0.name == name }) else {
      throw ValueError(text, expected: "a signal, such as TERM, SIGINT or 10")
    }
    self.init(number: known.number)
  }

  /// `SIGTERM`, or `signal 40` for one without a name.
  public var name: String {
    Self.names.first { $0.number == number }.map { "SIG" + $0.name } ?? "signal \(number)"
  }

  /// Ask to stop.
  public static let terminate = Signal(number: 15)
  /// Stop by force; cannot be caught.
  public static let kill = Signal(number: 9)
  /// Go on after a stop.
  public static let resume = Signal(number: 18)
}
