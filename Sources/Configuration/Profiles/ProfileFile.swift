import ResourceModel

/// A profile's YAML form.
///
///     description: A nightly build.
///     extends: ci
///     budget: $0.50
///     memory.max: 4G
///     io.max.rbps: [/data=10M, /scratch=50M]
///     rlimit:
///       - nofile=1024:4096
///
/// Beside `description` and `extends`, the keys are those of the settings (`Setting.all`), flat, and the values are what the options take,
/// as text. A setting that may be given more than once takes one value or a list; no other takes a list.
package enum ProfileFile {
  static let descriptionKey = "description"
  static let extendsKey = "extends"

  /// Every key that a profile may have.
  package static let keys = [descriptionKey, extendsKey] + Setting.all.map(\.key)

  /// Reads a profile. Never traps, whatever the bytes are.
  /// - Parameters:
  ///   - bytes: the file's contents.
  ///   - file: the file's name, for diagnostics.
  ///   - name: the profile's name; by default the file's.
  package static func parse(_ bytes: [UInt8], file: String, name: String? = nil) -> ParsedProfile {
    let document = YAMLDocument.parse(bytes, file: file)
    var reading = ProfileReading(faults: document.faults, name: name ?? file)
    if let root = document.root { reading.read(root) }
    return ParsedProfile(
      profile: reading.profile, positions: reading.positions, diagnostics: reading.faults.inOrder)
  }
}

/// Takes a profile out of a document, key by key.
private struct ProfileReading {
  var faults: Faults
  var profile: Profile
  var positions: [String: SourcePosition] = [:]
  /// Values are tried on these: they are read as they will be later.
  private var scratch = JobLimits()

  init(faults: Faults, name: String) {
    self.faults = faults
    profile = Profile(name: name, summary: "", extends: nil, assignments: [])
  }

  mutating func read(_ root: DocumentNode) {
    guard case .map(let entries) = root.content else {
      faults.add(
        "a profile is keys with values, such as `memory.max: 4G`; this is \(root.kind)", at: root.position)
      return
    }
    for entry in entries {
      positions[entry.key] = entry.keyPosition
      switch entry.key {
      case ProfileFile.descriptionKey: profile.summary = text(entry).map(Self.oneLine) ?? ""
      case ProfileFile.extendsKey: profile.extends = text(entry)
      default: readSetting(entry)
      }
    }
  }

  private mutating func readSetting(_ entry: DocumentNode.Entry) {
    guard let setting = Setting.named(entry.key) else {
      faults.add("\(entry.key.shortened()): no such key" + Self.hint(for: entry.key), at: entry.keyPosition)
      return
    }
    switch entry.value.content {
    case .text(let text): assign(text, at: entry.value.position, to: setting)
    case .list(let items) where setting.isRepeatable:
      for item in items {
        guard case .text(let text) = item.content else {
          faults.add("\(setting.key): \(item.kind) stands where a value belongs", at: item.position)
          continue
        }
        assign(text, at: item.position, to: setting)
      }
    case .list, .map:
      let right = setting.isRepeatable ? "one value or a list of them" : "one value"
      faults.add("\(setting.key) takes \(right), not \(entry.value.kind)", at: entry.value.position)
    }
  }

  private mutating func assign(_ value: String, at position: SourcePosition, to setting: Setting) {
    guard !value.isEmpty else {
      faults.add("\(setting.key) has no value; write one, or take the line out", at: position)
      return
    }
    do throws(ValueError) {
      try setting.apply(value, &scratch)
      profile.assignments.append(Profile.Assignment(setting.key, value))
    } catch {
      faults.add("\(setting.key): \(error)", at: position)
    }
  }

  private mutating func text(_ entry: DocumentNode.Entry) -> String? {
    guard case .text(let text) = entry.value.content, !text.isEmpty else {
      faults.add("\(entry.key) takes a text", at: entry.value.position)
      return nil
    }
    return text
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The nearest key; also the key of an option that was written in a key's place (`pids` for `pids.max`).
  private static func hint(for key: String) -> String {
    let near = Setting.all.first { $0.option == key }?.key ?? ProfileFile.keys.nearest(to: key)
    return near.map { "; did you mean '\($0)'?" } ?? "; `rmrun profile show default` lists the keys"
  }
}
