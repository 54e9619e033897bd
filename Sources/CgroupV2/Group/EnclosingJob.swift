import LinuxSystem

extension CgroupHost {
  /// The job in whose group this process runs, by the tag of its own group or the nearest one above; nil if it is in none.
  package func enclosingJob() -> String? {
    var path = Substring(ownGroup)
    while path.hasPrefix(mount.mountPoint), let slash = path.lastIndex(of: "/") {
      if let group = try? GroupDirectory(path: String(path)), let tag = group.jobTag { return tag.job }
      path = path[..<slash]
    }
    return nil
  }
}

extension GroupDirectory {
  /// What the group is tagged as; nil if it is no job's.
  fileprivate var jobTag: JobTag? {
    guard let bytes = (try? descriptor.attribute(Self.jobAttribute)) ?? nil else { return nil }
    return try? JobTag(parsing: bytes)
  }
}
