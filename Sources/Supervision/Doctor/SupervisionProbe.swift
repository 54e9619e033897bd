import LinuxSystem
import ResourceModel

/// What this process may do as a supervisor, found out by doing it.
struct SupervisionProbe {
  /// What plans are made on.
  var facts: HostFacts
  /// The rest.
  var supervision: HostReport.Supervision

  /// Raises this process's own priority for good, starts a guardian and sends it home.
  static func run(cgroupParent: String?) throws(SystemError) -> SupervisionProbe {
    let guardianFailure = tryGuardian()
    let isSubreaper = (try? ProcessControl.setSubreaper(true)) != nil
    if isSubreaper { try ProcessControl.setSubreaper(false) }
    let priority = OwnPriority.raise()
    let facts = try HostSurvey.facts(priority: priority, cgroupParent: cgroupParent)
    let bound = OvershootBound(
      burn: BurnBound(cpuPerSecond: coreSecond), corePrice: coreSecond, tick: facts.tick,
      wakeLatency: facts.wakeLatency)
    let supervision = HostReport.Supervision(
      priority: HostReport.Priority(priority), priorityShortcoming: shortcoming(priority),
      overshootPerCPU: duration(bound.total(resident: ByteCount(bytes: 0))),
      overshootPerGiB: duration(bound.perResidentGiB),
      guardianFailure: guardianFailure, isSubreaper: isSubreaper)
    return SupervisionProbe(facts: facts, supervision: supervision)
  }

  /// At the price of one credit a core-second credits are core-seconds.
  private static let coreSecond = Credits(microcredits: 1_000_000)

  private static func duration(_ coreSeconds: Credits) -> Duration { .microseconds(coreSeconds.microcredits) }

  /// A guardian that answers is one that would act. What it watches is nobody's, and released before it goes.
  private static func tryGuardian() -> String? {
    do {
      let guardian = try Guardian.start()
      try guardian.watch(id: 1, marker: JobEnvironment.variable + "=doctor-" + (try JobID.make()))
      try guardian.release(id: 1)
      try guardian.finish()
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func shortcoming(_ priority: OwnPriority) -> HostReport.Shortcoming? {
    guard priority != .realtime else { return nil }
    let user = OwnProcess.effectiveUser
    let name = UserAccount.of(user: user)?.name ?? "#\(user)"
    return HostReport.Shortcoming(
      cause: "SCHED_RR was refused (no CAP_SYS_NICE, and RLIMIT_RTPRIO is 0)",
      remedy: user == 0
        ? "give it CAP_SYS_NICE (docker: --cap-add SYS_NICE)"
        : "as root: echo '\(name) - rtprio 1' >>/etc/security/limits.conf, and log in anew")
  }
}

extension HostReport.Priority {
  init(_ priority: OwnPriority) {
    switch priority {
    case .realtime: self = .realtime
    case .raised: self = .raised
    case .ordinary: self = .ordinary
    }
  }
}
