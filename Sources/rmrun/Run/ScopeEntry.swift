import LinuxSystem
import ResourceModel
import Supervision

/// Starts rmrun anew in a transient scope where its own group can't be used.
enum ScopeEntry {
  /// Returns where there is nothing to do, or where it could not be done: the run goes on with what there is.
  static func enterIfNeeded(_ spec: JobSpec) {
    enter(SystemdScope.command(for: spec, arguments: OwnProcess.arguments()))
  }

  /// The same for a look at all that a job could need.
  static func enterForAll(cgroupParent: String?) {
    enter(SystemdScope.commandForAll(cgroupParent: cgroupParent, arguments: OwnProcess.arguments()))
  }

  private static func enter(_ scope: (executable: NativeString, arguments: [NativeString])?) {
    guard let scope else { return }
    let environment = OwnProcess.environment() + [NativeString(SystemdScope.marker + "=1")]
    OwnProcess.execute(scope.executable, scope.arguments, environment: environment)
  }
}
