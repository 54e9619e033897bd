import ResourceModel

/// Running jobs as a table for people.
public enum JobTable {
  private static let longestName = 24

  private struct Column: Sendable {
    var title: String
    var alignment = TextTable.Alignment.left
    /// Whether it is left out where no job has anything to show in it.
    var mayBeLeftOut = false
    var text: @Sendable (ListedJob) -> String?
  }

  private static let columns = [
    Column(title: "job") { $0.job.id.escapedForTerminal },
    Column(title: "name") { $0.job.progress.name.escapedForTerminal.shortened(to: longestName) },
    Column(title: "user", mayBeLeftOut: true) { $0.user?.escapedForTerminal },
    Column(title: "account", mayBeLeftOut: true) { $0.job.account?.description.escapedForTerminal },
    Column(title: "used", alignment: .right) { $0.job.progress.used.liveText },
    Column(title: "of", alignment: .right) { $0.job.progress.budget.bound?.rounded },
    Column(title: "rate/s", alignment: .right) { $0.job.progress.rate?.liveText },
    Column(title: "left", alignment: .right) { $0.job.progress.forecast?.expected.roughText },
    Column(title: "CPUs", alignment: .right) {
      $0.job.progress.cpusBusy.map { ExactDecimal($0.thousandths, places: 3).rounded(to: 2).fixedText }
    },
    Column(title: "memory", alignment: .right) { $0.job.progress.memory?.description },
    Column(title: "time", alignment: .right) { $0.job.progress.elapsed.roughText },
    Column(title: "state") { $0.job.state.rawValue },
  ]

  /// One line for each job below a line of titles; what is unknown, or without bound, is `-`.
  public static func text(_ jobs: [ListedJob]) -> String {
    guard !jobs.isEmpty else { return "no job runs\n" }
    let shown = columns.filter { column in !column.mayBeLeftOut || jobs.contains { column.text($0) != nil } }
    var table = TextTable(columns: shown.map(\.alignment))
    table.rows = [shown.map(\.title)] + jobs.map { job in shown.map { $0.text(job) ?? "-" } }
    return table.text(indentation: "")
  }
}
