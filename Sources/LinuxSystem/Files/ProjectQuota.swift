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

  /// Which file system it is on. Source: statfs(2); ext4 makes it of its UUID, XFS of the device's number.
  package func fileSystemID() throws(SystemError) -> UInt64 {
    let number = rawValue
    var id: UInt64 = 0
    try shim("ask for a file system's identity") { rmrun_file_system_id(number, &id) }
    return id
  }

  /// The project that the file belongs to. Throws `.unsupported` where there are none.
  package func project() throws(SystemError) -> ProjectNumber {
    let number = rawValue
    var project: UInt32 = 0
    try shim("ask for a file's project") { rmrun_get_project(number, &project) }
    return ProjectNumber(project)
  }

  /// What belongs to a project on this file system, and how much may.
  package func use(of project: ProjectNumber) throws(SystemError) -> ProjectUse {
    let number = rawValue
    var use = rmrun_project_use()
    try shim("ask for a project's use") { rmrun_get_project_use(number, project.rawValue, &use) }
    return ProjectUse(use)
  }

  /// Bounds what may belong to a project: bytes, rounded down to KiB (XFS: up to its blocks), and files.
  package func setLimits(space: UInt64, files: UInt64, of project: ProjectNumber) throws(SystemError) {
    let number = rawValue
    try shim("bound a project") {
      rmrun_set_project_limits(number, project.rawValue, max(space, 1024), max(files, 1))
    }
  }

  /// Takes the bounds away.
  package func removeLimits(of project: ProjectNumber) throws(SystemError) {
    let number = rawValue
    try shim("take a project's bounds away") { rmrun_set_project_limits(number, project.rawValue, 0, 0) }
  }

  /// The project that this directory would have if it were made now where it is: `.none`, unless the directory above hands its own down.
  package func inheritedProject() throws(SystemError) -> ProjectNumber {
    let number = rawValue
    var project: UInt32 = 0
    try shim("ask for the project of the directory above") { rmrun_get_inherited_project(number, &project) }
    return ProjectNumber(project)
  }

  /// Moves this directory, and what of its tree belongs to some projects, to another one; what is made in it later belongs there too.
  /// - Parameters:
  ///   - endsWithRoot: whether the directory itself comes last, so that a move that is cut short shows by it.
  ///   - most: how many entries are looked at.
  /// - Returns: what was not reached, and belongs where it did.
  package func moveTree(
    from old: [ProjectNumber], to new: ProjectNumber, endsWithRoot: Bool,
    atMost most: UInt32 = TreeMissed.entries
  ) throws(SystemError) -> TreeMissed {
    let number = rawValue
    let numbers = old.map(\.rawValue)
    var missed = rmrun_tree_missed()
    try shim("give a directory a project") {
      numbers.withUnsafeBufferPointer { numbers -> Int32 in
        guard let start = numbers.baseAddress else { return 0 }
        var how = rmrun_tree_move(
          from: start, from_count: numbers.count, to: new.rawValue, ends_with_root: endsWithRoot, most: most)
        return rmrun_tree_set_project(number, &how, &missed)
      }
    }
    return TreeMissed(missed)
  }
}

/// What belongs to a project, and how much may.
package struct ProjectUse: Sendable, Hashable {
  /// In bytes.
  package var space: UInt64
  package var files: UInt64
  /// In bytes; nil: no limit.
  package var spaceLimit: UInt64?
  package var fileLimit: UInt64?

  package init(space: UInt64, files: UInt64, spaceLimit: UInt64? = nil, fileLimit: UInt64? = nil) {
    (self.space, self.files, self.spaceLimit, self.fileLimit) = (space, files, spaceLimit, fileLimit)
  }

  init(_ use: rmrun_project_use) {
    self.init(
      space: use.space, files: use.files, spaceLimit: use.space_limit == 0 ? nil : use.space_limit,
      fileLimit: use.file_limit == 0 ? nil : use.file_limit)
  }

  package var isBounded: Bool { spaceLimit != nil || fileLimit != nil }

  /// Whether nobody has the project: empty files take no space, and can grow.
  package var isFree: Bool { space == 0 && files == 0 && !isBounded }
}
