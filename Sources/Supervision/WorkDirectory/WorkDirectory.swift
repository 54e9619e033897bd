import Confinement
import LinuxSystem
import ResourceModel

/// The directory in which a job starts, what it may hold, and who holds it to that: the file system by a project quota, where it has some,
/// else readings.
///
/// It is there before the job and stays after it: what a job leaves in it is what it was run for.
final class WorkDirectory {
  /// Without links, for messages and for whoever looks for what was bounded.
  let path: String
  private(set) var size: ByteCount
  /// Who holds the size.
  private(set) var mechanism: Mechanism
  /// Why that is not the kernel, although the file system has quotas.
  private(set) var degradation: String?
  /// Opened once: what is bounded is where the job starts, whatever becomes of the path meanwhile.
  private let directory: Descriptor
  private var claim: ProjectClaim?
  /// What it held before the job, where that was counted.
  private var before: WorkSpace?

  /// Waits until a descriptor is readable, and looks after other jobs meanwhile.
  typealias Waiting = (Int32) throws(SystemError) -> Void

  /// Finds a job's work directory; nil where its size is not bounded. Nothing is made yet.
  /// - Throws: `SupervisionError` where there can be no such bound, or the job may not write there.
  init?(_ spec: JobSpec) throws(SupervisionError) {
    guard let size = spec.limits.workSize.bound else { return nil }
    let path: String
    do {
      directory = try Descriptor.open(spec.workingDirectory ?? ".", [.readOnly, .directory])
      path = try RealPath.of(directory)
    } catch {
      throw SupervisionError(.failed, "--work-size: \(error)")
    }
    (self.path, self.size) = (path, size)
    let name = path.escapedForTerminal
    guard path != "/" else {
      throw SupervisionError(
        .failed, "--work-size: the job would start in /, which is no work directory; name one by --chdir")
    }
    let confinement = spec.limits.confinement
    guard Self.mayWrite(to: path, confinement) else {
      throw SupervisionError(
        .failed,
        "--work-size: the job may not write to \(name), where it starts; add --write \(name), or --chdir DIR")
    }
    guard Self.obstacle(directory, path) == nil else {
      // As with memory: `rmrun doctor` says why.
      mechanism = .polled
      return
    }
    let exemption = Self.exemption(confinement) ?? Self.strangeness(directory, confinement)
    mechanism = exemption == nil ? .kernel : .polled
    degradation = exemption.map(Self.sentence)
  }

  /// What a job that may write only to some places may write to.
  private static func mayWrite(to path: String, _ confinement: JobConfinement) -> Bool {
    let isRestricted =
      confinement.isolated.contains(.mount) || !confinement.writable.isEmpty || !confinement.readable.isEmpty
    guard isRestricted else { return true }
    return confinement.writable.contains { (try? RealPath.of($0)).map(path.isBelow) == true }
  }

  /// Why this process can have no file system hold a directory's size; nil where it can.
  static func obstacle(_ directory: borrowing Descriptor, _ path: String) -> String? {
    guard OwnCapabilities.has(OwnCapabilities.administration) else {
      return "only root can set project quotas (CAP_SYS_ADMIN)"
    }
    guard directory.enforcesProjects else {
      return "the file system of \(path.escapedForTerminal) does not hold projects to quotas"
    }
    return nil
  }

  /// Why quotas would not bind the job: whoever has CAP_SYS_RESOURCE in the first user namespace may exceed them. Source: the kernel's
  /// fs/quota/dquot.c, `ignore_hardlimit`.
  private static func exemption(_ confinement: JobConfinement) -> String? {
    let isKept: Bool
    if confinement.isConfined {
      let kept = (try? Capabilities.set(of: confinement.keptCapabilities)) ?? 0
      isKept = kept >> UInt64(OwnCapabilities.resources) & 1 == 1
    } else {
      isKept =
        (try? JobIdentity(confinement))??.user ?? 0 == 0 && OwnCapabilities.has(OwnCapabilities.resources)
    }
    return isKept
      ? "quotas don't bind root (CAP_SYS_RESOURCE), unless it is confined: --confine default, or --user" : nil
  }

  /// Why a limit might meet others than the job; nil where it can't. The path may lead through links that an earlier job has planted, to a
  /// directory which the job's user could not have filled, and the system's own files must not be held to what a job may write.
  private static func strangeness(
    _ directory: borrowing Descriptor, _ confinement: JobConfinement
  ) -> String? {
    let user = (try? JobIdentity(confinement))??.user ?? OwnProcess.effectiveUser
    guard user != 0 else { return nil }
    guard let status = try? directory.status() else { return "nothing can be told of it" }
    let (sharedWrite, sticky): (UInt32, UInt32) = (0o022, 0o1000)
    let isShared = status.permissions & sharedWrite != 0 && status.permissions & sticky == 0
    return status.owner == user || isShared ? nil : "it is not the job's user's to write to"
  }

  private static func sentence(_ cause: String) -> String {
    "work-size is held by counting what the work directory holds, again and again: \(cause)"
  }

  /// Where the job starts.
  var start: Int32 { directory.rawValue }

  /// Has the file system hold the size from here on, or sees that it is not passed already.
  /// - Parameters:
  ///   - guarding: has the guardian take the project's limit away if this process dies.
  ///   - waiting: waits for a look at all of the tree.
  /// - Throws: `SupervisionError` where more lies there than may.
  func begin(
    guarding: (WorkDirectory) throws(SystemError) -> Void, waiting: Waiting
  ) throws(SupervisionError) {
    if mechanism == .kernel { try claim(guarding, waiting) }
    guard mechanism == .polled, let answer = try counted(waiting) else { return }
    let held = WorkSpace(answer)
    guard held.fits(in: size) else { throw refusal(holding: held) }
    before = held
    degradation =
      degradation ?? answer.missed.sentence(of: "what the work directory holds is not counted as a whole")
  }

  private func counted(_ waiting: Waiting) throws(SupervisionError) -> TreeSpace.Answer? {
    do {
      let counter = try counter()
      return try Self.aside(waiting) { counter.count() }
    } catch {
      throw SupervisionError(.failed, "--work-size: \(error)")
    }
  }

  private func claim(
    _ guarding: (WorkDirectory) throws(SystemError) -> Void, _ waiting: Waiting
  ) throws(SupervisionError) {
    do {
      let claim = try ProjectClaim(directory, path: path, size: size)
      self.claim = claim
      let missed = try Self.aside(waiting) { claim.moveIn() }.get()
      try claim.confirm()
      try claim.bind(to: size)
      try guarding(self)
      // What it bounds, it bounds at once; and together they may hold no more.
      guard !missed.isNothing else { return }
      mechanism = .polled
      degradation = missed.sentence(of: Self.sentence("its quota does not bound all of it"))
    } catch let error as ProjectClaim.TooFull {
      throw refusal(holding: error.held)
    } catch {
      undo(waiting)
      mechanism = .polled
      degradation = Self.sentence("\(error)")
    }
  }

  /// Does something on a thread of its own, and waits for it. It is done when this returns, however that is.
  static func aside<Outcome: Sendable>(
    _ waiting: Waiting, _ work: @escaping @Sendable () -> Outcome
  ) throws(SystemError) -> Outcome {
    let aside = try AsideWork(work)
    do throws(SystemError) {
      try waiting(aside.rawValue)
    } catch {
      // What comes next takes back what is being done.
      aside.wait()
      throw error
    }
    guard let outcome = aside.outcome else { throw SystemError("wait for a thread", code: .other) }
    return outcome
  }

  /// Tells the guardian whose limit to take away when this process dies.
  func register(with guardian: borrowing Guardian, id: UInt64) throws(SystemError) {
    guard let claim else { return }
    try guardian.watch(id: id, projectOf: directory, in: claim.records.directory, name: claim.name)
  }

  private func refusal(holding held: WorkSpace) -> SupervisionError {
    SupervisionError(
      .refused, "--work-size: \(path.escapedForTerminal) holds \(held.words(beyond: size)); nothing was run")
  }

  /// Changes what it may hold.
  /// - Parameter counted: what it holds, as last counted; nil: nobody counts, or has yet.
  /// - Throws: `SupervisionError` where more lies there than may.
  func resize(to size: ByteCount, counted: WorkSpace?) throws(SupervisionError) {
    func refuse(_ held: WorkSpace) -> SupervisionError {
      SupervisionError(.refused, "work-size: \(path.escapedForTerminal) holds \(held.words(beyond: size))")
    }
    if let counted = counted ?? before, !counted.fits(in: size) { throw refuse(counted) }
    do {
      try claim?.bind(to: size)
      self.size = size
    } catch let error as ProjectClaim.TooFull {
      throw refuse(error.held)
    } catch {
      throw SupervisionError(.failed, "work-size: \(error)")
    }
  }

  /// Who counts what it holds, where the kernel does not.
  func polledSpace() -> PolledSpace? {
    mechanism == .polled ? PolledSpace(path, try? counter(), size: size) : nil
  }

  private func counter() throws(SystemError) -> TreeSpace { TreeSpace(of: try directory.duplicate()) }

  /// The job is over: begins to take back what `begin` did. Until that is done the guardian watches on.
  /// - Returns: what to wait for; nil where there is nothing to wait for.
  func release() -> AsideWork<Void>? {
    guard let claim else { return nil }
    do throws(SystemError) {
      return try AsideWork { claim.giveBack() }
    } catch {
      claim.giveBack()
      return nil
    }
  }

  /// The job was never started: takes back what `begin` did.
  func undo(_ waiting: Waiting) {
    if let release = release() {
      // Its thread lets go of it at the end, and with it of what is waited for.
      withExtendedLifetime(release) {
        if (try? waiting(release.rawValue)) == nil { release.wait() }
      }
    }
    claim = nil
  }
}

extension WorkSpace {
  init(_ answer: TreeSpace.Answer) {
    self.init(
      space: ByteCount(bytes: answer.bytes), files: answer.files,
      isBeyondCounting: answer.missed.isBeyondCounting)
  }

  /// What of it is more than may be: `8 MiB already, 4 MiB are allowed`.
  fileprivate func words(beyond size: ByteCount) -> String {
    if space > size { return "\(space) already, \(size) are allowed" }
    if files > Self.files(in: size) {
      return "\(files) files already, \(Self.files(in: size)) are allowed in \(size)"
    }
    return "more than can be counted: no more than \(TreeMissed.entries) files, "
      + "none deeper than \(TreeMissed.depth) directories"
  }
}
