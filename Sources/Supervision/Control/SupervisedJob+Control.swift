import ControlSocket
import LinuxSystem
import ResourceModel

/// What can be asked about one job while it runs.
extension SupervisedJob {
  /// How old a reading may be that is shown.
  private static let freshness: Duration = .milliseconds(100)

  /// The job as it stands; nil if it is over.
  /// - Parameter end: how it stands if it is over: what has just been done to it ended it at once.
  func snapshot(at now: Instant, orEndedAs end: RunningJob.State? = nil) -> RunningJob? {
    if now.since(state.lookedAt) > Self.freshness { takeReading(at: now) }
    guard let standing = state.standing ?? end else { return nil }
    return RunningJob(
      id: id, progress: progress(at: now), account: plan.spec.account, command: plan.spec.command,
      pid: command.pid, supervisor: OwnProcess.pid, startedAt: launch.launchedWall, state: standing,
      group: containment.groupPath, limits: plan.spec.limits.liveValues)
  }

  /// Freezes the job until it is thawed.
  func freeze(at now: Instant) throws(ControlFailure) {
    handle(.freezeRequested, at: now)
    guard state.isFrozen else {
      throw ControlFailure(.refused, "the job \(id) is being stopped: only `rmrun kill \(id)` ends it sooner")
    }
  }

  /// Lets it go on.
  func thaw(at now: Instant) throws(ControlFailure) {
    handle(.thawRequested, at: now)
    guard state.phase != .frozen else {
      throw ControlFailure(
        .refused, "the budget of job \(id) is used up: `rmrun grant \(id) AMOUNT` lets it go on")
    }
  }

  /// Gives a job that has no account more budget. Asked again with the same key, it does nothing again.
  func grant(_ amount: Credits, key: String?, at now: Instant) throws(ControlFailure) {
    guard let budget = policy.budget.bound else {
      throw ControlFailure(.badRequest, "the job \(id) has no budget that could be raised")
    }
    if let key, !grantKeys.insert(key).inserted { return }
    setBudget(.atMost(budget + amount), at: now)
  }

  /// Changes limits.
  /// - Parameters:
  ///   - changes: values by keys in a profile; several of one key are lines.
  ///   - facts: what the host offers.
  func resize(_ changes: [String: String], on facts: HostFacts) throws(ControlFailure) {
    var limits = plan.spec.limits
    for (key, value) in changes {
      guard let setting = Setting.named(key), setting.isLive else {
        throw ControlFailure(
          .badRequest, "'\(key.escapedForTerminal)' is nothing that can be changed while a job runs")
      }
      do {
        for line in value.split(separator: "\n") { try setting.apply(String(line), &limits) }
      } catch {
        throw ControlFailure(.badRequest, "\(key): \(error)")
      }
    }
    do {
      try resize(limits, on: facts)
    } catch let error as PlanError {
      throw ControlFailure(.refused, error.description)
    } catch {
      throw ControlFailure(.refused, "\(error)")
    }
  }
}
