package import LinuxSystem
package import ResourceModel

/// A job's confinement, ready for its launch: everything that can be wrong with it was found before anything is made.
package struct PreparedConfinement: Sendable {
  /// What the launch takes. The descriptors in it are this value's.
  package let process: ProcessConfinement
  /// What is confined, and by whom.
  package let enforcement: [Feature: Mechanism]
  /// What is not as it should be on this host, a sentence each.
  package let degradations: [String]
  /// The entry of the user that the job runs as.
  package let account: UserAccount?
  /// What the filter says, for whoever is told of a refusal.
  package let filter: FilterProgram?
  private let landlock: LandlockRuleset?
  private let channel: CallListener.Channel?

  /// Prepares a confinement.
  /// - Parameters:
  ///   - confinement: what was asked for.
  ///   - policy: the rules of the file that it names.
  ///   - directory: the job's working directory; nil: the caller's.
  ///   - keepsProjects: whether files are to stay in their projects: by those a file system holds the job to its size.
  ///   - keepsSockets: whether it may make no sockets but those that the kernel holds to a list of destinations.
  ///   - hidden: what a job with mounts of its own is not to look into.
  package init(
    _ confinement: JobConfinement, policy: CallPolicy?, directory: String?, keepsProjects: Bool = false,
    keepsSockets: Bool = false, hidden: SupervisorPlaces = SupervisorPlaces()
  ) throws(ConfinementError) {
    try self.init(
      confinement, policy: policy, directory: directory, keepsProjects: keepsProjects,
      keepsSockets: keepsSockets, hidden: hidden, lacking: [])
  }

  /// - Parameter lacking: namespaces that were asked for and can't be had; without a mount namespace Landlock holds what it can.
  init(
    _ confinement: JobConfinement, policy: CallPolicy?, directory: String?, keepsProjects: Bool,
    keepsSockets: Bool, hidden: SupervisorPlaces, lacking: Set<Namespace>
  ) throws(ConfinementError) {
    var process = ProcessConfinement()
    var enforcement: [Feature: Mechanism] = [:]
    let identity = try JobIdentity(confinement)
    if let identity {
      process.user = identity.user
      process.group = identity.group
      process.groups = identity.groups
      enforcement[.user] = .kernel
    }
    account = identity?.account
    guard confinement.isConfined else {
      filter = keepsSockets ? try Self.keepingSockets(before: nil) : nil
      channel = try Self.apply(filter, nil, to: &process)
      // Whoever lacks the right to set a filter needs it.
      let losesPrivileges = keepsSockets && !OwnCapabilities.has(OwnCapabilities.administration)
      process.noNewPrivileges = losesPrivileges
      landlock = nil
      degradations =
        losesPrivileges
        ? [
          "--net-allow without CAP_SYS_ADMIN: the job's programs gain no privileges by their files (setuid, capabilities)"
        ]
        : []
      self.process = process
      self.enforcement = enforcement
      return
    }
    process.noNewPrivileges = true
    process.keptCapabilities = try Capabilities.set(of: confinement.keptCapabilities)
    process.keptDescriptors = confinement.keptDescriptors
    enforcement[.capabilities] = .kernel
    let rules = try Self.filter(confinement.level, policy)
    let kept = keepsProjects ? FilterProgram.keepingProjects(before: rules) : rules
    filter = keepsSockets ? try Self.keepingSockets(before: kept) : kept
    if rules != nil { enforcement[.seccomp] = .kernel }
    channel = try Self.apply(filter, policy, to: &process)
    var gap = confinement.isolated.contains(.mount) ? nil : hidden.degradation(writable: confinement.writable)
    if !confinement.namespaces.isEmpty {
      let namespaces = try Self.namespaces(confinement, changesUser: identity != nil)
      for namespace in namespaces { enforcement[Feature(namespace)] = .kernel }
      process.namespaces = NamespaceSet(namespaces)
      if namespaces.contains(.mount) {
        let view = try FileView(confinement, namespaces, directory: directory, hidden: hidden)
        process.mounts = view.plan.steps
        process.directory = view.directory
        gap = view.degradation
      }
    }
    let domain = try LandlockDomain(
      confinement, hasMounts: process.directory != nil, needsRules: lacking.contains(.mount))
    enforcement[.landlock] = domain.mechanism
    for namespace in lacking { enforcement[Feature(namespace)] = .unavailable }
    degradations = domain.degradations + (gap.map { [$0] } ?? [])
    landlock = domain.ruleset
    process.landlock = landlock?.rawValue
    self.process = process
    self.enforcement = enforcement
  }

  /// Whoever is told of what the filter refuses, once the command runs; nil where nobody is.
  package func refusalWatch() -> RefusalWatch? {
    guard let filter, let listener = channel?.listener() else { return nil }
    return RefusalWatch(listener, filter)
  }

  /// What the command does between its filter and its exec: nobody could answer then, as its supervisor waits for the exec.
  private static let last = ["sendmsg", "execve", "exit", "exit_group"]

  /// Has the command filtered, and whoever has the channel told of what is refused; nil: nobody is.
  private static func apply(
    _ filter: FilterProgram?, _ policy: CallPolicy?, to process: inout ProcessConfinement
  ) throws(ConfinementError) -> CallListener.Channel? {
    guard let filter else { return nil }
    process.filter = filter.instructions
    guard let channel = try channel(policy) else { return nil }
    process.notifyingFilter = filter.notifying.instructions
    process.listenerSocket = channel.commandsEnd
    return channel
  }

  private static func channel(_ policy: CallPolicy?) throws(ConfinementError) -> CallListener.Channel? {
    if let policy {
      let isFree = policy.otherwise == .allow || policy.otherwise == .log
      for call in last {
        let about = policy.rules.filter { $0.calls.contains(call) }
        let isAllowed = about.allSatisfy { $0.action == .allow || $0.action == .log }
        let isNamed = about.contains { $0.conditions.isEmpty }
        guard isAllowed && (isFree || isNamed) else { return nil }
      }
    }
    do {
      return try CallListener.Channel()
    } catch {
      throw ConfinementError(.unavailable, "to be told of the system calls that are refused: \(error)")
    }
  }

  private static func keepingSockets(before rest: FilterProgram?) throws(ConfinementError) -> FilterProgram {
    guard FilterArchitecture.host != nil else {
      throw ConfinementError(.unavailable, "--net-allow: no filter is compiled for this machine's processor")
    }
    return FilterProgram.keepingSockets(before: rest)
  }

  private static func filter(_ level: ConfinementLevel, _ policy: CallPolicy?) throws(ConfinementError)
    -> FilterProgram?
  {
    if level == .none { return nil }
    guard let host = FilterArchitecture.host else {
      throw ConfinementError(
        .unavailable,
        "--confine: no filter is compiled for this machine's processor; --confine none goes without")
    }
    if let builtIn = FilterProgram.builtIn(level, for: host) { return builtIn }
    guard let policy else {
      throw ConfinementError(.badRequest, "--confine: the rules of \(level) were not read")
    }
    return try FilterCompiler.compile(policy, for: host)
  }

  /// Whoever lacks CAP_SYS_ADMIN has it in a user namespace alone, which is then part of what the job gets of its own.
  private static func namespaces(
    _ confinement: JobConfinement, changesUser: Bool
  ) throws(ConfinementError) -> Set<Namespace> {
    var namespaces = confinement.namespaces
    if !namespaces.isEmpty, !OwnCapabilities.has(OwnCapabilities.administration) { namespaces.insert(.user) }
    guard namespaces.contains(.user), changesUser else { return namespaces }
    throw ConfinementError(
      .badRequest,
      "--user and --group don't go with a user namespace, in which there is no user but one's own; leave user out of "
        + "--isolate, as root")
  }
}

extension NamespaceSet {
  init(_ namespaces: Set<Namespace>) {
    var flags: UInt64 = 0
    for namespace in namespaces { flags |= NamespaceSet(namespace).rawValue }
    self.init(rawValue: flags)
  }

  private init(_ namespace: Namespace) {
    self =
      switch namespace {
      case .pid: .pid
      case .mount: .mount
      case .ipc: .ipc
      case .uts: .uts
      case .net: .net
      case .cgroup: .cgroup
      case .user: .user
      }
  }
}
