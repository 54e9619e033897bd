import CLinuxSystem
import ResourceModel
import SystemPackage

/// Starts commands.
package enum Spawner {
  /// Starts a command in its group; returns when it has been executed, so that a failure to do so is known.
  ///
  /// The process is in the group from its first instruction (clone3(2) with CLONE_INTO_CGROUP; where that call is
  /// filtered, it moves itself there before the exec). It stays in the caller's process group and session. The calling
  /// thread sleeps meanwhile: a group that is frozen would keep it waiting.
  package static func spawn(_ request: SpawnRequest) throws(SpawnError) -> ChildProcess {
    var result = rmrun_spawn_result()
    let status = withCRequest(request) { raw in
      withUnsafePointer(to: raw) { rmrun_spawn($0, &result) }
    }
    guard status >= 0 else {
      throw SpawnError(result, errno: Errno(rawValue: -status), request: request)
    }
    return ChildProcess(
      pid: result.pid, descriptor: Descriptor(owning: result.pidfd),
      wasClonedIntoGroup: result.cloned_into_cgroup)
  }

  private static func withCRequest(_ request: SpawnRequest, _ body: (rmrun_spawn_request) -> Int32) -> Int32 {
    guard let confinement = request.confinement else { return withCRequest(request, nil, body) }
    return confinement.withC { withCRequest(request, $0, body) }
  }

  private static func withCRequest(
    _ request: SpawnRequest, _ confinement: UnsafePointer<rmrun_confinement>?,
    _ body: (rmrun_spawn_request) -> Int32
  ) -> Int32 {
    let limits = request.resourceLimits.map {
      rmrun_resource_limit(resource: $0.number, soft: $0.soft ?? .max, hard: $0.hard ?? .max)
    }
    return withCStrings([request.executable]) { path in
      withCStrings(request.arguments) { arguments in
        withCStrings(request.environment) { environment in
          limits.withUnsafeBufferPointer { limits in
            guard let executable = path.pointee else { return -Errno.invalidArgument.rawValue }
            return body(
              rmrun_spawn_request(
                path: executable, argv: arguments, envp: environment,
                cgroup_fd: request.cgroup ?? -1, directory_fd: request.workingDirectory ?? -1,
                is_in_directory: request.isInWorkingDirectory,
                stdin_fd: request.standardInput ?? -1, stdout_fd: request.standardOutput ?? -1,
                stderr_fd: request.standardError ?? -1,
                blocked_signals: request.signals.blocked.bits, ignored_signals: request.signals.ignored.bits,
                scheduling_policy: request.scheduling?.policy ?? -1,
                scheduling_priority: request.scheduling?.priority ?? 0,
                sets_nice: request.nice != nil || request.scheduling != nil,
                nice: request.nice ?? request.scheduling?.nice ?? 0,
                sets_oom_score: request.oomScoreAdjustment != nil, oom_score: request.oomScoreAdjustment ?? 0,
                timer_slack: request.timerSlack ?? 0, death_signal: request.parentDeathSignal?.number ?? 0,
                closes_other_descriptors: request.closesOtherDescriptors,
                limits: limits.baseAddress, limit_count: limits.count, confinement: confinement))
          }
        }
      }
    }
  }
}
