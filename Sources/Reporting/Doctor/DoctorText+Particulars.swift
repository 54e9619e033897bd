import ResourceModel

extension DoctorText {
  /// Where jobs' groups are made.
  static func groups(_ report: HostReport) -> [ReportFact] {
    let groups = report.groups
    var facts = [ReportFact("cgroup v2", groups.mountPoint.map { "mounted at " + $0 } ?? "not mounted")]
    if !groups.versionOneControllers.isEmpty {
      facts.append(ReportFact("cgroup v1", "has " + groups.versionOneControllers.joined(separator: ", ")))
    }
    if let own = groups.ownGroup { facts.append(ReportFact("own group", own)) }
    facts.append(ReportFact("jobs' groups", groups.jobs.map { $0 + "/job-ID" } ?? "none: " + processTree))
    if groups.jobs != nil {
      facts.append(
        ReportFact(
          "rmrun itself",
          groups.supervisorLeaf.map { "moves to \($0) while such a job runs" } ?? "stays where it is"))
    }
    facts.append(ReportFact("systemd scope", scope(groups)))
    facts.append(ReportFact("controllers", controllers(report.controllers)))
    if let clones = groups.clonesIntoGroup {
      facts.append(
        ReportFact(
          "first moment",
          clones ? "a command starts in its group (clone3)" : "a command moves to its group before its exec"))
    }
    if !report.files.isEmpty { facts.append(ReportFact("files", files(report.files))) }
    return facts
  }

  private static let processTree = "a job is its command with all descendants"

  private static func scope(_ groups: HostReport.Groups) -> String {
    switch groups.scope {
    case .notNeeded: groups.shortcoming == nil ? "not needed" : "would not help"
    case .entered: "rmrun starts itself anew in one with Delegate=yes; all of this was tried there"
    case .unavailable(let cause): "would help, but can't be had: " + cause
    }
  }

  private static func controllers(_ controllers: [HostReport.Controller]) -> String {
    let had = controllers.filter { $0.shortcoming == nil }.map(\.name).joined(separator: ", ")
    let lacking = controllers.filter { $0.shortcoming != nil }.map(\.name).joined(separator: ", ")
    if lacking.isEmpty { return had }
    return (had.isEmpty ? "none" : had) + "; missing: " + lacking
  }

  private static func files(_ files: [HostReport.File]) -> String {
    let words: [(Bool?, String)] = [(true, ""), (false, "missing: "), (nil, "unknown: ")]
    return words.compactMap { isPresent, word in
      let names = files.filter { $0.isPresent == isPresent }.map(\.name)
      return names.isEmpty ? nil : word + names.joined(separator: ", ")
    }.joined(separator: "; ")
  }

  /// What the supervisor may do for its jobs.
  static func supervision(_ report: HostReport) -> [ReportFact] {
    let facts = report.machine.facts
    let supervision = report.supervision
    let priority =
      switch supervision.priority {
      case .realtime: "SCHED_RR, ahead of every ordinary process"
      case .raised: "nice -10"
      case .ordinary: "that of any other process"
      }
    return [
      ReportFact("priority", "\(priority): wakes within \(facts.wakeLatency.plainText)"),
      ReportFact("accounting", "every \(facts.tick.plainText), the kernel's tick"),
      ReportFact(
        "overshoot",
        "at most \(supervision.overshootPerCPU.plainText) of CPU time for each busy CPU, and "
          + "\(supervision.overshootPerGiB.plainText) for each GiB that the kernel has to free"),
      ReportFact(
        "guardian",
        supervision.guardianFailure.map { "can't be started: " + $0 }
          ?? "works: whoever kills rmrun ends its jobs"),
      ReportFact(
        "subreaper",
        supervision.isSubreaper ? "yes: no orphan gets out of sight" : "no: orphans get out of sight"),
    ]
  }

  static func binding(_ report: HostReport) -> String {
    let binding = report.binding
    guard !binding.holdsAgainstHostileJobs else {
      return "Every job: it can't reach rmrun"
        + (binding.isConfined ? ", as it is confined." : ", as it runs as another user.")
    }
    let user = name(report.user)
    let way =
      "Have hostile code confined: rmrun --profile untrusted"
      + (report.user.id == 0 ? ", and as another user: --user USER." : ".")
    return
      "Jobs that do not attack it. A job runs as \(user) like rmrun itself, unconfined: it can signal rmrun, move out of "
      + "its group and edit rmrun's files, and no Unix tool can prevent that. " + way
  }
}
