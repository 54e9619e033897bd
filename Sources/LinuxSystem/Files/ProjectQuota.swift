import CLinuxSystem
import SystemPackage

/// A number that files carry besides their owner, and by which a file system (ext4, XFS) can count and bound what belongs together.
///
/// Source: quotactl(2), ioctl_fsgetxattr(2). All of it takes CAP_SYS_ADMIN but the questions.
package struct ProjectNumber: Sendable, Hashable {
  /// The number; 0 is that of all files that nobody gave another one.
  package let rawValue: UInt32

  package init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// That of files which belong to none.
  package static let none = ProjectNumber(0)
}

extension Descriptor {
  /// Whether the file system holds projects to limits: that takes the feature and the mount option.
  package var enforcesProjects: Bool { rmrun_enforces_projects(rawValue) == 1 }

  /// The project that the file belongs to. Throws `.unsupported` where there are none.
  package func project() throws(SystemError) -> ProjectNumber {
    let number = rawValue
    var project: UInt32 = 0
    try shim("ask for a file's project") { rmrun_get_project(number, &project) }
    return ProjectNumber(project)
  }

  /// What belongs to a project on this file system, and how much may, in bytes; nil: no limit.
  package func use(of project: ProjectNumber) throws(SystemError) -> (space: UInt64, limit: UInt64?) {
    let number = rawValue
    var use = rmrun_project_use()
    try shim("ask for a project's use") { rmrun_get_project_use(number, project.rawValue, &use) }
    return (use.space, use.limit == 0 ? nil : use.limit)
  }

  /// Bounds what may belong to a project, in bytes, rounded down to KiB; nil takes the bound away.
  package func setLimit(_ bytes: UInt64?, of project: ProjectNumber) throws(SystemError) {
    let number = rawValue
    try shim("bound a project's space") {
      rmrun_set_project_limit(number, project.rawValue, bytes.map { max($0, 1024) } ?? 0)
    }
  }

  /// Moves this directory, and what of its tree belongs to one project, to another one; what is made in it later belongs there too.
  package func moveTree(from old: ProjectNumber, to new: ProjectNumber) throws(SystemError) {
    let number = rawValue
    try shim("give a directory a project") {
      rmrun_tree_set_project(number, old.rawValue, new.rawValue)
    }
  }
}
