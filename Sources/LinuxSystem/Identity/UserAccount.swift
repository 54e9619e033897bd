/// A line of `/etc/passwd`. Source: passwd(5).
///
///     root:x:0:0:root:/root:/bin/bash
///     name:password:UID:GID:GECOS:home:shell
///
/// Read directly: getpwnam(3) in a static executable loads the build's own libc at run time for NSS.
package struct UserAccount: Sendable, Hashable {
  package let name: String
  package let user: UInt32
  package let group: UInt32
  package let home: String

  /// The account of a user; nil if the file has none (it may be in LDAP) or can't be read.
  package static func of(user: UInt32, file: String = "/etc/passwd") -> UserAccount? {
    guard let bytes = try? SmallFile.read(file) else { return nil }
    return parse(bytes).first { $0.user == user }
  }

  /// The account of that name; nil if the file has none or can't be read.
  package static func named(_ name: String, file: String = "/etc/passwd") -> UserAccount? {
    guard let bytes = try? SmallFile.read(file) else { return nil }
    return parse(bytes).first { $0.name == name }
  }

  /// Lines that aren't in the documented form are left out.
  package static func parse(_ bytes: [UInt8]) -> [UserAccount] {
    KernelText.lines(bytes).compactMap { line in
      let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard fields.count == 7, !fields[0].isEmpty,
        let user = KernelText.decimal(fields[2]).flatMap(UInt32.init(exactly:)),
        let group = KernelText.decimal(fields[3]).flatMap(UInt32.init(exactly:))
      else { return nil }
      return UserAccount(
        name: KernelText.string(fields[0]), user: user, group: group, home: KernelText.string(fields[5]))
    }
  }
}
