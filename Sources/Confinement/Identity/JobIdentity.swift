package import LinuxSystem
package import ResourceModel

/// The user and groups that a job runs as.
package struct JobIdentity: Sendable, Hashable {
  package var user: UInt32?
  package var group: UInt32?
  /// The supplementary groups.
  package var groups: [UInt32] = []
  /// The user's entry in `/etc/passwd`; nil where there is none.
  package var account: UserAccount?

  /// Finds out who is meant; nil where nobody is named. Names are looked for in `/etc/passwd` and `/etc/group` alone: a static
  /// executable can't ask LDAP, whose users are to be given as numbers.
  package init?(_ confinement: JobConfinement) throws(ConfinementError) {
    guard confinement.user != nil || confinement.group != nil else { return nil }
    if let name = confinement.user {
      account = Self.account(name)
      guard let number = account?.user ?? UInt32(name), number != .max else {
        throw ConfinementError(
          .badRequest,
          "--user: \(name.escapedForTerminal) is no user in /etc/passwd; give a number where it is elsewhere")
      }
      user = number
    }
    let all = GroupAccount.all()
    if let name = confinement.group {
      guard let number = all.first(where: { $0.name == name })?.group ?? UInt32(name), number != .max else {
        throw ConfinementError(
          .badRequest,
          "--group: \(name.escapedForTerminal) is no group in /etc/group; give a number where it is elsewhere"
        )
      }
      group = number
    } else {
      guard let account else {
        throw ConfinementError(
          .badRequest,
          "--user: user \(user ?? 0) is not in /etc/passwd, which would name a group: add --group")
      }
      group = account.group
    }
    groups = Self.groups(of: account?.name, and: group, in: all)
  }

  private static func account(_ name: String) -> UserAccount? {
    UserAccount.named(name) ?? UInt32(name).flatMap { UserAccount.of(user: $0) }
  }

  /// Those that list the user as a member, as initgroups(3) finds them, the own one first.
  static func groups(of user: String?, and own: UInt32?, in all: [GroupAccount]) -> [UInt32] {
    var groups = own.map { [$0] } ?? []
    for group in all where user.map(group.members.contains) == true && !groups.contains(group.group) {
      groups.append(group.group)
    }
    return groups
  }
}
