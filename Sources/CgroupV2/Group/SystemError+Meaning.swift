import LinuxSystem
import SystemPackage

extension SystemError {
  /// The file is not there, or (EOPNOTSUPP: pressure files where PSI is off; `cgroup.procs` of a threaded
  /// group) there is nothing behind it. Not ENODEV, which says that the whole group is gone.
  var meansNoSuchFile: Bool { underlying == .noSuchFileOrDirectory || underlying == .notSupportedOnSocket }
}
