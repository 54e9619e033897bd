import CgroupV2
import LinuxSystem

/// The job that this process is part of.
package enum EnclosingJob {
  /// Its identifier: by the group that this process is in, or, where jobs have none, by the environment, which a job can change;
  /// nil if it is part of none.
  package static var id: String? {
    (try? CgroupHost.discover())?.enclosingJob() ?? OwnProcess.environment(JobEnvironment.variable)
  }
}
