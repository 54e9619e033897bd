package import ResourceModel

/// `cgroup.type`: what a group may hold. The file is missing in the real root of the hierarchy, and only
/// there.
///
/// Source: cgroup-v2.rst, "Threads". A process can only be put into a `domain` or a `threadedDomain`.
package enum GroupType: String, Sendable, Hashable {
  /// The normal state.
  case domain
  /// Holds processes whose threads are spread over threaded groups below; it can't have domain children that
  /// work.
  case threadedDomain = "domain threaded"
  /// Below a threaded domain, and not made threaded itself: nothing can be put into it.
  case invalidDomain = "domain invalid"
  /// Holds threads.
  case threaded

  /// Reads the file's text. Throws for a word that is none of the four.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    var text = ControlText(bytes)
    guard let line = try text.line(), let type = GroupType(rawValue: String(decoding: line, as: UTF8.self))
    else {
      throw ValueError(bytes[...].shown, expected: "the type of a group, such as 'domain'")
    }
    self = type
  }

  /// Whether groups made below can hold processes.
  package var allowsDomainChildren: Bool { self == .domain }
}
