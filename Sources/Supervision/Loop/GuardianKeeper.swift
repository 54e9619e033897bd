import CgroupV2
import LinuxSystem
import Logging
import SystemPackage

/// Keeps a guardian alive as long as there are jobs: if somebody kills it, another one takes over all its watches.
final class GuardianKeeper {
  private var guardian: Guardian?
  private var watched: [UInt64: any Containment] = [:]
  private var works: [UInt64: WorkDirectory] = [:]
  /// Where the last job's group was made, and its name.
  private var place: (directory: GroupDirectory, name: String)?
  /// No job has that number.
  private static let placeID = UInt64.max
  private let recovery: Guardian.Recovery?
  private let log: Logger

  /// - Parameter recovery: what the guardian runs when it has ended the jobs of a dead supervisor.
  init(recovery: Guardian.Recovery?, log: Logger) throws(SystemError) {
    self.recovery = recovery
    self.log = log
    guardian = try Guardian.start(recovery: recovery)
  }

  /// Becomes readable when the guardian has died; nil if there is none.
  var rawValue: Int32? {
    switch guardian {
    case .some(let guardian): guardian.rawValue
    case .none: nil
    }
  }

  /// The guardian's process; 0 if there is none.
  var pid: Int32 {
    switch guardian {
    case .some(let guardian): guardian.pid
    case .none: 0
    }
  }

  /// Has the place watched in which a job's group is about to be made. A guardian that has been killed is told once the job
  /// itself is to be watched.
  func watch(place directory: GroupDirectory, of name: String) {
    place = (directory, name)
    registerPlace()
  }

  /// Has a job watched. Throws if the guardian does not take it: then the job may not be launched.
  /// - Returns: whether the guardian had been killed and another one was started, whose descriptor is another.
  func watch(_ containment: any Containment, id: UInt64) throws(SystemError) -> Bool {
    watched[id] = containment
    do throws(SystemError) {
      try register(containment, id: id)
      return false
    } catch  where error.underlying == .brokenPipe {
      try restart()
      return true
    }
  }

  /// Has the project of a job's work directory watched.
  func watch(_ work: WorkDirectory, id: UInt64) throws(SystemError) {
    works[id] = work
    do throws(SystemError) {
      try register(work, id: id)
    } catch  where error.underlying == .brokenPipe {
      // The job's own watch, which follows, starts another guardian with both.
    }
  }

  /// The job is over, and the project of its work directory taken away.
  func releaseWork(id: UInt64) {
    guard works.removeValue(forKey: id) != nil else { return }
    try? guardian?.release(id: Self.workID(of: id))
  }

  /// Jobs count from 1.
  private static func workID(of id: UInt64) -> UInt64 { id | 1 << 62 }

  private func register(_ work: WorkDirectory, id: UInt64) throws(SystemError) {
    switch guardian {
    case .none: throw SystemError("have the guardian watch the work directory", code: .other)
    case .some(let guardian): try work.register(with: guardian, id: Self.workID(of: id))
    }
  }

  /// The job is over.
  func release(id: UInt64) {
    guard watched.removeValue(forKey: id) != nil else { return }
    do {
      try guardian?.release(id: id)
    } catch {
      log.debug("guardian: \(error)")
    }
  }

  /// The guardian has died: starts another one that watches the same jobs.
  func restart() throws(SystemError) {
    // Take the old one out first: its end is known, only its zombie is left to reap.
    if let dead = guardian.take() { try? dead.finish() }
    guardian = try Guardian.start(recovery: recovery)
    registerPlace()
    for (id, containment) in watched { try register(containment, id: id) }
    for (id, work) in works { try register(work, id: id) }
  }

  /// Lets the guardian end, and reaps it. What was made is undone by now: it has nothing left to look after.
  func finish() {
    do {
      if place != nil { try guardian?.release(id: Self.placeID) }
      try guardian.take()?.finish()
    } catch {
      log.debug("guardian: \(error)")
    }
  }

  private func registerPlace() {
    guard let place else { return }
    do {
      try guardian?.watch(id: Self.placeID, place: place.directory.descriptor, of: place.name)
    } catch {
      log.debug("guardian: \(error)")
    }
  }

  private func register(_ containment: any Containment, id: UInt64) throws(SystemError) {
    switch guardian {
    case .none: throw SystemError("have the guardian watch the job", code: .other)
    case .some(let guardian): try containment.register(with: guardian, id: id)
    }
  }
}
