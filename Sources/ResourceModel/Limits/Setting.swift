/// One thing that can be set for a job: by a key in a profile, by an option on the command line.
///
/// This table is the only declaration of both; parsing, help, completions, `profile check` and the JSON Schema follow it.
public struct Setting: Sendable {
  /// The key in a profile. Kernel limits carry the control file's name.
  public var key: String
  /// The long option, without dashes.
  public var option: String
  /// What stands for the value in help texts.
  public var valueName: String
  /// One line of help.
  public var help: String
  /// Whether it may be given more than once, each adding to the others.
  public var isRepeatable: Bool
  /// Whether the values of an option that is given more than once make one list; `none` begins it anew. A profile's is replaced by it.
  public var isList = false
  /// The only values, where there are few.
  public var choices: [String]
  /// Whether the option takes no value; in a profile it has `true` or `false`.
  public var isFlag = false
  /// Reads a value into the limits.
  public var apply: @Sendable (String, inout JobLimits) throws(ValueError) -> Void

  init(
    _ key: String, option: String, _ valueName: String, _ help: String, isRepeatable: Bool = false,
    choices: [String] = [],
    apply: @escaping @Sendable (String, inout JobLimits) throws(ValueError) -> Void
  ) {
    self.key = key
    self.option = option
    self.valueName = valueName
    self.help = help
    self.isRepeatable = isRepeatable
    self.choices = choices
    self.apply = apply
  }

  /// What an option says that was given before with another value.
  public func joined(_ earlier: String, _ value: String) -> String {
    isList && earlier != "none" && value != "none" ? earlier + "," + value : value
  }

  /// The setting with a profile key.
  public static func named(_ key: String) -> Setting? { all.first { $0.key == key } }

  /// Every setting, in the order of the help text.
  public static let all: [Setting] =
    budget + compute + memory + storage + network + time + stopping + process + confinement
}

extension Setting {
  /// A setting whose values are the cases of an enum.
  static func choice<Value: RawRepresentable & CaseIterable & Sendable & Hashable>(
    _ key: String, option: String, _ help: String,
    into field: @escaping @Sendable (inout JobLimits, Value) -> Void
  ) -> Setting where Value.RawValue == String {
    let names = Value.allCases.map(\.rawValue)
    return Setting(key, option: option, names.concatenated(by: "|"), help, choices: names) {
      (text, limits) throws(ValueError) in
      guard let value = Value(rawValue: text) else {
        throw ValueError(text, expected: "one of " + names.joined(separator: ", "))
      }
      field(&limits, value)
    }
  }

  /// A setting that is on or off.
  static func flag(
    _ key: String, _ help: String, into field: @escaping @Sendable (inout JobLimits, Bool) -> Void
  ) -> Setting {
    var setting = Setting(key, option: key, "true|false", help, choices: ["true", "false"]) {
      (text, limits) throws(ValueError) in
      guard text == "true" || text == "false" else { throw ValueError(text, expected: "true or false") }
      field(&limits, text == "true")
    }
    setting.isFlag = true
    return setting
  }

  /// A setting whose values are lists, with commas or by more than one option.
  static func list(
    _ key: String, option: String, _ help: String,
    apply: @escaping @Sendable (String, inout JobLimits) throws(ValueError) -> Void
  ) -> Setting {
    var setting = Setting(key, option: option, "list", help, apply: apply)
    setting.isList = true
    return setting
  }

  /// A whole number in a range.
  static func integer(_ text: String, in range: ClosedRange<Int>, _ what: String) throws(ValueError) -> Int {
    guard let value = Int(text), range.contains(value) else {
      throw ValueError(text, expected: "\(what) from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}
