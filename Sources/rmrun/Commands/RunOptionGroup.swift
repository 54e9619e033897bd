import ArgumentParser
import ResourceModel

/// The options of a run as ArgumentParser sees them, for help and completions.
///
/// ArgumentParser finds a type's arguments by reflecting it; a custom mirror hands it the wrappers that its property
/// wrappers would have made, built from the one table. It never parses a run (see `ArgumentScanner`), so nothing is decoded.
protocol RunOptionGroup: ParsableArguments, CustomReflectable {
  static var section: RunOptionSection { get }
}

extension RunOptionGroup {
  var customMirror: Mirror {
    Mirror(self, children: Self.section.options.map { (label: $0.name, value: $0.wrapper) })
  }

  /// Asks for the keys, as ArgumentParser's validation wants it of every type, and reads none.
  init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: OptionName.self)
    self.init()
  }
}

/// The name of any option, as a coding key.
private struct OptionName: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

struct LimitOptions: RunOptionGroup { static let section = RunOptionSection.limits }
struct JobOptions: RunOptionGroup { static let section = RunOptionSection.job }
struct ResultOptions: RunOptionGroup { static let section = RunOptionSection.results }
struct HostOptions: RunOptionGroup { static let section = RunOptionSection.host }

extension RunOption {
  /// The property wrapper that a declaration in ArgumentParser's own way would have made.
  fileprivate var wrapper: Any {
    var names: [NameSpecification.Element] = [.customLong(name)]
    if let short { names.append(.customShort(short)) }
    guard let valueName else {
      return Flag(
        wrappedValue: false, name: NameSpecification(names), help: ArgumentHelp(stringLiteral: help))
    }
    let completion: CompletionKind? = completesFiles ? .file() : choices.isEmpty ? nil : .list(choices)
    let help = ArgumentHelp(help, valueName: valueName)
    return isRepeatable
      ? Option<[String]>(
        wrappedValue: [], name: NameSpecification(names), help: help, completion: completion) as Any
      : Option<String?>(name: NameSpecification(names), help: help, completion: completion)
  }
}
