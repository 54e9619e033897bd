package import ResourceModel

/// `cgroup.stat`: how many groups lie below. Example:
///
///     nr_descendants 2
///     nr_dying_descendants 0
package struct DescendantCount: Sendable, Hashable {
  /// Groups below this one, at any depth.
  package var living: UInt64
  /// Groups that were removed, and that the kernel has not let go of yet.
  package var dying: UInt64

  /// Reads the file's text. Throws when a line is missing or malformed.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    let text = FlatKeyedText(bytes)
    living = try text.required("nr_descendants")
    dying = try text.required("nr_dying_descendants")
  }
}
