import ResourceModel

extension DoctorText {
  /// Every cause once, with what it keeps from the kernel and what mends it.
  static func remedies(_ report: HostReport) -> [String] {
    var causes: [(shortcoming: HostReport.Shortcoming, features: [String])] = []
    for finding in report.findings {
      guard let shortcoming = finding.shortcoming else { continue }
      if let index = causes.firstIndex(where: { $0.shortcoming == shortcoming }) {
        causes[index].features.append(finding.feature.rawValue)
      } else {
        causes.append((shortcoming, [finding.feature.rawValue]))
      }
    }
    if let shortcoming = report.supervision.priorityShortcoming {
      causes.append((shortcoming, ["a shorter wake latency"]))
    }
    guard !causes.isEmpty else { return ["Nothing is missing."] }
    let entries = causes.map { entry($0.shortcoming, $0.features) }
    return ["What would have the kernel hold the rest"] + entries.joined(separator: [""])
  }

  private static func entry(_ shortcoming: HostReport.Shortcoming, _ features: [String]) -> [String] {
    // "All of them" reads better than a list of eighteen.
    let isAll = features.count == Feature.allCases.count { !$0.isConfinement && $0 != .workSize }
    let what = isAll ? "all but work-size" : features.joined(separator: ", ")
    let remedy = shortcoming.remedy?.escapedForTerminal ?? "(nothing mends it)"
    return Wrapping.lines(what, label: "  for      ")
      + Wrapping.lines(shortcoming.cause.escapedForTerminal, label: "  because  ")
      + Wrapping.lines(remedy, label: "  do       ")
  }
}
