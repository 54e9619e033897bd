import LinuxSystem

/// Files of the repository that this test was built from.
enum RepositoryFile {
  /// The path of what lies in `cgroup-profiles/`.
  static func profiles(_ name: String = "") -> String {
    let source: String = #filePath
    let root = source.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
      separator: "/")
    return root + "/cgroup-profiles" + (name.isEmpty ? "" : "/" + name)
  }

  static func read(_ path: String) throws -> [UInt8] {
    try Descriptor.open(path, [.readOnly]).readAll(path: path)
  }
}
