import CgroupV2
package import LinuxSystem
package import ResourceModel

/// A transient scope of systemd with `Delegate=yes`: a group of its own for rmrun, on a host where its caller's can't be used.
///
/// `systemd-run --scope` registers its own process as the scope and then turns into the command, so that terminal, process group
/// and process number stay; it waits for the manager to have moved it (the D-Bus call is asynchronous).
package enum SystemdScope {
  /// Set in the environment of the rmrun that was started in a scope, so that it does not try again.
  package static let marker = "RMRUN_SCOPE"

  /// The command that starts rmrun anew in a scope; nil where the caller's group will do, or there is no systemd.
  /// - Parameters:
  ///   - arguments: rmrun's own command line.
  package static func command(
    for spec: JobSpec, arguments: [NativeString]
  ) -> (executable: NativeString, arguments: [NativeString])? {
    guard spec.cgroupParent == nil, OwnProcess.environment(marker) == nil, isSystemdRunning, lacksGroup(spec),
      let executable = try? ExecutableSearch.find(
        "systemd-run", searchPath: OwnProcess.environment("PATH").map { NativeString($0) }),
      let own = try? Host.ownExecutable()
    else { return nil }
    let manager: [NativeString] = OwnProcess.effectiveUser == 0 ? [] : ["--user"]
    let head: [NativeString] = ["systemd-run"] + manager + [
      "--scope", "--quiet", "--collect", "-p", "Delegate=yes", "--", NativeString(own),
    ]
    return (executable, head + arguments.dropFirst())
  }

  /// systemd is the init system if this directory exists. Source: sd_booted(3).
  private static var isSystemdRunning: Bool { (try? FileStatus.of("/run/systemd/system"))?.kind == .directory }

  /// Whether the own group can't be used for what the job needs, in a way that a group of its own would mend.
  private static func lacksGroup(_ spec: JobSpec) -> Bool {
    do {
      let place = try GroupPlace(cgroupParent: nil)
      let limits = try GroupLimits(spec.limits, devices: place.devices)
      let needed = Controller.needed(spec.limits, prices: spec.prices, group: limits)
      let plan = try place.plan(needed, own: [OwnProcess.pid])
      return plan.missing.values.contains { $0.isMendedByScope }
    } catch {
      return error.isMendedByScope
    }
  }
}

extension Obstacle {
  /// What a delegated group of its own mends: another's processes beside, no permission, no controller handed on.
  fileprivate var isMendedByScope: Bool {
    switch self {
    case .otherProcesses, .notPermitted, .threaded, .notHandedOn: true
    default: false
    }
  }
}
