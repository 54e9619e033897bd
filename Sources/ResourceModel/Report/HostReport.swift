/// What a host offers to a user, found out by trying it: the content of `rmrun doctor`.
public struct HostReport: Sendable, Hashable {
  /// Whose report it is. What a host offers differs from user to user.
  public var user: User
  /// The machine.
  public var machine: Machine
  /// What is to be had of each limit and meter, in their order.
  public var findings: [Finding]
  /// Where jobs' groups are made.
  public var groups: Groups
  /// What is to be had of each controller, by its name in `cgroup.controllers`.
  public var controllers: [Controller]
  /// Whether a job's group has a file that not every kernel has; nil: it can't have it without its controller.
  public var files: [File]
  /// What the supervisor may do for its jobs.
  public var supervision: Supervision
  /// Whom a budget binds.
  public var binding: Binding

  /// Makes a report.
  public init(
    user: User, machine: Machine, findings: [Finding], groups: Groups, controllers: [Controller],
    files: [File],
    supervision: Supervision, binding: Binding
  ) {
    self.user = user
    self.machine = machine
    self.findings = findings
    self.groups = groups
    self.controllers = controllers
    self.files = files
    self.supervision = supervision
    self.binding = binding
  }
}

extension HostReport {
  /// A user of this host.
  public struct User: Sendable, Hashable {
    /// The number.
    public var id: UInt32
    /// The name, where `/etc/passwd` has one.
    public var name: String?

    /// Names a user.
    public init(id: UInt32, name: String?) {
      self.id = id
      self.name = name
    }
  }

  /// The machine, as far as plans depend on it.
  public struct Machine: Sendable, Hashable {
    /// As `uname -r` prints it.
    public var kernelRelease: String
    /// CPUs and memory, and the times that bound an overshoot.
    public var facts: HostFacts

    /// Makes it.
    public init(kernelRelease: String, facts: HostFacts) {
      self.kernelRelease = kernelRelease
      self.facts = facts
    }
  }

  /// Why something is not as it could be, and what to do about it.
  public struct Shortcoming: Sendable, Hashable {
    /// Why, as the middle of a sentence.
    public var cause: String
    /// A command or an instruction; nil where nothing mends it.
    public var remedy: String?

    /// Makes it.
    public init(cause: String, remedy: String?) {
      self.cause = cause
      self.remedy = remedy
    }
  }

  /// What is to be had of one limit or meter.
  public struct Finding: Sendable, Hashable {
    /// The limit or meter.
    public var feature: Feature
    /// Who holds it.
    public var mechanism: Mechanism
    /// Why it is not the kernel; nil where it is.
    public var shortcoming: Shortcoming?

    /// Makes it.
    public init(_ feature: Feature, _ mechanism: Mechanism, _ shortcoming: Shortcoming? = nil) {
      self.feature = feature
      self.mechanism = mechanism
      self.shortcoming = shortcoming
    }
  }

  /// What is to be had of one controller.
  public struct Controller: Sendable, Hashable {
    /// `cpu`, `memory`, ….
    public var name: String
    /// Why it can't be had; nil where it can.
    public var shortcoming: Shortcoming?

    /// Makes it.
    public init(name: String, shortcoming: Shortcoming? = nil) {
      self.name = name
      self.shortcoming = shortcoming
    }
  }

  /// Whether a group has a file.
  public struct File: Sendable, Hashable {
    /// `memory.peak`, ….
    public var name: String
    /// nil: unknown, as its controller can't be had.
    public var isPresent: Bool?

    /// Makes it.
    public init(name: String, isPresent: Bool?) {
      self.name = name
      self.isPresent = isPresent
    }
  }
}
