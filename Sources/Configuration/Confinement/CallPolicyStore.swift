import LinuxSystem
package import ResourceModel

/// Finds the rules that `--confine` names.
package enum CallPolicyStore {
  /// The rules of a level; nil for `none`. The built-in ones read no file.
  /// - Parameter isCall: whether there is a system call of a name.
  /// - Throws: `ConfigurationError`, with every fault of the file.
  package static func load(
    _ level: ConfinementLevel, isCall: (String) -> Bool
  ) throws(ConfigurationError) -> CallPolicy? {
    guard case .file(let path) = level else { return CallPolicy.builtIn(level) }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try ConfigurationFile.read(path).bytes
    } catch {
      throw ConfigurationError(.unreadable, "read the rules", path: path, underlying: error)
    }
    let parsed = CallPolicyFile.parse(bytes, file: path, isCall: isCall)
    guard parsed.diagnostics.isEmpty else {
      throw ConfigurationError(.faulty, "use the rules", path: path, diagnostics: parsed.diagnostics)
    }
    return parsed.policy
  }
}
