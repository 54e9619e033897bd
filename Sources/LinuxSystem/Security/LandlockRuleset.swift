import CLinuxSystem

/// Rules of the Landlock security module, which a process puts on itself; shared by those who hold it. Source: landlock(7).
package final class LandlockRuleset: Sendable {
  /// Accesses to files.
  package struct Accesses: OptionSet, Sendable, Hashable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
    /// As the standard library's, and not generic: that one costs a launch more than all that Landlock does.
    package init(arrayLiteral elements: Accesses...) { rawValue = elements.reduce(0) { $0 | $1.rawValue } }

    package static let writeFile = Accesses(rawValue: 1 << 1)
    package static let makeBlockDevice = Accesses(rawValue: 1 << 11)
    /// Links and renames from one directory to another, from version 2.
    package static let refer = Accesses(rawValue: 1 << 13)
    /// From version 3.
    package static let truncate = Accesses(rawValue: 1 << 14)

    /// Everything that changes a file or a directory, for a version of the interface.
    package static func writing(version: Int32) -> Accesses {
      // WRITE_FILE; REMOVE_DIR to MAKE_SYM.
      var accesses: UInt64 = 1 << 1 | 0x1ff0
      if version >= 2 { accesses |= refer.rawValue }
      if version >= 3 { accesses |= truncate.rawValue }
      return Accesses(rawValue: accesses)
    }
  }

  /// What a process can't reach beyond its own kind, from version 6.
  package struct Scopes: OptionSet, Sendable, Hashable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
    /// Not generic, as above.
    package init(arrayLiteral elements: Scopes...) { rawValue = elements.reduce(0) { $0 | $1.rawValue } }

    package static let abstractSockets = Scopes(rawValue: 1)
    package static let signals = Scopes(rawValue: 2)
  }

  private let descriptor: Descriptor

  /// The version of the interface; nil where there is none (a kernel before 5.13, or one that was started without it).
  package static var version: Int32? {
    let version = rmrun_landlock_version()
    return version > 0 ? version : nil
  }

  /// Refuses what `handled` names but where it is allowed.
  package init(handling handled: Accesses, scopes: Scopes) throws(SystemError) {
    descriptor = Descriptor(
      owning: try shim("make a Landlock ruleset") {
        rmrun_landlock_create(handled.rawValue, scopes.rawValue)
      })
  }

  /// The number, for a launch that borrows it.
  package var rawValue: Int32 { descriptor.rawValue }

  /// Allows accesses at a path and below. A file takes those alone that make sense for one.
  package func allow(_ accesses: Accesses, at path: String) throws(SystemError) {
    let place = try Descriptor.open(path, [.pathOnly])
    let kind = try FileStatus.of(path).kind
    let meant =
      kind == .directory
      ? accesses : Accesses(rawValue: accesses.rawValue & (1 << 1 | Accesses.truncate.rawValue))
    let number = rawValue
    try shim("allow writing", path: path) {
      rmrun_landlock_allow(number, place.rawValue, meant.rawValue)
    }
  }
}
