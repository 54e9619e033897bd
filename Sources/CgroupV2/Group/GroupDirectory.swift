package import LinuxSystem
import ResourceModel

/// An open directory of a group, with its files and the groups right below it.
///
/// Everything is done relative to the descriptor and without following links, so that a group that is
/// renamed, replaced or removed while it is worked on can't lead elsewhere.
package final class GroupDirectory: Sendable {
  /// The open directory: for `flock`, for attributes, for CLONE_INTO_CGROUP and for the guardian.
  package let descriptor: Descriptor
  /// Its path, for messages and reports.
  package let path: String

  init(owning descriptor: consuming Descriptor, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Opens the directory at a path. Throws when it does not exist, or is no directory.
  package convenience init(path: String) throws(CgroupError) {
    let descriptor: Descriptor
    do {
      descriptor = try Descriptor.open(path, [.readOnly, .directory, .noFollow])
    } catch {
      throw CgroupError(error, "open the group", path: path)
    }
    self.init(owning: descriptor, path: path)
  }

  /// The last part of its path.
  var name: Substring { path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...] }

  /// The path of a file or a group right below.
  func path(of name: String) -> String { path == "/" ? "/" + name : path + "/" + name }

  /// Opens a group right below.
  package func child(_ name: String) throws(CgroupError) -> GroupDirectory {
    try attempt("open the group", name) { () throws(SystemError) in
      GroupDirectory(
        owning: try descriptor.open(name, [.readOnly, .directory, .noFollow]), path: path(of: name))
    }
  }

  /// The names of the groups right below.
  package func childNames() throws(CgroupError) -> [String] {
    try attempt("list the group", nil) { () throws(SystemError) in
      try descriptor.entries().filter { $0.kind == .directory }.map(\.name)
    }
  }

  /// Makes a group right below. Throws `.exists` when the name is taken.
  package func makeChild(_ name: String) throws(CgroupError) {
    try attempt("make the group", name) { () throws(SystemError) in
      try descriptor.makeDirectory(name, mode: 0o755)
    }
  }

  /// Removes a group right below. One that is gone already is no error. Throws `.busy` while processes or
  /// groups are in it.
  package func removeChild(_ name: String) throws(CgroupError) {
    do {
      try descriptor.removeDirectory(name)
    } catch  where error.code == .notFound {
      return
    } catch {
      throw CgroupError(error, "remove the group", path: path(of: name))
    }
  }

  /// The text of a file; nil when this kernel or group has none. Throws `.vanished` when the group is gone.
  package func read(_ file: String) throws(CgroupError) -> [UInt8]? {
    do {
      return try SmallFile.read(at: descriptor, file)
    } catch  where error.meansNoSuchFile {
      return nil
    } catch {
      throw CgroupError(error, "read", path: path(of: file))
    }
  }

  /// What a file says; nil when this kernel or group has none. Throws `.malformed` when `parse` refuses its
  /// text.
  func read<Value>(
    _ file: String, _ parse: ([UInt8]) throws(ValueError) -> Value
  ) throws(CgroupError) -> Value? {
    guard let bytes = try read(file) else { return nil }
    return try parsed(bytes, of: file, parse)
  }

  /// Writes to a file, in one call.
  package func write(_ file: String, _ text: String) throws(CgroupError) {
    try attempt("write '\(text)' to", file) { () throws(SystemError) in
      try SmallFile.write(at: descriptor, file, text)
    }
  }

  /// Whether a file may be opened for writing, which changes nothing. false where it is missing, too.
  package func mayWrite(_ file: String) -> Bool {
    do {
      try descriptor.open(file, [.writeOnly, .noFollow]).close()
      return true
    } catch {
      return false
    }
  }

  /// Whether there is a file of that name.
  package func has(_ file: String) -> Bool { (try? descriptor.status(of: file)) != nil }

  func parsed<Value>(
    _ bytes: [UInt8], of file: String, _ parse: ([UInt8]) throws(ValueError) -> Value
  ) throws(CgroupError) -> Value {
    do {
      return try parse(bytes)
    } catch {
      throw CgroupError(error, path: path(of: file))
    }
  }

  private func attempt<Value>(
    _ operation: String, _ name: String?, _ call: () throws(SystemError) -> Value
  ) throws(CgroupError) -> Value {
    do {
      return try call()
    } catch {
      throw CgroupError(error, operation, path: name.map { path(of: $0) } ?? path)
    }
  }
}
