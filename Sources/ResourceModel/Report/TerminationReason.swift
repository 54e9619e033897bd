/// Why a job ended other than by itself. BenchExec's word, decided after the job's last process is gone.
public enum TerminationReason: String, Sendable, Hashable, CaseIterable {
  /// Its budget of credits was used up.
  case budget
  /// Its wall time was used up.
  case timeout
  /// Its CPU time was used up.
  case cpuTime
  /// It made no CPU progress for too long.
  case idle
  /// It passed its own memory limit.
  case memory
  /// It was killed because a group above it passed its memory limit.
  case ancestorMemory
  /// The host ran out of memory.
  case hostMemory
  /// It had too many processes on a host whose kernel does not hold `pids.max` (where it does, fork fails instead).
  case processes
  /// The directory in which it started held more than it may, on a file system that does not hold it to that itself (where it does,
  /// writing fails instead).
  case workSize
  /// It moved all the bytes over the network that it might.
  case network
  /// It died of a signal that rmrun forwarded or somebody else sent.
  case signal

  /// The exit status of rmrun where its stop came before the command's own end; nil: the command's own.
  public var exitStatus: Int32? {
    switch self {
    case .budget, .network: 120
    case .memory, .ancestorMemory, .workSize: 121
    case .timeout, .cpuTime, .idle: 124
    case .hostMemory, .processes, .signal: nil
    }
  }
}

/// How the command's own process ended.
public enum ExitOutcome: Sendable, Hashable {
  /// It returned a status, 0 to 255.
  case exited(Int32)
  /// It died of a signal.
  case signaled(Signal)
}
