extension Setting {
  static let confinement: [Setting] = [
    Setting(
      "confine", option: "confine", "none|default|strict|file",
      "Which system calls the job may make (none; default with --isolate mount)."
    ) { (text, limits) throws(ValueError) in limits.confinement.level = try ConfinementLevel(parsing: text) },
    Setting(
      "isolate", option: "isolate", "list", "Namespaces of its own: pid,mount,ipc,uts,net,cgroup,user; all."
    ) { (text, limits) throws(ValueError) in limits.confinement.isolated = try Namespace.set(parsing: text) },
    Setting(
      "write", option: "write", "path", "Files may be written there, and nowhere else.", isRepeatable: true
    ) { (text, limits) throws(ValueError) in limits.confinement.writable.add(try path(text)) },
    Setting(
      "read", option: "read", "path", "Show this too where the job's own /tmp or /run would hide it.",
      isRepeatable: true
    ) { (text, limits) throws(ValueError) in limits.confinement.readable.add(try path(text)) },
    Setting(
      "tmp-size", option: "tmp-size", "size", "Room in the job's own /tmp, where mounts are isolated (64M)."
    ) { (text, limits) throws(ValueError) in
      let size = try ByteCount(parsing: text)
      guard size.bytes > 0 else { throw ValueError(text, expected: "a size above zero, such as 64M") }
      limits.confinement.temporarySpace = size
    },
    Setting("cap-keep", option: "cap-keep", "list", "Capabilities that a confined job keeps (none).") {
      (text, limits) throws(ValueError) in limits.confinement.keptCapabilities = try capabilities(text)
    },
    Setting("user", option: "user", "name|uid", "Run as this user, in that user's groups.") {
      (text, limits) throws(ValueError) in limits.confinement.user = try account(text)
    },
    Setting("group", option: "group", "name|gid", "Run as this group instead of the user's own.") {
      (text, limits) throws(ValueError) in limits.confinement.group = try account(text)
    },
    flag("env-clear", "Pass no variable of the environment on but those that are kept.") {
      $0.confinement.environment.isCleared = $1
    },
    Setting(
      "env-keep", option: "env-keep", "name", "Pass this variable on, and no other that isn't named.",
      isRepeatable: true
    ) { (text, limits) throws(ValueError) in
      limits.confinement.environment.kept.add(try EnvironmentRules.name(text))
    },
    Setting("env", option: "env", "name=value", "Set a variable of the environment.", isRepeatable: true) {
      (text, limits) throws(ValueError) in
      limits.confinement.environment.assignments.append(try EnvironmentRules.assignment(text))
    },
    Setting(
      "keep-fd", option: "keep-fd", "n", "A descriptor above 2 that a confined job inherits.",
      isRepeatable: true
    ) { (text, limits) throws(ValueError) in
      limits.confinement.keptDescriptors.add(Int32(try integer(text, in: 3...1_048_575, "a descriptor")))
    },
  ]

  private static func path(_ text: String) throws(ValueError) -> String {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw ValueError(text, expected: "a path") }
    return text
  }

  private static func account(_ text: String) throws(ValueError) -> String {
    guard !text.isEmpty, !text.utf8.contains(UInt8(ascii: ":")) else {
      throw ValueError(text, expected: "a name, or a number")
    }
    return text
  }

  /// `net_bind_service,cap_chown`, `all` or `none`; in lower case, with `cap_` in front.
  private static func capabilities(_ text: String) throws(ValueError) -> [String] {
    if text == "none" { return [] }
    var names: [String] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.lowercased()
      guard !name.isEmpty, name.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || (97...122).contains($0) }) else {
        throw ValueError(text, expected: "a list of capabilities, such as net_bind_service,chown")
      }
      names.add(name == "all" || name.hasPrefix("cap_") ? name : "cap_" + name)
    }
    return names
  }
}

extension Array where Element: Equatable {
  /// Appends what isn't there yet.
  fileprivate mutating func add(_ element: Element) { if !contains(element) { append(element) } }
}
