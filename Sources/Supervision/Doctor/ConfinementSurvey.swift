import Confinement
import LinuxSystem
import ResourceModel

/// What of a confinement this host offers to this user, found out by starting a process in each part of it.
enum ConfinementSurvey {
  static func findings() -> [HostReport.Finding] {
    Feature.allCases.filter(\.isConfinement).map { feature in
      let shortcoming = shortcoming(of: feature)
      return HostReport.Finding(feature, shortcoming == nil ? .kernel : .unavailable, shortcoming)
    }
  }

  private static func shortcoming(of feature: Feature) -> HostReport.Shortcoming? {
    var confinement = JobConfinement()
    switch feature {
    case .seccomp: confinement.level = .standard
    case .user: return otherUser
    case .landlock: return landlock
    // Capabilities are dropped by whatever else confines.
    case .capabilities: confinement.level = .standard
    default:
      confinement.level = .none
      confinement.isolated = Set(Namespace.allCases.filter { Feature($0) == feature })
    }
    return attempt(confinement)
  }

  /// Starts a process under a confinement, and says why that could not be.
  private static func attempt(_ confinement: JobConfinement) -> HostReport.Shortcoming? {
    do {
      let prepared = try PreparedConfinement(confinement, policy: nil, directory: "/")
      return prepared.trial().map {
        HostReport.Shortcoming(
          cause: $0.description, remedy: $0.stage == .namespaces ? userNamespaces : nil)
      }
    } catch {
      return HostReport.Shortcoming(cause: "\(error)", remedy: nil)
    }
  }

  private static let userNamespaces =
    "as root: sysctl user.max_user_namespaces=10000, kernel.unprivileged_userns_clone=1 and "
    + "kernel.apparmor_restrict_unprivileged_userns=0, as far as they are there; in a container, start it with "
    + "CAP_SYS_ADMIN and without its seccomp filter; or run rmrun as root"

  private static var otherUser: HostReport.Shortcoming? {
    guard !OwnCapabilities.otherUser.allSatisfy(OwnCapabilities.has) else { return nil }
    return HostReport.Shortcoming(
      cause: "only root can run a job as another user (CAP_SETUID and CAP_SETGID)",
      remedy: "run rmrun as root")
  }

  private static var landlock: HostReport.Shortcoming? {
    guard let version = LandlockRuleset.version else {
      return HostReport.Shortcoming(
        cause: "this kernel has no Landlock, or was started without it",
        remedy: "boot Linux 5.13 or later with landlock in lsm= (cat /sys/kernel/security/lsm)")
    }
    guard version < 6 else { return nil }
    return HostReport.Shortcoming(
      cause: "this kernel's Landlock, version \(version), has rules about paths and none about signals",
      remedy: "boot Linux 6.12 or later")
  }
}
