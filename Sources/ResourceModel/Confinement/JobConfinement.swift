/// What a job may do besides using what its limits give it.
public struct JobConfinement: Sendable, Hashable {
  /// Which system calls somebody said that it may make; nil where nobody did.
  public var namedLevel: ConfinementLevel?
  /// What it gets of its own.
  public var isolated: Set<Namespace> = []
  /// Whether it has a network beside the loopback.
  public var network: NetworkAccess = .host
  /// Paths that it sees where it would not otherwise (below `/tmp`).
  public var readable: [String] = []
  /// The only paths that it may write to, besides its own `/tmp`.
  public var writable: [String] = []
  /// The room in its own `/tmp` and `/dev/shm` together.
  public var temporarySpace = ByteCount(bytes: 64 << 20)
  /// The capabilities that it keeps, by name; `all` is every one.
  public var keptCapabilities: [String] = []
  /// The user that it runs as: a name or a number.
  public var user: String?
  /// The group that it runs as: a name or a number.
  public var group: String?
  /// Its environment.
  public var environment = EnvironmentRules()
  /// The descriptors above 2 that it inherits.
  public var keptDescriptors: [Int32] = []

  /// Confines nothing.
  public init() {}

  /// Which system calls it may make. Where nobody said so, mounts of its own imply `standard`: they hide its groups, and without a filter it
  /// could mount those anew in namespaces that it makes itself.
  public var level: ConfinementLevel {
    get { namedLevel ?? (isolated.contains(.mount) ? .standard : .none) }
    set { namedLevel = newValue }
  }

  /// What of this does not hold as one may think, in a sentence; nil where there is nothing to be said.
  public var caution: String? {
    guard isolated.contains(.mount), level == .none else { return nil }
    return
      "without a filter a job can reach its groups through a namespace of its own; --confine default stops that"
  }

  /// The namespaces that it takes: a job without a network has one of its own, with nothing in it but the loopback.
  public var namespaces: Set<Namespace> { network == .none ? isolated.union([.net]) : isolated }

  /// Whether it is confined: it gains no privileges then, has no capabilities but those that are kept, leaves no core dumps and
  /// inherits no descriptors but those that are named.
  public var isConfined: Bool {
    level != .none || !namespaces.isEmpty || !readable.isEmpty || !writable.isEmpty
      || !keptCapabilities.isEmpty
  }
}

/// Which network a job has.
public enum NetworkAccess: String, Sendable, Hashable, CaseIterable {
  /// Its caller's.
  case host
  /// The loopback alone.
  case none
}

/// What of its caller's environment a job gets, and what else.
public struct EnvironmentRules: Sendable, Hashable {
  /// Whether it gets nothing of its caller's but what is kept.
  public var isCleared = false
  /// The names of the variables that it gets all the same; with one at least the others are not passed on.
  public var kept: [String] = []
  /// `NAME=VALUE`, each taking the place of what had its name.
  public var assignments: [String] = []

  /// The caller's environment as it is.
  public init() {}

  /// Checks `NAME=VALUE`.
  static func assignment(_ text: String) throws(ValueError) -> String {
    guard let name = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).first,
      name.utf8.count < text.utf8.count
    else { throw ValueError(text, expected: "a variable NAME=VALUE, such as LANG=C") }
    _ = try Self.name(String(name))
    return text
  }

  /// Checks a name.
  static func name(_ text: String) throws(ValueError) -> String {
    guard !text.isEmpty, !text.utf8.contains(UInt8(ascii: "=")), !text.utf8.contains(0) else {
      throw ValueError(text, expected: "the name of a variable, such as LANG")
    }
    return text
  }
}
