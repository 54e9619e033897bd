package import LinuxSystem

/// What a job sees of the files: the host's, read-only, with what is writable and what is its own in their places.
///
/// The root stays where it is, and every mount below it becomes read-only in the job's namespace at once (mount_setattr(2)); what stays
/// writable is taken aside before and put back. No copy of the host's mounts is made but by the namespace itself.
package struct MountPlan: Sendable {
  /// The paths that can be written to, absolute and without links.
  package var writable: [PlannedPath] = []
  /// The paths that are shown although something covers their place.
  package var readable: [PlannedPath] = []
  /// In bytes.
  package var temporarySpace: UInt64
  /// Whether process numbers are the job's own, so that it gets a `/proc` for them.
  package var hasOwnProcesses: Bool
  /// Whether the root of the groups is.
  package var hasOwnGroups: Bool
  /// The host's mounts.
  package var mounts: [MountInfo]
  /// What belongs to the services that run.
  package var runtime = RuntimeFiles()
  /// Directories that the job is not to look into, wherever else they can be seen.
  package var hidden: [String] = []

  /// A path, and whether it is a directory.
  package struct PlannedPath: Sendable, Hashable {
    package var path: String
    package var isDirectory: Bool

    package init(path: String, isDirectory: Bool) {
      self.path = path
      self.isDirectory = isDirectory
    }
  }

  package init(
    temporarySpace: UInt64, hasOwnProcesses: Bool, hasOwnGroups: Bool, mounts: [MountInfo]
  ) {
    self.temporarySpace = temporarySpace
    self.hasOwnProcesses = hasOwnProcesses
    self.hasOwnGroups = hasOwnGroups
    self.mounts = mounts
  }

  /// Places that get a file system of the job's own, which hides what is below.
  package var covered: [String] { ["/tmp", "/dev"] + runtime.places }

  /// Whether a path is hidden unless it is shown on purpose.
  package func hides(_ path: String) -> Bool { covered.contains { path.isBelow($0) } }

  /// The steps, in their order.
  package var steps: [MountStep] {
    let shown = (writable + readable).enumerated().map { (slot: Int32($0.offset), place: $0.element) }
    let isWholeWritable = writable.contains { $0.path == "/" }
    var steps: [MountStep] = [.makePrivate("/")]
    steps += shown.filter { $0.place.path != "/" }.map { .keep($0.place.path, slot: $0.slot) }
    if !isWholeWritable { steps.append(.makeReadOnly("/", recursively: true)) }
    // Read-only as they are now they can be written to, but not changed: user 0 owns them, here and outside.
    steps += Self.deviceNodes.map { .keep("/dev/" + $0.name, slot: $0.slot) }
    steps += base + devices + processes + groups + services + secrets.map(\.keeping)
    if !writable.contains(where: { $0.path == "/tmp" }) { steps += own("tmp", at: "/tmp") }
    // The outer ones first: they would cover the inner ones.
    for (slot, place) in shown.sorted(by: { $0.place.path < $1.place.path }) where place.path != "/" {
      if hides(place.path), place.path != "/tmp" { steps += Self.making(place) }
      steps.append(.place(slot: slot, at: place.path))
      let isReadOnly = Int(slot) >= writable.count
      if isReadOnly { steps.append(.makeReadOnly(place.path, recursively: true)) }
    }
    return steps + pins + secrets.flatMap(\.covering)
  }

  /// A place to mount on below a file system that is new, and so empty.
  private static func making(_ place: PlannedPath) -> [MountStep] {
    let parts = place.path.split(separator: "/").map(String.init)
    var steps: [MountStep] = []
    var path = ""
    for (index, part) in parts.enumerated() {
      path += "/" + part
      // The first is the covered place itself.
      guard index > 0 else { continue }
      let isLast = index == parts.count - 1
      steps.append(isLast && !place.isDirectory ? .makeFile(path) : .makeDirectory(path))
    }
    return steps
  }
}

extension String {
  /// Whether this absolute path is another one, or lies below it.
  package func isBelow(_ other: String) -> Bool {
    if other == "/" { return true }
    guard utf8.starts(with: other.utf8) else { return false }
    let rest = utf8.dropFirst(other.utf8.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/")
  }
}
