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
}
