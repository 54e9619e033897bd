package import LinuxSystem
package import ResourceModel

/// A planned job with what can't be text: arguments and environment are bytes on Linux.
package struct JobRequest: Sendable {
  /// The plan.
  package var plan: JobPlan
  /// The command line, byte for byte.
  package var arguments: [NativeString]
  /// The environment, byte for byte, without `RMRUN_JOB`.
  package var environment: [NativeString]
  /// When the work for this job began, for the report's `setup`.
  package var requested: Instant

  /// Asks for a job; arguments and environment are taken from the plan (or the caller's own environment) unless given.
  package init(
    _ plan: JobPlan, arguments: [NativeString]? = nil, requested: Instant = Clock.boottime()
  ) {
    self.plan = plan
    self.arguments = arguments ?? plan.spec.command.map { NativeString($0) }
    let found = plan.spec.environment.map { $0.map { NativeString($0) } } ?? OwnProcess.environment()
    environment = JobEnvironment.applying(plan.spec.limits.confinement.environment, to: found)
    self.requested = requested
  }
}
