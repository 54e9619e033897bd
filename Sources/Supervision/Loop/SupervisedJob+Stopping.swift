import LinuxSystem
import ResourceModel

extension SupervisedJob {
  /// Waits until the command has stopped by itself after the suspend key, at most a quarter of a second.
  func awaitStop() {
    let deadline = Clock.boottime().advanced(by: .milliseconds(250))
    guard var poller = try? Poller() else { return }
    while state.outcome == nil, Clock.boottime() < deadline,
      let stat = try? ProcessStat.read(pid: command.pid), stat.state != "T", !stat.isZombie
    {
      _ = try? poller.wait(until: Clock.boottime().advanced(by: .milliseconds(5)))
    }
  }

  /// The first process of a job's PID namespace ends right after the last of the others: it is nothing that the command left running.
  /// Waits for that, at most 20 ms.
  ///
  /// By its pidfd: the kernel tells of changes in `cgroup.events` every 10 ms at most (CGROUP_FILE_NOTIFY_MIN_INTV), which a short
  /// job would wait for.
  func awaitFirstProcess() {
    let deadline = Clock.boottime().advanced(by: .milliseconds(20))
    while (try? containment.isPopulated()) == true, Clock.boottime() < deadline {
      guard let members = try? containment.processes(), members.allSatisfy(Self.isFirstProcess),
        var poller = try? Poller()
      else { return }
      guard let first = members.first, let descriptor = try? ProcessControl.open(pid: first),
        (try? poller.add(descriptor.rawValue, token: 0, events: .readable)) != nil
      else {
        // It is on its way out of the group, for which it may need this very CPU.
        _ = try? poller.wait(until: Clock.boottime().advanced(by: .microseconds(200)))
        continue
      }
      _ = try? poller.wait(until: deadline)
    }
  }

  private static func isFirstProcess(_ pid: Int32) -> Bool {
    (try? ProcessStat.read(pid: pid))?.command == "rmrun-init"
  }
}
