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

  /// The command that starts rmrun anew in a scope; nil where the caller's group will do, or no scope can be had.
  /// - Parameters:
  ///   - arguments: rmrun's own command line.
  package static func command(
    for spec: JobSpec, arguments: [NativeString]
  ) -> (executable: NativeString, arguments: [NativeString])? {
    command(cgroupParent: spec.cgroupParent, arguments: arguments) { place throws(Obstacle) in
      Controller.needed(
        spec.limits, prices: spec.prices, group: try GroupLimits(spec.limits, devices: place.devices))
    }
  }

  /// The same for a job that needs everything there is.
  package static func commandForAll(
    cgroupParent: String?, arguments: [NativeString]
  ) -> (executable: NativeString, arguments: [NativeString])? {
    command(cgroupParent: cgroupParent, arguments: arguments) { _ in Set(Controller.allCases) }
  }

  /// What doctor says of a scope, where these obstacles are met.
  static func outlook(for obstacles: [Obstacle]) -> HostReport.Scope {
    if OwnProcess.environment(marker) != nil { return .entered }
    guard obstacles.contains(where: \.isMendedByScope) else { return .notNeeded }
    do {
      _ = try executable()
      return .unavailable(cause: "systemd did not start one")
    } catch {
      return .unavailable(cause: error.cause)
    }
  }

  private static func command(
    cgroupParent: String?, arguments: [NativeString],
    needing needed: (GroupPlace) throws(Obstacle) -> Set<Controller>
  ) -> (executable: NativeString, arguments: [NativeString])? {
    guard cgroupParent == nil, OwnProcess.environment(marker) == nil, let executable = try? executable(),
      lacksGroup(needed), let own = try? Host.ownExecutable()
    else { return nil }
    let manager: [NativeString] = isRoot ? [] : ["--user"]
    let head: [NativeString] =
      ["systemd-run"] + manager + [
        "--scope", "--quiet", "--collect", "-p", "Delegate=yes", "--", NativeString(own),
      ]
    return (executable, head + arguments.dropFirst())
  }

  /// Why no scope can be had.
  private struct Absence: Error {
    var cause: String
  }

  /// `systemd-run`, where a manager will answer it: once this process has turned into it, there is no way back.
  private static func executable() throws(Absence) -> NativeString {
    // systemd is the init system if this directory exists. Source: sd_booted(3).
    guard (try? FileStatus.of("/run/systemd/system"))?.kind == .directory else {
      throw Absence(cause: "systemd does not run here")
    }
    guard hasManager else {
      throw Absence(
        cause: isRoot
          ? "systemd's manager has no socket here"
          : "this user has no systemd manager (log in anew, or as root: loginctl enable-linger USER; XDG_RUNTIME_DIR "
            + "has to be set)")
    }
    do {
      return try ExecutableSearch.find(
        "systemd-run", searchPath: OwnProcess.environment("PATH").map { NativeString($0) })
    } catch {
      throw Absence(cause: error.description)
    }
  }

  /// Whether there is a socket to reach the manager by: its own, or the bus's. Source: sd_bus_default_user(3).
  private static var hasManager: Bool {
    var directories = ["/run/systemd/private", "/run/dbus/system_bus_socket"]
    if !isRoot {
      guard let runtime = OwnProcess.environment("XDG_RUNTIME_DIR") else { return false }
      directories = [runtime + "/systemd/private", runtime + "/bus"]
    }
    return directories.contains { (try? FileStatus.of($0))?.kind == .socket }
  }

  private static var isRoot: Bool { OwnProcess.effectiveUser == 0 }

  /// Whether the own group can't be used for what the job needs, in a way that a group of its own would mend.
  private static func lacksGroup(_ needed: (GroupPlace) throws(Obstacle) -> Set<Controller>) -> Bool {
    do {
      let place = try GroupPlace(cgroupParent: nil)
      let plan = try place.plan(try needed(place), own: [OwnProcess.pid])
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
