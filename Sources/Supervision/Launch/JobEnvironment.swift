import LinuxSystem

/// The one variable that a job finds in its environment besides its caller's.
enum JobEnvironment {
  /// Holds the job's identifier.
  static let variable = "RMRUN_JOB"

  /// The environment with the job's identifier, instead of an outer job's.
  static func adding(_ id: String, to environment: [NativeString]) -> [NativeString] {
    let own = [variable, SystemdScope.marker].map { Array(($0 + "=").utf8) }
    return environment.filter { entry in !own.contains { entry.bytes.starts(with: $0) } } + [
      NativeString(variable + "=" + id)
    ]
  }
}
