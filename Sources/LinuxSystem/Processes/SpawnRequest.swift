package import ResourceModel
import Glibc

/// A command to start, and all that it starts with. Descriptors are borrowed: the caller keeps them open for the call.
package struct SpawnRequest: Sendable {
  /// The file to execute; found by `ExecutableSearch`. Relative: to `workingDirectory`.
  package var executable: NativeString
  /// The arguments with the program's name first.
  package var arguments: [NativeString]
  /// `NAME=value` strings.
  package var environment: [NativeString]
  /// The signal settings that the command finds.
  package var signals: InheritedSignals
  /// The cgroup v2 directory to start in; nil: the caller's group.
  package var cgroup: Int32?
  /// The directory to start in; nil: the caller's.
  package var workingDirectory: Int32?
  /// Whether a confinement's `directory` has to be that very directory: what lies at a path can be another one by then.
  package var isInWorkingDirectory = false
  /// What the command has as standard input, output and error; nil: the caller's own.
  package var standardInput: Int32?
  package var standardOutput: Int32?
  package var standardError: Int32?
  /// The scheduling to start with: what the supervisor had before it raised its own.
  package var scheduling: Scheduling?
  /// -20…19, instead of that in `scheduling`.
  package var nice: Int32?
  /// -1000…1000 (`oom_score_adj`).
  package var oomScoreAdjustment: Int32?
  /// In nanoseconds; nil: the caller's.
  package var timerSlack: UInt64?
  package var resourceLimits: [ResourceLimit]
  /// Sent to the command when the thread that started it ends. A backstop for hosts without cgroups.
  package var parentDeathSignal: Signal?
  /// Whether to close what the supervisor's caller had left open above 2. Normally it is passed on, as it would be
  /// without a supervisor (make's jobserver, process substitution); the supervisor's own is close-on-exec throughout.
  package var closesOtherDescriptors: Bool
  /// What the command is confined by; nil: nothing.
  package var confinement: ProcessConfinement?

  package init(
    executable: NativeString, arguments: [NativeString], environment: [NativeString],
    signals: InheritedSignals
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.signals = signals
    self.resourceLimits = []
    self.closesOtherDescriptors = false
  }
}

/// A limit on each process, as setrlimit(2) has it.
package struct ResourceLimit: Sendable, Hashable {
  /// The resource's number.
  package let number: Int32
  /// The resource's name, for messages: `nofile`.
  package let name: String
  /// The soft limit; nil: none.
  package let soft: UInt64?
  /// The hard limit; nil: none.
  package let hard: UInt64?

  /// Makes a limit.
  package init(number: Int32, name: String, soft: UInt64?, hard: UInt64?) {
    self.number = number
    self.name = name
    self.soft = soft
    self.hard = hard
  }
}
