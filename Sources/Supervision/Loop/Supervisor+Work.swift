import LinuxSystem
import Logging

/// Looks over whole trees of files, which may take long: on threads of their own.
extension Supervisor {
  /// Looks after the jobs that run until a descriptor is readable that a launch waits for.
  func lookAfterJobs(until descriptor: Int32) throws(SystemError) {
    guard !jobs.isEmpty else { return try Self.wait(for: descriptor) }
    // A signal that comes now is for the job that is being launched too: it waits.
    if let signals { try poller.remove(signals.rawValue) }
    defer { watchSignals() }
    try poller.add(descriptor, token: LoopToken.launch.rawValue, events: .readable)
    defer { try? poller.remove(descriptor) }
    while !(try turn().contains(.launch)) {}
  }

  private static func wait(for descriptor: Int32) throws(SystemError) {
    var poller = try Poller()
    try poller.add(descriptor, token: 0, events: .readable)
    _ = try poller.wait(until: nil)
  }

  private func watchSignals() {
    guard let signals else { return }
    do throws(SystemError) {
      try poller.add(signals.rawValue, token: LoopToken.signals.rawValue, events: .readable)
    } catch {
      log.error("could not watch for signals: \(error)")
    }
  }

  /// Begins to give back what the work directory of a job had that is over. The guardian watches until that is done.
  func releaseWork(of job: SupervisedJob) {
    guard let release = job.work?.release() else { return guardian.releaseWork(id: job.number) }
    releasing[job.number] = release
    do throws(SystemError) {
      try poller.add(release.rawValue, token: LoopToken.work(job: job.number).rawValue, events: .readable)
    } catch {
      release.wait()
      workReleased(of: job.number)
    }
  }

  func workReleased(of number: UInt64) {
    guard let release = releasing.removeValue(forKey: number) else { return }
    try? poller.remove(release.rawValue)
    guardian.releaseWork(id: number)
  }
}
