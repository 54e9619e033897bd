import LinuxSystem
import ResourceModel

/// Lists a job's processes again and again. A job that has made no group below its own is listed from files that are kept
/// open, which spares a walk over directories each time.
package struct ProcessRoll: Sendable {
  private let directory: GroupDirectory
  private let below: KernelFile?
  private let own: KernelFile?
  private let main: KernelFile?

  init(of directory: GroupDirectory, main: GroupDirectory) {
    self.directory = directory
    below = try? KernelFile(at: directory.descriptor, "cgroup.stat")
    own = try? KernelFile(at: directory.descriptor, "cgroup.procs")
    self.main = try? KernelFile(at: main.descriptor, "cgroup.procs")
  }

  /// The processes of the group and of all groups below, as of now; those that have no number here are left out.
  package func processes() throws(CgroupError) -> Set<Int32> {
    guard let below, let own, let main, let count = try? DescendantCount(parsing: below.read()),
      count.living == 1,
      let above = try? ProcessList(parsing: own.readList()),
      let inside = try? ProcessList(parsing: main.readList())
    else { return try directory.processes() }
    return Set(above.visible).union(inside.visible)
  }

  /// Those of the group itself and of `main`, from the files that are kept open; nil where these can't be read.
  func direct() -> Set<Int32>? {
    guard let own, let main, let above = try? ProcessList(parsing: own.readList()),
      let inside = try? ProcessList(parsing: main.readList())
    else { return nil }
    return Set(above.visible).union(inside.visible)
  }
}
