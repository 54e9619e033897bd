import ResourceModel

/// The options of a run in the sections of its help text.
enum RunOptionSection: CaseIterable, Sendable {
  case limits
  case job
  case results
  case host

  var title: String {
    switch self {
    case .limits: "Limits"
    case .job: "Job"
    case .results: "Results"
    case .host: "Host"
    }
  }

  var options: [RunOption] {
    switch self {
    case .limits: RunOption.limits
    case .job: RunOption.job
    case .results: RunOption.results
    case .host: RunOption.host
    }
  }
}

extension RunOption {
  /// Every option, in the order of the help text.
  static let all: [RunOption] = RunOptionSection.allCases.flatMap(\.options)

  fileprivate static let limits: [RunOption] =
    [
      value(
        "profile", short: "p", "name|file", "Limits to start from (default); options win.",
        completesFiles: true
      ) { (text, arguments) throws(ValueError) in arguments.profile = text },
      value("prices", "file", "Price book instead of the built-in 'standard'.", completesFiles: true) {
        (text, arguments) throws(ValueError) in arguments.pricesFile = text
      },
    ] + Setting.all.map(RunOption.init)

  fileprivate static let job: [RunOption] = [
    value("account", short: "a", "path", "The account that pays, such as acme/research.") {
      (text, arguments) throws(ValueError) in arguments.account = try AccountPath(parsing: text)
    },
    value(
      "ledger", "file|none", "The ledger with the account, instead of the user's own.", completesFiles: true
    ) {
      (text, arguments) throws(ValueError) in arguments.ledger = text
    },
    value("name", "name", "The job's name in reports.") { (text, arguments) throws(ValueError) in
      arguments.name = text
    },
    value("label", "key=value", "Attach a label to the report.", isRepeatable: true) {
      (text, arguments) throws(ValueError) in arguments.labels.append(try JobSpec.Label(parsing: text))
    },
    value("chdir", short: "C", "directory", "Run the command there.", completesFiles: true) {
      (text, arguments) throws(ValueError) in arguments.workingDirectory = text
    },
    value("stdin", "file", "Read standard input from a file.", completesFiles: true) {
      (text, arguments) throws(ValueError) in arguments.streams.input = text
    },
    value("stdout", "file", "Write standard output to a file.", completesFiles: true) {
      (text, arguments) throws(ValueError) in arguments.streams.output = text
    },
    value("stderr", "file", "Write standard error to a file.", completesFiles: true) {
      (text, arguments) throws(ValueError) in arguments.streams.error = text
    },
  ]

  fileprivate static let results: [RunOption] = [
    value(
      "report", short: "r", "file",
      "Write a report: .json, .md or .txt; '-' is JSON on stdout, 'fd:N' a descriptor.",
      completesFiles: true, isRepeatable: true
    ) { (text, arguments) throws(ValueError) in arguments.reports.append(text) },
    flag("summary", "Always print a summary; else only when the job was stopped.") { $0.summary = true },
    flag("quiet", short: "q", "Print nothing but errors.") { $0.quiet = true },
    flag("progress", "Draw one live line on the terminal.") { $0.progress = true },
    flag("verbose", short: "v", "Print every action taken.") { $0.verbose = true },
    flag("dry-run", short: "n", "Show the plan and the bound on the overshoot; run nothing.") {
      $0.dryRun = true
    },
  ]

  fileprivate static let host: [RunOption] = [
    value("cgroup-parent", "path", "Make the job's group below this one.", completesFiles: true) {
      (text, arguments) throws(ValueError) in arguments.cgroupParent = text
    },
    value("require", "kernel|list", "Refuse to run unless the kernel holds these (see 'rmrun doctor').") {
      (text, arguments) throws(ValueError) in arguments.required = try Requirement(parsing: text)
    },
    flag("best-effort", "Lower what this host can't hold to what it can.") { $0.bestEffort = true },
  ]
}
