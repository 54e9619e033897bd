import LinuxSystem
import ResourceModel
import SystemPackage

/// Finds profiles: built in, in the system's and the user's directory, or in a file that is named.
///
/// A built-in name is never looked for anywhere, so it can't be shadowed, and the usual start of a job reads no file.
package struct ProfileStore: Sendable {
  /// Where names are looked for, in this order; all absolute.
  package var directories: [String]

  /// The administrator's profiles.
  package static let systemDirectory = "/etc/rmrun/profiles"

  /// A store with its own directories.
  package init(directories: [String]) { self.directories = directories }

  /// The directories of a user: `/etc/rmrun/profiles`, then `rmrun/profiles` in `$XDG_CONFIG_HOME` or `~/.config`.
  ///
  /// A relative path in either variable is ignored, as the XDG Base Directory Specification asks ("should consider the path
  /// invalid and ignore it"): it would be one below the working directory.
  /// - Parameters:
  ///   - environment: looks a variable up.
  ///   - home: looks up the user's home where `$HOME` says nothing of use; nil if that is not known either.
  package init(environment: (String) -> String?, home: @autoclosure () -> String?) {
    let home = Self.absolute(environment("HOME")) ?? Self.absolute(home())
    let configuration = Self.absolute(environment("XDG_CONFIG_HOME")) ?? home.map { $0 + "/.config" }
    directories = [Self.systemDirectory] + [configuration].compactMap { $0.map { $0 + "/rmrun/profiles" } }
  }

  private static func absolute(_ path: String?) -> String? {
    guard let path, path.hasPrefix("/") else { return nil }
    return path
  }

  /// The profile of a name or path with all that it builds on.
  /// - Throws: `ConfigurationError`, with every fault of a file, for what is unknown, unreadable, faulty or circular.
  package func resolve(_ value: String) throws(ConfigurationError) -> ResolvedProfile {
    let chain = try chain(of: value)
    do throws(ProfileError) {
      return try ResolvedProfile(name: value, chain: chain)
    } catch {
      // Values of files were tried when they were read; only a built-in that contradicts the settings' table gets here.
      throw ConfigurationError(.faulty, "apply the profile", path: value, reason: error.description)
    }
  }

  /// One profile, without what it builds on. `directory` is where a relative path starts; nil: the working directory.
  func load(_ value: String, from directory: String? = nil) throws(ConfigurationError) -> LoadedProfile {
    switch try ProfileReference(value) {
    case .name(let name):
      if let profile = Profile.builtIn(named: name) { return LoadedProfile(builtIn: profile) }
      return try Self.loadFile(try find(name), name: name)
    case .path(let path):
      let isRelative = !path.hasPrefix("/")
      let whole = isRelative ? directory.map { $0 + "/" + path } ?? path : path
      return try Self.loadFile(try Self.read(whole), name: value)
    }
  }

  private static func loadFile(
    _ file: ConfigurationFile, name: String
  ) throws(ConfigurationError) -> LoadedProfile {
    let parsed = ProfileFile.parse(file.bytes, file: file.path, name: name)
    guard parsed.diagnostics.isEmpty else {
      throw ConfigurationError(
        .faulty, "use the profile", path: file.path, diagnostics: parsed.diagnostics)
    }
    return LoadedProfile(parsed, file: file)
  }

  /// The file of a name in the first directory that has one.
  private func find(_ name: String) throws(ConfigurationError) -> ConfigurationFile {
    for directory in directories {
      let path = directory + "/" + name + ".yaml"
      do throws(ConfigurationError) {
        return try Self.read(path)
      } catch  where error.underlying?.code == .notFound || error.underlying?.underlying == .notDirectory {
        continue
      }
    }
    let near = list().map(\.name).nearest(to: name).map { "did you mean '\($0)'? " } ?? ""
    throw ConfigurationError(
      .unknownName, "find the profile", path: name,
      reason: "no file \(name).yaml in \(directories.joined(separator: " or ")), and none built in; " + near
        + "`rmrun profile list` shows what there is, and a path with '/' names a file")
  }

  static func read(_ path: String) throws(ConfigurationError) -> ConfigurationFile {
    do throws(SystemError) {
      return try ConfigurationFile.read(path)
    } catch {
      throw ConfigurationError(.unreadable, "read the profile", path: path, underlying: error)
    }
  }
}
