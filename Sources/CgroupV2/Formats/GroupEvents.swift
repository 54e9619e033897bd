package import ResourceModel

/// `cgroup.events`: the state of a group with its descendants. Example:
///
///     populated 1
///     frozen 0
///
/// The file signals a change by EPOLLPRI.
package struct GroupEvents: Sendable, Hashable {
  /// Whether any process lives in the group or below. Zombies don't count.
  package var isPopulated: Bool
  /// Whether every process in it is frozen; nil before Linux 5.2.
  package var isFrozen: Bool?

  /// Reads the file's text. Throws when `populated` is missing or a number is malformed.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    let text = FlatKeyedText(bytes)
    isPopulated = try text.required("populated") != 0
    isFrozen = try text.value("frozen").map { $0 != 0 }
  }
}
