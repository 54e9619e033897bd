import Confinement
import LinuxSystem
import ResourceModel

/// When the parts of a launch happened.
struct LaunchTimes: Sendable {
  /// When the work for the job began.
  var requested: Instant
  /// When the command was started.
  var launched: Instant
  /// The same on the clock that stands still while the machine is suspended.
  var launchedMonotonic: Instant
  /// The same on the calendar.
  var launchedWall: WallTime

  /// A job that was started just now.
  init(requested: Instant) {
    self.requested = requested
    launched = Clock.boottime()
    launchedMonotonic = Clock.monotonic()
    launchedWall = Clock.wall()
  }
}

/// A job whose command runs.
struct LaunchedJob: ~Copyable {
  let id: String
  let plan: JobPlan
  let containment: any Containment
  let command: ChildProcess
  let policy: JobPolicy
  let metering: [Feature: Mechanism]
  let times: LaunchTimes
  /// What counts the traffic in its own network, where its group's is not counted; nil elsewhere.
  let interfaces: InterfaceCounters?
  /// What the job is confined by.
  let confinement: [Feature: Mechanism]
  /// Who is told of what its filter refuses; nil: nobody.
  let refusals: RefusalWatch?
  /// Who finds out what its filter killed for; nil: nobody.
  let kills: KillWatch?
  /// Where it works, if that is bounded.
  let work: WorkDirectory?
  let warnings: [String]
}
