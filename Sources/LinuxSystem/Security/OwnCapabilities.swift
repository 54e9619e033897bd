import CLinuxSystem

/// What this process may do. Source: capabilities(7).
package enum OwnCapabilities {
  /// Whether a capability is in effect, by its number.
  package static func has(_ number: Int32) -> Bool { rmrun_has_capability(number) }

  /// CAP_SYS_ADMIN: namespaces take it.
  package static let administration: Int32 = 21
  /// CAP_SYS_RESOURCE: who has it may exceed quotas.
  package static let resources: Int32 = 24
  /// CAP_SETUID and CAP_SETGID: another user takes them.
  package static let otherUser: [Int32] = [6, 7]
}
