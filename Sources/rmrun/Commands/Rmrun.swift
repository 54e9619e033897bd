import ArgumentParser

/// The command as a whole, for help, completions and every subcommand. A run itself never comes here (see `main.swift`).
struct Rmrun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rmrun",
    abstract: "Run a command under a budget that the kernel enforces.",
    usage: """
      rmrun [options] [--] <command> [<argument> ...]
      rmrun <subcommand>
      """,
    discussion: """
      rmrun --budget 500 --timeout 10m -- make test

      The command runs in its own cgroup, is metered from its first instruction, and is stopped, gracefully and then by \
      force, when its budget, its time or its memory is used up. 1 credit is one core-second of CPU.

      Exit status: the command's own; 120 budget used up, 121 memory or work directory, 124 time, 122 refused (nothing was run), \
      125 rmrun failed or was used wrongly, 126 not executable, 127 not found, 128+n by signal n.
      """,
    version: RmrunVersion.text,
    subcommands: Subcommand.allCases.map(\.command))

  @OptionGroup(title: "Limits") var limits: LimitOptions
  @OptionGroup(title: "Job") var job: JobOptions
  @OptionGroup(title: "Results") var results: ResultOptions
  @OptionGroup(title: "Host") var host: HostOptions
}

enum RmrunVersion {
  static let text = "0.1.0"
}
