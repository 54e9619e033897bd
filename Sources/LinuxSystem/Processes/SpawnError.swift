package import SystemPackage
import CLinuxSystem
import Glibc
import ResourceModel

/// A command that couldn't be started: at which step, and why. Nothing of it is left.
package struct SpawnError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The steps of a launch, in their order.
  package enum Stage: Sendable, Hashable {
    case clone, cgroup, oomScore, scheduling, standardStreams, workingDirectory, deathSignal, descriptors,
      signals
    /// The parts of a confinement.
    case namespaces, network, identity, restriction, filter
    /// With the step that failed; nil: unknown.
    case mounts(MountStep?)
    /// With the limit that was refused.
    case resourceLimit(ResourceLimit)
    case execute
  }

  package let stage: Stage
  package let underlying: Errno
  /// The file that was to be executed.
  package let executable: String

  /// Whether it is the command's fault (status 126 or 127), not the supervisor's or the host's (125).
  package var isCommandsFault: Bool {
    guard stage == .execute else { return false }
    switch underlying {
    case .noMemory, .resourceTemporarilyUnavailable, .tooManyOpenFiles, .tooManyOpenFilesInSystem, .ioError:
      return false
    default: return true
    }
  }

  /// Whether the host, or this user on it, can't have the confinement that was asked for.
  package var isConfinement: Bool {
    switch stage {
    case .namespaces, .network, .identity, .restriction, .filter, .mounts: true
    default: false
    }
  }

  /// Whether the file, or the interpreter that its first line names, doesn't exist (status 127, else 126).
  package var isNotFound: Bool { stage == .execute && underlying == .noSuchFileOrDirectory }

  package var description: String {
    let name = executable.escapedForTerminal
    return switch stage {
    case .execute: "can't execute \(name): \(executeReason)"
    case .clone: "can't start a process for \(name): \(cloneReason)"
    case .cgroup: "can't put \(name) into its group: \(underlying)"
    case .oomScore:
      "can't set the oom_score_adj of \(name): \(underlying); a lower one needs CAP_SYS_RESOURCE"
    case .scheduling:
      "can't set the scheduling of \(name): \(underlying); a lower nice value needs CAP_SYS_NICE"
    case .standardStreams: "can't set up the standard streams of \(name): \(underlying)"
    case .workingDirectory where underlying == Errno(rawValue: ESTALE):
      "can't start \(name): another directory has been put in the place of the one where it was to start"
    case .workingDirectory: "can't enter the working directory of \(name): \(underlying)"
    case .resourceLimit(let limit):
      "can't set \(limit.name) for \(name): \(underlying); a limit above the hard one needs CAP_SYS_RESOURCE"
    case .descriptors where underlying == .badFileDescriptor:
      "can't pass a descriptor on to \(name): --keep-fd names one that rmrun was not started with"
    case .namespaces:
      "can't give \(name) namespaces of its own: \(underlying); `rmrun doctor` says which can be had here"
    case .mounts(let step):
      "can't \(step?.description.escapedForTerminal ?? "make the mounts") for \(name): \(underlying)"
    case .network: "can't set up the network of \(name): \(underlying)"
    case .identity:
      "can't set the user, group and capabilities of \(name): \(underlying); another user needs CAP_SETUID and "
        + "CAP_SETGID, and what is kept has to be there"
    case .restriction: "can't restrict \(name) by Landlock: \(underlying)"
    case .filter: "can't install the system call filter for \(name): \(underlying)"
    case .deathSignal, .descriptors, .signals: "can't prepare the process of \(name): \(underlying)"
    }
  }

  private var executeReason: String {
    switch underlying {
    case Errno(rawValue: ENOEXEC):
      "it is neither a program for this machine nor a script with an interpreter; "
        + "begin it with a line such as `#!/bin/sh`, or run it by `sh \(executable.escapedForTerminal)`"
    case .noSuchFileOrDirectory:
      "the file, or the interpreter or loader that it names, doesn't exist"
    case .permissionDenied:
      "permission denied; it must be a file with execute permission, on a file system not mounted `noexec`"
    case .argListTooLong: "the arguments and the environment together are too long for this kernel"
    default: underlying.description
    }
  }

  private var cloneReason: String {
    switch underlying {
    case .resourceTemporarilyUnavailable:
      "\(underlying); a limit on processes is reached (`ulimit -u`, pids.max, or the machine's)"
    case .resourceBusy: "its group hands controllers down, so processes must be in a group below it (EBUSY)"
    case .notSupported: "its group is in an invalid state (EOPNOTSUPP); see its cgroup.type"
    case .permissionDenied:
      "no write permission on cgroup.procs of its group, or of the group above both (EACCES)"
    default: underlying.description
    }
  }
}

extension SpawnError {
  init(_ result: rmrun_spawn_result, errno: Errno, request: SpawnRequest) {
    self.underlying = errno
    self.executable = request.executable.description
    self.stage =
      switch UInt32(bitPattern: result.stage) {
      case RMRUN_SPAWN_STAGE_CGROUP.rawValue: .cgroup
      case RMRUN_SPAWN_STAGE_OOM_SCORE.rawValue: .oomScore
      case RMRUN_SPAWN_STAGE_SCHEDULING.rawValue: .scheduling
      case RMRUN_SPAWN_STAGE_STDIO.rawValue: .standardStreams
      case RMRUN_SPAWN_STAGE_DIRECTORY.rawValue: .workingDirectory
      case RMRUN_SPAWN_STAGE_RLIMIT.rawValue: Self.limitStage(Int(result.index), of: request)
      case RMRUN_SPAWN_STAGE_DEATH_SIGNAL.rawValue: .deathSignal
      case RMRUN_SPAWN_STAGE_DESCRIPTORS.rawValue: .descriptors
      case RMRUN_SPAWN_STAGE_SIGNALS.rawValue: .signals
      case RMRUN_SPAWN_STAGE_NAMESPACES.rawValue: .namespaces
      case RMRUN_SPAWN_STAGE_MOUNTS.rawValue: .mounts(Self.step(Int(result.index), of: request))
      case RMRUN_SPAWN_STAGE_NETWORK.rawValue: .network
      case RMRUN_SPAWN_STAGE_IDENTITY.rawValue: .identity
      case RMRUN_SPAWN_STAGE_RESTRICTION.rawValue: .restriction
      case RMRUN_SPAWN_STAGE_FILTER.rawValue: .filter
      case RMRUN_SPAWN_STAGE_EXEC.rawValue: .execute
      default: .clone
      }
  }

  private static func step(_ index: Int, of request: SpawnRequest) -> MountStep? {
    guard let mounts = request.confinement?.mounts, mounts.indices.contains(index) else { return nil }
    return mounts[index]
  }

  private static func limitStage(_ index: Int, of request: SpawnRequest) -> Stage {
    request.resourceLimits.indices.contains(index)
      ? .resourceLimit(request.resourceLimits[index]) : .descriptors
  }
}
