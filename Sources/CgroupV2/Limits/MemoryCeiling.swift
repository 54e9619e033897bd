package import ResourceModel

/// How much memory the groups above a job leave it.
package enum MemoryCeiling {
  /// The tightest `memory.max` from the group at `path` up to the mount point; nil where none of them has one.
  package static func of(_ path: String, in host: CgroupHost) -> ByteCount? {
    GroupLine.paths(from: path, upTo: host.mount.mountPoint).compactMap { path in
      let group = try? GroupDirectory(path: path)
      let limit = try? group?.read("memory.max", SingleValue.limit(parsing:))
      return (limit?.bound).map { ByteCount(bytes: $0) }
    }.min()
  }
}
