import LinuxSystem
import ResourceModel

/// What Landlock does for a confined job: where there is no mount namespace, its rules about paths; and always a domain, which keeps
/// signals, abstract sockets and tracing within the job. Source: landlock(7), "Ptrace restrictions", "IPC scoping".
struct LandlockDomain {
  private(set) var ruleset: LandlockRuleset?
  private(set) var mechanism: Mechanism
  /// What it does not do, a sentence each.
  private(set) var degradations: [String] = []

  /// Devices that everybody writes to.
  private static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/ptmx", "/dev/pts"]

  /// - Parameters:
  ///   - hasMounts: whether a mount namespace holds the rules about paths.
  ///   - needsRules: whether nothing may be written to, even where no path is named.
  init(_ confinement: JobConfinement, hasMounts: Bool, needsRules: Bool) throws(ConfinementError) {
    let hasPaths = !(confinement.writable.isEmpty && confinement.readable.isEmpty)
    let hasRules = !hasMounts && (hasPaths || needsRules)
    guard let version = LandlockRuleset.version else {
      guard !hasRules else {
        throw ConfinementError(
          .unavailable,
          "--write and --read need a mount namespace (--isolate mount) or Landlock, which this kernel was built or started "
            + "without")
      }
      mechanism = .unavailable
      degradations = [
        "this kernel has no Landlock: the job can send signals to what runs as its user, and trace it"
      ]
      return
    }
    // Before version 6 a domain has to refuse some access to exist; this one no confined job has anyway.
    let handled: LandlockRuleset.Accesses =
      hasRules ? .writing(version: version) : version >= 6 ? [] : [.makeBlockDevice, .refer]
    mechanism = .kernel
    if hasRules { degradations = Self.gaps(version: version) }
    if version < 6 {
      degradations.append(
        "this kernel's Landlock has no scopes (Linux 6.12 has): the job can signal what runs as its user")
    }
    // Version 1 refuses every rename from one directory to another.
    guard hasRules || version >= 2 else {
      mechanism = .unavailable
      return
    }
    do {
      let made = try LandlockRuleset(
        handling: handled, scopes: version >= 6 ? [.signals, .abstractSockets] : [])
      if hasRules {
        for path in confinement.writable { try made.allow(handled, at: path) }
        for path in Self.devices where (try? FileStatus.of(path)) != nil {
          try made.allow(handled, at: path)
        }
      } else if version < 6 {
        try made.allow(.refer, at: "/")
      }
      ruleset = made
    } catch {
      throw ConfinementError(.badRequest, "--write: \(error)")
    }
  }

  /// What its rules about paths leave open. Source: landlock(7), "Current limitations": chmod, chown, utime, setxattr and their like "cannot be
  /// restricted".
  static func gaps(version: Int32) -> [String] {
    let metadata =
      "Landlock holds the paths: outside of those that --write names the job can change no file's contents or name, but the mode, owner, "
      + "times and attributes of its user's files; --isolate mount keeps those too"
    let truncation =
      "this kernel's Landlock does not refuse to truncate files (Linux 6.2's does): the job can empty those of its user, wherever they are"
    return version < 3 ? [metadata, truncation] : [metadata]
  }
}
