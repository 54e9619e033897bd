/// What happens to some system calls, where their arguments are so.
public struct CallRule: Sendable, Hashable {
  /// The calls by their names in the kernel.
  public var calls: [String]
  /// What happens to them.
  public var action: CallAction
  /// All of these have to hold; none: always.
  public var conditions: [ArgumentCondition]

  /// Makes a rule.
  public init(_ calls: [String], _ action: CallAction, when conditions: [ArgumentCondition] = []) {
    self.calls = calls
    self.action = action
    self.conditions = conditions
  }
}

/// What one argument of a system call has to be. A filter sees the number in the register, never what a pointer points to.
public struct ArgumentCondition: Sendable, Hashable, CustomStringConvertible {
  /// How the argument is compared.
  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    /// Equal, after the mask.
    case equal = "=="
    /// Not equal.
    case notEqual = "!="
    /// Less.
    case less = "<"
    /// Less, or equal.
    case atMost = "<="
    /// Greater.
    case greater = ">"
    /// Greater, or equal.
    case atLeast = ">="
  }

  /// Which argument, from 0 to 5.
  public var argument: Int
  /// The bits that are looked at; only `==` and `!=` can have less than all.
  public var mask: UInt64
  /// How they are compared.
  public var comparison: Comparison
  /// With what.
  public var value: UInt64

  /// Makes a condition.
  public init(argument: Int, mask: UInt64 = .max, _ comparison: Comparison, _ value: UInt64) {
    self.argument = argument
    self.mask = mask
    self.comparison = comparison
    self.value = value
  }

  /// Whether upper bits have a rule of a refusal hold no more, or one that allows hold.
  func isEvaded(allowing: Bool) -> Bool {
    guard mask == .max, value <= UInt64(UInt32.max) else { return false }
    return switch comparison {
    case .equal, .less, .atMost: !allowing
    case .notEqual, .greater, .atLeast: allowing
    }
  }

  /// `arg0 & 0x10000000 == 0x10000000`.
  public var description: String {
    let masked = mask == .max ? "" : " & 0x" + String(mask, radix: 16)
    return "arg\(argument)\(masked) \(comparison.rawValue) 0x" + String(value, radix: 16)
  }

  /// Reads `arg1 == 5`, `arg0 & 0x7f == 0x10`. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    let expected = "a condition such as arg0 == 40 or arg1 & 0xffffffff == 0x5412"
    let words = text.split(separator: " ").map(String.init)
    guard words.count == 3 || words.count == 5, words[0].utf8.count == 4, words[0].hasPrefix("arg"),
      let argument = Int(words[0].dropFirst(3)), (0...5).contains(argument),
      let comparison = Comparison(rawValue: words[words.count - 2]),
      let value = Self.number(words[words.count - 1])
    else { throw ValueError(text, expected: expected) }
    var mask = UInt64.max
    if words.count == 5 {
      guard words[1] == "&", [.equal, .notEqual].contains(comparison), let given = Self.number(words[2])
      else {
        throw ValueError(text, expected: expected + "; a mask goes with == and != only")
      }
      mask = given
    }
    guard value & mask == value else {
      throw ValueError(text, expected: "a value within its mask: this condition holds always or never")
    }
    self.init(argument: argument, mask: mask, comparison, value)
  }

  private static func number(_ text: String) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
  }
}
