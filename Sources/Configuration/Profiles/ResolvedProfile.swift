package import ResourceModel

/// A profile with all that it builds on, applied.
package struct ResolvedProfile: Sendable {
  /// The name or path by which it was asked for.
  package var name: String
  /// The limits; options are applied over these.
  package var limits: JobLimits
  /// `default` first, then what is extended, the profile itself last.
  package var chain: [LoadedProfile]

  /// Applies a chain in its order.
  init(name: String, chain: [LoadedProfile]) throws(ProfileError) {
    self.name = name
    self.chain = chain
    limits = JobLimits()
    for loaded in chain { try loaded.profile.apply(to: &limits) }
  }

  /// A setting that is in force, and the profile that set it.
  package struct Source: Sendable, Hashable {
    /// The setting's key.
    package var key: String
    /// The value as written.
    package var value: String
    /// The name of the profile that set it.
    package var profile: String
  }

  /// What is set and by which profile, in the order of the help text; what a later profile overrides is left out.
  package var sources: [Source] {
    Setting.all.flatMap { setting in
      var inForce: [Source] = []
      for loaded in chain {
        for assignment in loaded.profile.assignments where assignment.key == setting.key {
          inForce.removeAll { !setting.isRepeatable || Self.sameTarget($0.value, assignment.value) }
          inForce.append(Source(key: setting.key, value: assignment.value, profile: loaded.profile.name))
        }
      }
      return inForce
    }
  }

  /// Whether two values of a repeatable setting are for the same thing: what stands before `=`, or nothing does.
  private static func sameTarget(_ left: String, _ right: String) -> Bool {
    target(left) == target(right)
  }

  private static func target(_ value: String) -> Substring? {
    value.firstIndex(of: "=").map { value[..<$0] }
  }
}
