import LinuxSystem
import ResourceModel

extension ProfileStore {
  /// More than anybody can follow, and far less than what would take long.
  private static let longestChain = 32

  /// `default`, then what the profile extends, then the profile: each applied over those before it.
  func chain(of value: String) throws(ConfigurationError) -> [LoadedProfile] {
    var chain = [try load(value)]
    while let top = chain.first, let base = top.profile.extends {
      let loaded = try loadBase(base, of: top)
      if let repeated = chain.firstIndex(where: { $0.isSame(as: loaded) }) {
        let circle = [loaded] + chain[...repeated].reversed().dropFirst() + [loaded]
        throw Self.circle(circle.map(\.profile.name), at: top)
      }
      guard chain.count < Self.longestChain else {
        throw Self.fault(
          "more than \(Self.longestChain) profiles extend one another; put some of them together", at: top)
      }
      chain.insert(loaded, at: 0)
    }
    let standard = try load("default")
    if !chain.contains(where: { $0.isSame(as: standard) }) { chain.insert(standard, at: 0) }
    return chain
  }

  /// A relative path in `extends` starts at the file that has it, wherever rmrun was started.
  private func loadBase(_ base: String, of top: LoadedProfile) throws(ConfigurationError) -> LoadedProfile {
    do throws(ConfigurationError) {
      return try load(base, from: top.file.map(Self.directory))
    } catch  where error.diagnostics.isEmpty {
      // What the extended file has as faults stands there; that there is none, stands here.
      let why = error.underlying.map(\.description) ?? error.reason
      throw Self.fault("extends '\(base.shortened())': \(why)", at: top, code: error.code)
    }
  }

  private static func directory(of file: String) -> String {
    file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
  }

  private static func circle(_ names: [String], at top: LoadedProfile) -> ConfigurationError {
    fault("profiles extend one another in a circle: " + names.joined(separator: " → "), at: top, code: .cycle)
  }

  private static func fault(
    _ message: String, at top: LoadedProfile, code: ConfigurationError.Code = .cycle
  ) -> ConfigurationError {
    let file = top.file ?? top.profile.name
    let place = top.positions[ProfileFile.extendsKey] ?? .start
    return ConfigurationError(
      code, "use the profile", path: file,
      diagnostics: [Diagnostic(file: file, position: place, message: message)])
  }
}
