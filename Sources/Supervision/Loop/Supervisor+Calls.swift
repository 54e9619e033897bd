import Confinement
import LinuxSystem

/// System calls that a job's filter refuses: they wait until they are answered for.
extension Supervisor {
  func watchCalls(of job: SupervisedJob) throws(SystemError) {
    guard let descriptor = job.refusals?.rawValue else { return }
    try poller.add(descriptor, token: LoopToken.calls(job: job.number).rawValue, events: .readable)
  }

  func answerCalls(of job: SupervisedJob) {
    if job.refusals?.answer() == false { ignoreCalls(of: job) }
  }

  /// A listener leaves the set before it is closed: its number may be another file's then.
  func ignoreCalls(of job: SupervisedJob) {
    guard let descriptor = job.refusals?.rawValue else { return }
    try? poller.remove(descriptor)
    job.refusals?.close()
  }
}
