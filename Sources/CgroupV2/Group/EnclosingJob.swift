package import LinuxSystem

extension CgroupHost {
  /// The job in whose group this process runs, by the tag of its own group or the nearest one above; nil if it is in none.
  package func enclosingJob() -> String? { job(holding: ownGroup) }

  /// The same for another process. One whose group can't be seen from here is in none of the jobs below.
  /// - Throws: `SystemError` if it is gone.
  package func enclosingJob(of pid: Int32) throws(SystemError) -> String? {
    let group = OwnGroup(parsing: try SmallFile.read("/proc/\(pid)/cgroup"))
    guard let path = group.path, let directory = try? mount.directory(of: path) else { return nil }
    return job(holding: directory)
  }

  private func job(holding directory: String) -> String? {
    var path = Substring(directory)
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
