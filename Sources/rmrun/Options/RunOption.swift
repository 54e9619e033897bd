import ResourceModel

/// One option of a run. This is the only declaration: the scanner of the launch path, the help and the completions of
/// ArgumentParser are all made from it.
struct RunOption: Sendable {
  /// The long name, without dashes.
  var name: String
  /// One letter, where there is one.
  var short: Character?
  /// What stands for the value in help texts; nil for a flag.
  var valueName: String?
  var help: String
  var choices: [String] = []
  var completesFiles = false
  var isRepeatable = false
  var apply: @Sendable (String, inout RunArguments) throws(ValueError) -> Void

  /// An option with a value.
  static func value(
    _ name: String, short: Character? = nil, _ valueName: String, _ help: String,
    completesFiles: Bool = false,
    isRepeatable: Bool = false,
    apply: @escaping @Sendable (String, inout RunArguments) throws(ValueError) -> Void
  ) -> RunOption {
    RunOption(
      name: name, short: short, valueName: valueName, help: help, completesFiles: completesFiles,
      isRepeatable: isRepeatable, apply: apply)
  }

  /// An option without a value.
  static func flag(
    _ name: String, short: Character? = nil, _ help: String,
    set: @escaping @Sendable (inout RunArguments) -> Void
  ) -> RunOption {
    RunOption(name: name, short: short, help: help) { (_, arguments) throws(ValueError) in set(&arguments) }
  }

  /// The option of a setting that profiles have as well.
  init(_ setting: Setting) {
    self.init(
      name: setting.option, valueName: setting.isFlag ? nil : setting.valueName, help: setting.help,
      choices: setting.choices,
      isRepeatable: setting.isRepeatable || setting.isList
    ) { (text, arguments) throws(ValueError) in
      let text = setting.isFlag ? "true" : text
      // Read once here, so that a bad value is told with its option; applied after the profile.
      var scratch = JobLimits()
      try setting.apply(text, &scratch)
      let earlier = arguments.settings.last { $0.setting.key == setting.key }?.value
      arguments.settings.append((setting, earlier.map { setting.joined($0, text) } ?? text))
    }
  }

  private init(
    name: String, short: Character? = nil, valueName: String? = nil, help: String, choices: [String] = [],
    completesFiles: Bool = false, isRepeatable: Bool = false,
    apply: @escaping @Sendable (String, inout RunArguments) throws(ValueError) -> Void
  ) {
    self.name = name
    self.short = short
    self.valueName = valueName
    self.help = help
    self.choices = choices
    self.completesFiles = completesFiles
    self.isRepeatable = isRepeatable
    self.apply = apply
  }
}
