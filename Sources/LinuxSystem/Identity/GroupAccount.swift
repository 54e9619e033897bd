/// A line of `/etc/group`. Source: group(5).
///
///     name:password:GID:member,member
///
/// Read directly, for the reason that `UserAccount` is.
package struct GroupAccount: Sendable, Hashable {
  package let name: String
  package let group: UInt32
  package let members: [String]

  /// All groups; none where the file can't be read.
  package static func all(file: String = "/etc/group") -> [GroupAccount] {
    (try? SmallFile.read(file)).map(parse) ?? []
  }

  /// Lines that aren't in the documented form are left out.
  package static func parse(_ bytes: [UInt8]) -> [GroupAccount] {
    KernelText.lines(bytes).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard fields.count == 4, !fields[0].isEmpty,
        let group = KernelText.decimal(fields[2]).flatMap(UInt32.init(exactly:))
      else { return nil }
      let members = fields[3].split(separator: UInt8(ascii: ",")).map { KernelText.string($0) }
      return GroupAccount(name: KernelText.string(fields[0]), group: group, members: members)
    }
  }
}
