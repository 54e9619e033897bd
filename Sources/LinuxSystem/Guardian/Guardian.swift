import CLinuxSystem
import ResourceModel
import SystemPackage

/// A small process beside the supervisor that ends its jobs when it dies, even by SIGKILL.
///
/// One serves all of a supervisor's jobs. It is started from the supervisor's group, so start it after the supervisor has
/// moved to where it stays, and before any job: a job must be watched before its command runs. When the guardian itself
/// is killed, its pidfd becomes readable: start another one and repeat the watches.
package struct Guardian: ~Copyable, Sendable {
  /// A command that the guardian runs once nothing lives in the groups of a dead supervisor's jobs any more, and before it
  /// removes them: their final counters can be read. It has 30 s.
  package struct Recovery: Sendable {
    /// An absolute path: the guardian's working directory is `/`.
    package let executable: NativeString
    package let arguments: [NativeString]
    package let environment: [NativeString]

    package init(executable: NativeString, arguments: [NativeString], environment: [NativeString]) {
      self.executable = executable
      self.arguments = arguments
      self.environment = environment
    }
  }

  package let pid: Int32
  private let process: Descriptor
  private let socket: Descriptor

  private init(_ raw: rmrun_guardian) throws(SystemError) {
    let socket = Descriptor(owning: raw.socket)
    guard raw.pidfd >= 0 else {
      // Without its pidfd it could neither be watched nor stopped. The closed socket ends it.
      throw SystemError("open the guardian's process", errno: Errno(rawValue: -raw.pidfd))
    }
    self.pid = raw.pid
    self.process = Descriptor(owning: raw.pidfd)
    self.socket = socket
  }

  /// Starts a guardian, which sleeps until this process is dead.
  package static func start(recovery: Recovery? = nil) throws(SystemError) -> Guardian {
    var raw = rmrun_guardian()
    try shim("start a guardian") {
      guard let recovery else { return rmrun_guardian_start(nil, nil, nil, &raw) }
      return withCStrings([recovery.executable]) { path in
        withCStrings(recovery.arguments) { arguments in
          withCStrings(recovery.environment) { rmrun_guardian_start(path.pointee, arguments, $0, &raw) }
        }
      }
    }
    return try Guardian(raw)
  }

  /// The pidfd, for a `Poller`: readable when the guardian is dead.
  package var rawValue: Int32 { process.rawValue }

  /// Has a job's group watched: `group` is its directory, `name` its name in `parent`. Returns when the guardian has it.
  ///
  /// `id` is any number but 0; a second watch with the same one replaces the first. Throws `.tooManyFiles` if the
  /// guardian can't hold more (two descriptors a job), `.timedOut` if it doesn't answer, and an error with EPIPE if it
  /// is dead.
  package func watch(
    id: UInt64, group: borrowing Descriptor, in parent: borrowing Descriptor, name: String
  ) throws(SystemError) {
    let number = socket.rawValue
    let (groupNumber, parentNumber) = (group.rawValue, parent.rawValue)
    try shim("have the guardian watch the group", path: name) {
      rmrun_guardian_watch_group(number, id, groupNumber, parentNumber, name)
    }
  }

  /// Has all processes watched whose environment contains `marker`, `NAME=value`: for hosts without cgroups.
  package func watch(id: UInt64, marker: String) throws(SystemError) {
    let number = socket.rawValue
    try shim("have the guardian watch \(marker.escapedForTerminal)") {
      rmrun_guardian_watch_marker(number, id, marker)
    }
  }

  /// Has the group `directory` watched while a job's group `name` is made there, or in a group `rmrun` below: if this
  /// process dies before the job itself is watched, or once it no longer is, what is left there empty is removed.
  package func watch(id: UInt64, place directory: borrowing Descriptor, of name: String) throws(SystemError) {
    let number = socket.rawValue
    let directoryNumber = directory.rawValue
    try shim("have the guardian watch the place", path: name) {
      rmrun_guardian_watch_place(number, id, directoryNumber, name)
    }
  }

  /// Has the project of a job's work directory watched: if this process dies, its limit is taken away, and its record removed.
  package func watch(
    id: UInt64, projectOf directory: borrowing Descriptor, in records: borrowing Descriptor, name: String
  ) throws(SystemError) {
    let number = socket.rawValue
    let (directoryNumber, recordsNumber) = (directory.rawValue, records.rawValue)
    try shim("have the guardian watch the work directory", path: name) {
      rmrun_guardian_watch_project(number, id, directoryNumber, recordsNumber, name)
    }
  }

  /// Ends a watch, once the job's group is removed.
  package func release(id: UInt64) throws(SystemError) {
    let number = socket.rawValue
    try shim("release a guardian's watch") { rmrun_guardian_release(number, id) }
  }

  /// Sends the guardian home and waits for its end, so that no zombie is left. Jobs still watched are ended by it.
  ///
  /// One that doesn't go within `patience` (somebody stopped it) is killed.
  package consuming func finish(patience: Duration = .seconds(12)) throws(SystemError) {
    let number = process.rawValue
    try socket.close()
    var end = rmrun_child_end()
    if !Self.awaitEnd(of: number, until: Clock.boottime().advanced(by: patience)) {
      try shim("stop the guardian") { rmrun_pidfd_send_signal(number, Signal.kill.number) }
    }
    try shim("wait for the guardian") { rmrun_wait_pidfd(number, false, &end) }
  }

  /// Returns whether the process behind a pidfd has ended by then; it is not reaped.
  private static func awaitEnd(of pidfd: Int32, until deadline: Instant) -> Bool {
    do throws(SystemError) {
      var poller = try Poller()
      try poller.add(pidfd, token: 0, events: .readable)
      return try !poller.wait(until: deadline).isEmpty
    } catch {
      // Somebody has left this process no descriptors: by looking again and again.
      while rmrun_pidfd_has_ended(pidfd) == 0 {
        guard Clock.boottime() < deadline else { return false }
        Clock.sleep(.milliseconds(1))
      }
      return true
    }
  }
}
