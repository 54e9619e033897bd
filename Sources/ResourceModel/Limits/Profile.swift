/// A named set of limits: keys and values as `Setting` knows them, over those of the profile that it extends.
public struct Profile: Sendable, Hashable {
  /// One key and its value, as written.
  public struct Assignment: Sendable, Hashable {
    /// The setting's key.
    public var key: String
    /// The value, as the setting reads it.
    public var value: String

    /// Makes an assignment.
    public init(_ key: String, _ value: String) {
      self.key = key
      self.value = value
    }
  }

  /// The name that `--profile` takes.
  public var name: String
  /// What it is for, in one line.
  public var summary: String
  /// The profile that it builds on; nil for `default`, which always applies.
  public var extends: String?
  /// What it sets, in order; a later one wins.
  public var assignments: [Assignment]

  /// Makes a profile.
  public init(name: String, summary: String, extends: String?, assignments: [Assignment]) {
    self.name = name
    self.summary = summary
    self.extends = extends
    self.assignments = assignments
  }

  /// Writes what the profile sets over `limits`. Throws for an unknown key or a value that its setting can't read.
  public func apply(to limits: inout JobLimits) throws(ProfileError) {
    for assignment in assignments {
      guard let setting = Setting.named(assignment.key) else {
        throw ProfileError(profile: name, key: assignment.key, cause: nil)
      }
      do {
        try setting.apply(assignment.value, &limits)
      } catch {
        throw ProfileError(profile: name, key: assignment.key, cause: error)
      }
    }
  }
}

/// A key that is not known, or a value that its setting can't read.
public struct ProfileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The profile's name.
  public var profile: String
  /// The key.
  public var key: String
  /// What is wrong with the value; nil where the key is not known.
  public var cause: ValueError?

  /// What failed, on what, and what would do.
  public var description: String {
    let place = "profile '\(profile.escapedForTerminal)': \(key.escapedForTerminal)"
    if let cause { return "\(place): \(cause)" }
    let near = Setting.all.map(\.key).nearest(to: key).map { "; did you mean '\($0)'?" } ?? ""
    return place + ": no such key" + near
  }
}
