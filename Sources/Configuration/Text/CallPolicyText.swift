package import ResourceModel

/// A level of confinement, or all that a profile confines by, in words: what `rmrun confine show` prints.
package enum CallPolicyText {
  /// What a profile confines by, a newline at the end.
  package static func show(profile name: String, _ limits: JobLimits, _ policy: CallPolicy?) -> String {
    let confinement = limits.confinement
    let hasMounts = confinement.isolated.contains(.mount)
    var lines = ["profile \(name.escapedForTerminal)"]
    lines += confinement.namespaces.sorted().map { "  " + words($0, hasMounts: hasMounts) }
    if hasMounts {
      lines.append("  Its own /tmp, /run and /dev/shm hold \(confinement.temporarySpace) together.")
    }
    if let size = limits.workSize.bound {
      lines.append("  The directory where it starts may hold \(size).")
    }
    lines += confinement.writable.map { "  It may write to \($0.escapedForTerminal)." }
    if !hasMounts, !(confinement.writable + confinement.readable).isEmpty {
      lines.append(contentsOf: writesNowhereElse)
    }
    lines += confinement.readable.map { "  It sees \($0.escapedForTerminal) whatever of its own lies there." }
    if let user = confinement.user { lines.append("  It runs as the user \(user.escapedForTerminal).") }
    if let group = confinement.group { lines.append("  It runs as the group \(group.escapedForTerminal).") }
    if !confinement.keptCapabilities.isEmpty {
      lines.append("  It keeps \(confinement.keptCapabilities.joined(separator: ", ")).")
    }
    if let caution = confinement.caution { lines.append("  Beware: \(caution).") }
    let level = policy == nil && confinement.isConfined ? unfiltered : show(confinement.level, policy)
    return lines.joined(separator: "\n") + "\n\n" + level
  }

  /// What Landlock makes of paths. Source: landlock(7), "Current limitations".
  private static let writesNowhereElse = [
    "  It changes no other file's contents or name (by Landlock; before Linux 6.2 it can empty its user's files).",
    "  It can change the mode, owner, times and attributes of its user's other files: `isolate: mount` keeps those too.",
  ]

  /// What a namespace does, which for some is less where the host's files stay in their places.
  private static func words(_ namespace: Namespace, hasMounts: Bool) -> String {
    switch namespace {
    case .pid where !hasMounts:
      "It can name no process but its own; it sees the host's in /proc (`mount` hides them)."
    case .ipc where !hasMounts:
      "It shares no System V message queues, semaphores or shared memory with others; /dev/shm and /dev/mqueue are the host's."
    case .cgroup where !hasMounts:
      "Its own group is to it the root of all groups; it sees the host's in /sys/fs/cgroup (`mount` hides them)."
    case .pid: "It sees its own processes only."
    case .mount:
      "It sees the host's files read-only, no devices of the machine, no sockets of its services in /run, and none of "
        + "the host's groups."
    case .ipc: "It shares no message queues, semaphores or shared memory with others."
    case .uts: "It has a host's name of its own."
    case .net: "It has a network of its own: the loopback, and no abstract sockets of the host's."
    case .cgroup: "It sees its own group as the root of all groups."
    case .user: "It has users and capabilities of its own, which count for nothing outside."
    }
  }

  /// What holds for every confined job, whatever the level.
  private static let always = [
    "It gains no privileges: sudo and other set-user-ID programs run as their caller (no_new_privs).",
    "It has no capabilities but those that --cap-keep names, as user 0 too.",
    "It leaves no core dumps, neither as files nor with a program of the host's, and inherits descriptors 0 to 2 and those that --keep-fd names.",
    "Where the kernel has Landlock 6 (Linux 6.12), it can send signals to, trace and reach by abstract sockets only itself.",
  ]

  /// A job that is confined by something else than its level.
  private static var unfiltered: String {
    (["none: no system call is refused", ""] + always.map { "  " + $0 }).joined(separator: "\n") + "\n"
  }

  /// The level in words, a newline at the end.
  package static func show(_ level: ConfinementLevel, _ policy: CallPolicy?) -> String {
    guard let policy else {
      return """
        none: nothing is confined
        The job may do what its user may do; sudo and the like work as outside.

        """
    }
    var lines = ["\(level.description.escapedForTerminal): \(policy.summary.escapedForTerminal)", ""]
    lines += always.map { "  " + $0 }
    lines += ["", "System calls"]
    lines += groups(policy.rules)
    lines.append("  every other call       \(words(policy.otherwise))")
    if !policy.replaced.isEmpty {
      lines += ["", "What it extends says this of the same calls, and it does not hold any more"]
      lines += groups(policy.replaced)
    }
    if !policy.evadable.isEmpty {
      lines += [
        "", "A job gets by these where the kernel looks at 32 bits of the argument: add & 0xffffffff",
      ]
      lines += groups(policy.evadable)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The rules by what happens and when, in the order in which they are first found.
  private static func groups(_ rules: [CallRule]) -> [String] {
    var order: [String] = []
    var calls: [String: [String]] = [:]
    for rule in rules {
      let when = rule.conditions.map(\.description).joined(separator: " and ")
      let title = words(rule.action) + (when.isEmpty ? "" : " where " + when)
      if calls[title] == nil { order.append(title) }
      calls[title, default: []] += rule.calls
    }
    return order.flatMap { title in ["  \(title)"] + wrapped(calls[title] ?? []) }
  }

  private static func words(_ action: CallAction) -> String {
    switch action {
    case .allow: "allowed"
    case .log: "allowed, and logged by the kernel"
    case .refuse(let error): "refused by \(error.name)"
    case .kill: "kills the process by SIGSYS"
    }
  }

  private static func wrapped(_ names: [String]) -> [String] {
    var lines: [String] = []
    for name in names {
      if let last = lines.last, last.utf8.count + 2 + name.utf8.count <= 80 {
        lines[lines.count - 1] = last + ", " + name
      } else {
        if !lines.isEmpty { lines[lines.count - 1] += "," }
        lines.append("    " + name)
      }
    }
    return lines
  }
}
