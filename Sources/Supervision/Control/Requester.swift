import CgroupV2
import ControlSocket
import LinuxSystem
import ResourceModel

/// Who asks something of a supervisor, and whether they may.
enum Requester {
  /// Why whoever is connected may ask nothing; nil if they may.
  ///
  /// A job could grant itself credits, so nothing is taken from a process in any job's group, whoever supervises it. Where jobs have
  /// no groups, this supervisor's own descendants are refused; another supervisor's can't be told from others.
  /// - Parameter jobs: the jobs of this supervisor.
  static func refusal(of connection: ControlConnection, jobs: some Collection<SupervisedJob>)
    -> ControlFailure?
  {
    do throws(SystemError) {
      let peer = try connection.peer()
      guard peer.user == OwnProcess.effectiveUser || peer.user == 0 else {
        return ControlFailure(.refused, "user \(peer.user) may not ask for another user's jobs")
      }
      guard peer.pid > 0 else {
        return ControlFailure(
          .refused, "whoever asks lives in a PID namespace that the job's supervisor can't see")
      }
      let job = try enclosingJob(of: peer.pid, jobs)
      // What was read is that process's own only if its number is still its own.
      guard try peer.isAlive() else { return gone }
      return job.map {
        ControlFailure(
          .refused,
          "this runs inside the job \($0.escapedForTerminal), which can't ask for what concerns jobs")
      }
    } catch {
      return gone
    }
  }

  private static let gone = ControlFailure(.refused, "whoever asked is gone")

  private static func enclosingJob(of pid: Int32, _ jobs: some Collection<SupervisedJob>) throws(SystemError)
    -> String?
  {
    if let host = try? CgroupHost.discover(), let job = try host.enclosingJob(of: pid) { return job }
    for job in jobs where job.containment.groupPath == nil {
      if try descends(pid, from: job) { return job.id }
    }
    return nil
  }

  /// Whether a process is the job's, or a child of one that is: one that has just been forked may not have been seen yet. Nor may one that
  /// lost its parent, and is this process's own child since.
  private static func descends(_ pid: Int32, from job: SupervisedJob) throws(SystemError) -> Bool {
    let members = Set((try? job.containment.processes()) ?? []).union([job.command.pid, OwnProcess.pid])
    // A program that embeds the supervisor may ask about its own jobs.
    var pid = pid == OwnProcess.pid ? 1 : pid
    while pid > 1 {
      if members.contains(pid) { return true }
      pid = try ProcessStat.read(pid: pid).parentPID
    }
    return false
  }
}
