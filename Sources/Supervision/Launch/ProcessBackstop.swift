import LinuxSystem
import ResourceModel

/// What the kernel itself does to a job without a group, should rmrun and its guardian both be killed or stopped: a second
/// line, that nobody notices as long as the first one holds.
///
/// Of the limits of setrlimit(2) only RLIMIT_CPU is fit for it. A process that alone used more than the whole job may is past
/// any doubt; SIGKILL comes where soft and hard limit are the same. RLIMIT_AS and RLIMIT_DATA count address space,
/// of which runtimes reserve a thousand times what they use, and RLIMIT_NPROC counts all that the user runs, and nothing of
/// root's: they would stop jobs that keep their limits. A budget is none of it either: it may be raised while the job runs,
/// and a hard limit can't be.
struct ProcessBackstop: Sendable {
  /// CPU time that no single process of the job can need; nil: any may.
  var cpuTime: Duration?
  /// Whether the command stops with the thread that started it: right where that thread is rmrun's only one. It is stopped and not
  /// killed so that the guardian still finds by descent what has no mark in its environment.
  var stopsWithSupervisor: Bool

  private static let cpu = (number: Int32(0), name: "cpu")

  init(_ limits: JobLimits, stopsWithSupervisor: Bool) {
    cpuTime = limits.cpuTime.bound.map { $0 + limits.grace + .seconds(1) }
    self.stopsWithSupervisor = stopsWithSupervisor
  }

  /// Leaves alone what the user has set, and what is stricter already.
  func add(to request: inout SpawnRequest) {
    if stopsWithSupervisor { request.parentDeathSignal = .stop }
    guard let cpuTime, !request.resourceLimits.contains(where: { $0.number == Self.cpu.number }),
      let inherited = try? ResourceLimit.current(number: Self.cpu.number, name: Self.cpu.name)
    else { return }
    let seconds = UInt64(clamping: (cpuTime.nanoseconds / 1_000_000_000) + 1)
    if let soft = inherited.soft, soft <= seconds { return }
    if let hard = inherited.hard, hard <= seconds { return }
    request.resourceLimits.append(
      ResourceLimit(number: Self.cpu.number, name: Self.cpu.name, soft: seconds, hard: seconds))
  }
}
