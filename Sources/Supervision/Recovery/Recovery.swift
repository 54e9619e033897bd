import CgroupV2
import LinuxSystem
import ResourceModel

/// A job that a crash left, and what became of it.
package struct RecoveredJob: Sendable {
  /// The job's identifier, as its group's tag has it.
  package var id: String
  /// CPU time that the job used in all; nil if it could not be read.
  package var cpuTime: Duration?
  /// Why it could not be cleared; nil if it was.
  package var failure: String?
}

/// Ends what a crash of a supervisor and its guardian left.
package enum Recovery {
  /// How long one sweep may take.
  private static let patience: Duration = .seconds(10)

  /// Takes the limits away that dead jobs' work directories have still.
  /// - Returns: the directories.
  package static func freeProjects() -> [String] { ProjectRecords.openIfThere()?.sweep() ?? [] }

  /// Sweeps below the caller's own group, or below the one that is named.
  /// - Returns: what was found; a job that could not be cleared carries why.
  /// - Throws: `SupervisionError` if the groups can't be looked at.
  package static func run(cgroupParent: String?) throws(SupervisionError) -> [RecoveredJob] {
    do {
      let place = try GroupPlace(cgroupParent: cgroupParent)
      let start = try place.sweepRoot()
      let outcomes = try Sweep.clear(
        below: start, boot: try Host.bootID(), devices: place.devices,
        until: Clock.boottime().advanced(by: patience))
      return outcomes.map { outcome in
        RecoveredJob(
          id: outcome.tag.job, cpuTime: outcome.counters?.cpu?.usage, failure: outcome.failure?.description)
      }
    } catch let obstacle as Obstacle {
      throw SupervisionError(.failed, "\(obstacle): \(obstacle.remedy)")
    } catch {
      throw SupervisionError(.failed, "\(error)")
    }
  }
}
