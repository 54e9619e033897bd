/// The groups above a group.
enum GroupLine {
  /// The directories from `path` up to the mount point, both included.
  static func paths(from path: String, upTo mountPoint: String) -> [String] {
    var paths = [path]
    var path = path
    while path.hasPrefix(mountPoint + "/"), let slash = path.lastIndex(of: "/") {
      path = String(path[..<slash])
      paths.append(path)
    }
    return paths
  }
}
