public import ResourceModel

/// A host's report for a person, on 80 columns: first what is held and what is not, then what to type to get the rest, then the
/// particulars.
public enum DoctorText {
  /// The report as text, a newline at the end.
  public static func text(_ report: HostReport) -> String {
    let sections = [
      Wrapping.lines(title(report), indentation: 0),
      ["Limits"] + mechanisms(report.findings.filter { !$0.feature.isMeter && !$0.feature.isConfinement }),
      ["Meters"] + mechanisms(report.findings.filter(\.feature.isMeter)),
      ["Confinement"] + mechanisms(report.findings.filter(\.feature.isConfinement)),
      remedies(report),
      ["Groups"] + facts(groups(report)),
      ["Supervision"] + facts(supervision(report)),
      ["Whom the budget binds"] + Wrapping.lines(binding(report), indentation: 2),
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private static func title(_ report: HostReport) -> String {
    let machine = report.machine
    let cpus = machine.facts.cpus == 1 ? "1 CPU" : "\(machine.facts.cpus) CPUs"
    return "rmrun on this host, for \(name(report.user)) "
      + "(Linux \(machine.kernelRelease.escapedForTerminal), \(cpus), \(machine.facts.memory))"
  }

  static func name(_ user: HostReport.User) -> String { user.name?.escapedForTerminal ?? "user \(user.id)" }

  /// One line for each mechanism that something is held by.
  private static func mechanisms(_ findings: [HostReport.Finding]) -> [String] {
    Mechanism.allCases.flatMap { mechanism in
      let names = findings.filter { $0.mechanism == mechanism }.map(\.feature.rawValue)
      return names.isEmpty ? [] : labelled(mechanism.rawValue, names.joined(separator: ", "))
    }
  }

  static func facts(_ facts: [ReportFact]) -> [String] { facts.flatMap { labelled($0.label, $0.value) } }

  private static func labelled(_ label: String, _ text: String) -> [String] {
    Wrapping.lines(text.escapedForTerminal, label: "  " + label.padded(to: 15))
  }
}
