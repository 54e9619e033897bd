package import ResourceModel

/// A profile and where it came from.
package struct LoadedProfile: Sendable, Hashable {
  /// Where a profile came from.
  package enum Origin: Sendable, Hashable {
    /// rmrun itself.
    case builtIn
    /// A file.
    case file(String)
  }

  /// The profile, without faults.
  package var profile: Profile
  /// Where it came from.
  package var origin: Origin
  /// Where each key stands in the file, for faults that show only with other profiles.
  var positions: [String: SourcePosition] = [:]
  /// Nil for a built-in.
  var identity: ConfigurationFile.Identity?

  /// The path of the file; nil for a built-in.
  package var file: String? {
    if case .file(let path) = origin { path } else { nil }
  }

  init(builtIn profile: Profile) {
    self.profile = profile
    origin = .builtIn
  }

  init(_ parsed: ParsedProfile, file: ConfigurationFile) {
    profile = parsed.profile
    origin = .file(file.path)
    positions = parsed.positions
    identity = file.identity
  }

  /// Whether both are the same profile, whatever path led to it.
  func isSame(as other: LoadedProfile) -> Bool {
    identity == other.identity && (identity != nil || profile.name == other.profile.name)
  }
}
