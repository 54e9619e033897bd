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
  func awaitFirstProcess() {
    let deadline = Clock.boottime().advanced(by: .milliseconds(20))
    guard let descriptor = containment.eventDescriptor, var poller = try? Poller(),
      (try? poller.add(descriptor, token: 0, events: .priority)) != nil
    else { return }
    while (try? containment.isPopulated()) == true, Clock.boottime() < deadline {
      guard let members = try? containment.processes(), members.allSatisfy(Self.isFirstProcess) else {
        return
      }
      _ = try? poller.wait(until: deadline)
    }
  }

  private static func isFirstProcess(_ pid: Int32) -> Bool {
    (try? ProcessStat.read(pid: pid))?.command == "rmrun-init"
  }
}
