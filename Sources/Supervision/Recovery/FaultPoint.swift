import LinuxSystem
import ResourceModel

/// A place between two durable steps at which a test can have the supervisor die, as by SIGKILL: `RMRUN_FAULT=settled`. In a release
/// build there are none, unless it is asked for (`-DFAULT_POINTS`).
enum FaultPoint: String {
  /// Nothing is on record.
  case unrecorded
  /// The reservation is, and the job has no group yet, or an empty one.
  case reserved
  /// The command runs, and nothing of it is booked.
  case launched
  /// Some use is booked.
  case charged
  /// The last process is gone, and the end is not booked.
  case ended
  /// The end is booked, and the lock not removed.
  case settled

  /// Dies here if a test wants it.
  @inline(__always)
  func pass() {
    #if DEBUG || FAULT_POINTS
      if OwnProcess.environment("RMRUN_FAULT") == rawValue { ProcessControl.die(by: .kill) }
    #endif
  }
}
