extension Profile {
  /// The built-in profiles; `cgroup-profiles/*.yaml` hold the same with the reasons (a test compares the two).
  public static let builtIn: [Profile] = [
    Profile(
      name: "default", summary: "Always applies: no swap, and a bound against fork bombs.", extends: nil,
      assignments: [
        Assignment("memory.swap.max", "0"), Assignment("pids.max", "4096"), Assignment("grace", "10s"),
      ]),
    Profile(
      name: "ci", summary: "A step of a CI job: bounded in time, ends with its command.", extends: "default",
      assignments: [
        Assignment("timeout", "1h"), Assignment("idle-timeout", "15m"), Assignment("grace", "30s"),
        Assignment("oom-score-adj", "500"), Assignment("rlimit", "core=0"),
      ]),
    Profile(
      name: "agent", summary: "An agent's command: small, short, first to go when the host runs out.",
      extends: "default",
      assignments: [
        Assignment("pids.max", "512"), Assignment("timeout", "10m"), Assignment("grace", "5s"),
        Assignment("oom-score-adj", "800"), Assignment("rlimit", "core=1"), Assignment("confine", "default"),
      ]),
    Profile(
      name: "untrusted", summary: "Code that nobody has read: it sees itself and little else.",
      extends: "agent",
      assignments: [
        Assignment("pids.max", "256"), Assignment("oom-score-adj", "900"), Assignment("confine", "strict"),
        Assignment("isolate", "pid,mount,ipc,uts,net,cgroup"), Assignment("tmp-size", "64M"),
      ]),
    Profile(
      name: "batch", summary: "Long work that yields to everything else.", extends: "default",
      assignments: [
        Assignment("priority", "low"), Assignment("nice", "10"), Assignment("grace", "1m"),
        Assignment("oom-score-adj", "300"), Assignment("wait", "all"),
      ]),
    Profile(
      name: "interactive", summary: "A shell or editor: prompt, and warned before anything is stopped.",
      extends: "default",
      assignments: [
        Assignment("priority", "high"), Assignment("warn-at", "70%"), Assignment("stop-signal", "HUP"),
        Assignment("grace", "30s"),
      ]),
  ]

  /// The built-in profile with a name.
  public static func builtIn(named name: String) -> Profile? { builtIn.first { $0.name == name } }
}
