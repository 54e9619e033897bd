import CgroupV2
package import LinuxSystem
package import ResourceModel

extension HostSurvey {
  /// Finds out what this host offers to this user, by doing what a run would do, and undoing it. Throws if `/proc` can't be
  /// read.
  /// - Parameter cgroupParent: the group below which jobs' groups are to be made; nil: the caller's own.
  package static func report(cgroupParent: String?) throws(SystemError) -> HostReport {
    let supervision = try SupervisionProbe.run(cgroupParent: cgroupParent)
    let user = OwnProcess.effectiveUser
    let groups = GroupSurvey(cgroupParent: cgroupParent)
    let findings = (groups.findings + [WorkDirectory.finding()] + ConfinementSurvey.findings()).sorted {
      $0.feature < $1.feature
    }
    return HostReport(
      user: HostReport.User(id: user, name: UserAccount.of(user: user)?.name),
      machine: HostReport.Machine(kernelRelease: try Host.kernelRelease(), facts: supervision.facts),
      findings: findings, groups: groups.groups, controllers: groups.controllers, files: groups.files,
      supervision: supervision.supervision,
      // A job that is neither confined nor another user's: what it may do, its budget can't stop it from doing.
      binding: HostReport.Binding(runsAsOwnUser: true, isConfined: false))
  }
}

extension HostReport {
  /// What a requirement asks of the kernel and does not get here. `kernel` is every limit, and every meter that the standard
  /// price book puts a price on, as for a run that sets all limits.
  package func lacking(_ requirement: Requirement) -> [Finding] {
    let mechanisms = Dictionary(findings.map { ($0.feature, $0.mechanism) }) { first, _ in first }
    let wanted: Set<Feature>
    switch requirement {
    case .nothing: wanted = []
    case .features(let features): wanted = features
    case .kernel:
      wanted = Set(Metering.priced(.standard, mechanisms).keys).union(
        // The size of a work directory is the file system's business, not the host's.
        Feature.allCases.filter { !$0.isMeter && $0 != .workSize })
    }
    return findings.filter { wanted.contains($0.feature) && $0.mechanism != .kernel }
  }
}
