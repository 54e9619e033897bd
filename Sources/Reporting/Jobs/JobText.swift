import ResourceModel

/// One running job for people.
public enum JobText {
  /// What is known of the job, a newline at the end.
  public static func show(_ listed: ListedJob) -> String {
    let job = listed.job
    let facts = identity(listed) + use(job.progress) + job.limitFacts
    return "job \(job.id.escapedForTerminal): \(job.state.words)\n"
      + facts.map { "  " + $0.label.padded(to: 15) + "  " + $0.value.escapedForTerminal + "\n" }.joined()
  }

  private static func identity(_ listed: ListedJob) -> [ReportFact] {
    let job = listed.job
    var facts = [
      ReportFact("name", job.progress.name), ReportFact("command", job.command.quotedForShell),
      ReportFact("process", "\(job.pid), supervised by \(job.supervisor)"),
      ReportFact("started", "\(job.startedAt.rfc3339), \(job.progress.elapsed.roughText) ago"),
    ]
    if let user = listed.user { facts.append(ReportFact("user", user)) }
    if let account = job.account { facts.append(ReportFact("account", account.description)) }
    if let group = job.group { facts.append(ReportFact("group", group)) }
    return facts
  }

  private static func use(_ progress: JobProgress) -> [ReportFact] {
    let share = progress.used.percentText(of: progress.budget).map { " (\($0))" } ?? ", no budget"
    var facts = [ReportFact("used", progress.used.text(of: progress.budget) + share)]
    if let rate = progress.rate { facts.append(ReportFact("rate", "\(rate.counted) a second")) }
    if let forecast = progress.forecast {
      let range = forecast.rangeText.map { " (\($0))" } ?? ""
      facts.append(ReportFact("used up in", forecast.expected.roughText + range))
    }
    if let time = progress.cpuTime { facts.append(ReportFact("CPU time", time.plainText)) }
    if let cpus = progress.cpusBusy { facts.append(ReportFact("CPUs busy", cpus.description)) }
    if let memory = progress.memory { facts.append(ReportFact("memory", memory.description)) }
    return facts
  }
}

extension RunningJob {
  /// The limits that can be changed, in the order of the help text.
  fileprivate var limitFacts: [ReportFact] {
    Setting.all.compactMap { setting in limits[setting.key].map { ReportFact(setting.key, $0) } }
  }
}

extension RunningJob.State {
  /// In a sentence.
  fileprivate var words: String {
    switch self {
    case .running: "running"
    case .exhausted: "frozen, as its budget is used up; `rmrun grant` lets it go on"
    case .frozen: "frozen; `rmrun thaw` lets it go on"
    case .suspended: "suspended by its terminal"
    case .stopping: "asked to stop"
    case .killed: "being killed"
    }
  }
}
