import ResourceModel

extension ProfileStore {
  /// Every fault of a profile and of what it builds on; none for a good one.
  package func check(_ value: String) -> [Diagnostic] {
    do throws(ConfigurationError) {
      let resolved = try resolve(value)
      return thresholdFaults(resolved)
    } catch {
      return error.asDiagnostics
    }
  }

  /// Every fault of every profile in the directories, files whose name is taken included.
  package func checkAll() -> [Diagnostic] {
    let listings = list()
    return listings.flatMap { listing -> [Diagnostic] in
      guard case .file(let path) = listing.origin else { return [] }
      let faults = check(path)
      guard let earlier = listings.first(where: { $0.name == listing.name }), earlier.origin != listing.origin
      else { return faults }
      return [Diagnostic(file: path, position: .start, message: Self.hidden(by: earlier))] + faults
    }
  }

  /// warning ≤ emergency ≤ hard: each value is fine by itself, and they may come from several profiles.
  private func thresholdFaults(_ resolved: ResolvedProfile) -> [Diagnostic] {
    let thresholds = resolved.limits.thresholds
    guard thresholds.warning > thresholds.emergency || thresholds.emergency > thresholds.hard else {
      return []
    }
    let keys = ["warn-at", "emergency-at", "hard-at"]
    let places = resolved.chain.flatMap { loaded in
      keys.compactMap { key in loaded.positions[key].map { (loaded.file ?? loaded.profile.name, $0) } }
    }
    guard let (file, position) = places.last else { return [] }
    let message =
      "the thresholds are out of order: warn-at \(thresholds.warning) ≤ emergency-at \(thresholds.emergency) ≤ "
      + "hard-at \(thresholds.hard) has to hold"
    return [Diagnostic(file: file, position: position, message: message)]
  }
}
