package import ResourceModel

/// The lines of `memory.stat` that are used: what of a group's memory is its processes' own, and what is file
/// cache. Example (abridged):
///
///     anon 10485760
///     file 4096
///     kernel 131072
///     shmem 0
package struct MemoryStat: Sendable, Hashable {
  /// Anonymous memory: heaps, stacks, private mappings.
  package var anonymous: ByteCount
  /// File cache, with tmpfs and shared memory.
  package var file: ByteCount
  /// The part of `file` that is tmpfs and shared memory: it can't be dropped, only swapped.
  package var shared: ByteCount?

  /// Reads the file's text. Throws when `anon` or `file` is missing or malformed.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    let text = FlatKeyedText(bytes)
    anonymous = ByteCount(bytes: try text.required("anon"))
    file = ByteCount(bytes: try text.required("file"))
    shared = try text.value("shmem").map { ByteCount(bytes: $0) }
  }
}
