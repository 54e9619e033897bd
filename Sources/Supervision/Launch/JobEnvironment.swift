import LinuxSystem
import ResourceModel

/// What a job finds in its environment: its caller's variables, or some of them, and one of rmrun's.
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

  /// The environment by the rules: what is kept of it, and what is set.
  static func applying(_ rules: EnvironmentRules, to environment: [NativeString]) -> [NativeString] {
    var made = environment
    if rules.isCleared || !rules.kept.isEmpty {
      made = environment.filter { entry in rules.kept.contains { entry.assigns($0) } }
    }
    for assignment in rules.assignments { made = setting(assignment, in: made) }
    return made
  }

  /// The environment of another user: where that user is at home, and who it is.
  static func of(_ account: UserAccount, _ environment: [NativeString], besides rules: EnvironmentRules)
    -> [NativeString]
  {
    let own = [("HOME", account.home), ("USER", account.name), ("LOGNAME", account.name)]
    return own.reduce(environment) { made, variable in
      let isSet = rules.assignments.contains { NativeString($0).assigns(variable.0) }
      // What was cleared stays cleared.
      let isThere = made.contains { $0.assigns(variable.0) }
      return isSet || !isThere ? made : setting(variable.0 + "=" + variable.1, in: made)
    }
  }

  private static func setting(_ assignment: String, in environment: [NativeString]) -> [NativeString] {
    let name = assignment.prefix { $0 != "=" }
    return environment.filter { !$0.assigns(String(name)) } + [NativeString(assignment)]
  }
}

extension NativeString {
  /// Whether it is `NAME=…`.
  fileprivate func assigns(_ name: String) -> Bool { bytes.starts(with: Array((name + "=").utf8)) }
}
