import LinuxSystem
package import ResourceModel

extension GroupDirectory {
  /// The processes of the group and of all groups below. In a group that is not frozen, others may have come
  /// meanwhile.
  package func processes() throws(CgroupError) -> Set<Int32> {
    var found = Set(try ownProcesses())
    try walk(enter: { group throws(CgroupError) in
      found.formUnion(try group.ownProcesses())
    })
    return found
  }

  /// Sends a signal to every process of the group and below: setsid daemons, double forks, stopped ones.
  /// Returns how many it was sent to.
  ///
  /// The group is frozen meanwhile, as a walk over a group that forks never ends; a pid that is read then
  /// can't be another process's when it is signalled, since its parent can't reap it. Afterwards each gets
  /// SIGCONT (a process that stopped itself acts on nothing else), and all are thawed, groups that the job
  /// froze itself included. Where not all stand still by `deadline`, the walk is repeated, for what was
  /// forked during it.
  package func signalAll(_ signal: Signal, until deadline: Instant) throws(CgroupError) -> Int {
    let isFrozen = try freezeIfPossible(until: deadline)
    do {
      let reached = try send(signal, walks: isFrozen ? 1 : Self.walksWhenNotFrozen)
      try thawAllIfPossible()
      return reached
    } catch {
      // Whatever failed, the job must not stay frozen for it.
      try? thaw()
      throw error
    }
  }

  private static let walksWhenNotFrozen = 8

  private func send(_ signal: Signal, walks: Int) throws(CgroupError) -> Int {
    var reached = Set<Int32>()
    for _ in 0..<walks {
      let fresh = try processes().subtracting(reached)
      for pid in fresh { Self.send(signal, to: pid) }
      if signal != .resume, signal != .kill {
        for pid in fresh { Self.send(.resume, to: pid) }
      }
      reached.formUnion(fresh)
      if fresh.isEmpty { break }
    }
    return reached.count
  }

  /// The group's own processes; none where the group is gone, threaded, or shut against us.
  private func ownProcesses() throws(CgroupError) -> [Int32] {
    do {
      return try read("cgroup.procs", ProcessList.init(parsing:))?.visible ?? []
    } catch  where error.code == .vanished || error.code == .notPermitted {
      return []
    }
  }

  /// Before Linux 5.2 there is no freezer in cgroup v2: the walk is all there is then.
  private func freezeIfPossible(until deadline: Instant) throws(CgroupError) -> Bool {
    do {
      return try freeze(until: deadline)
    } catch  where error.code == .vanished || error.code == .notPermitted {
      return false
    }
  }

  private func thawAllIfPossible() throws(CgroupError) {
    do {
      try thawAll()
    } catch  where error.code == .vanished || error.code == .notPermitted {
      // Nothing was frozen, or nothing is left.
    }
  }

  /// A process that is gone needs no signal; one of another user can't be sent one, and is left to
  /// `cgroup.kill`.
  private static func send(_ signal: Signal, to pid: Int32) { try? ProcessControl.send(signal, to: pid) }
}
