import LinuxSystem
import ResourceModel
import Supervision

/// Starts rmrun anew in a transient scope where its own group can't be used.
enum ScopeEntry {
  /// Returns where there is nothing to do, or where it could not be done: the run goes on with what there is.
  static func enterIfNeeded(_ spec: JobSpec) {
    guard let scope = SystemdScope.command(for: spec, arguments: OwnProcess.arguments()) else { return }
    let environment = OwnProcess.environment() + [NativeString(SystemdScope.marker + "=1")]
    OwnProcess.execute(scope.executable, scope.arguments, environment: environment)
  }
}
