import CCapability

/// Capabilities by their names, as libcap knows them.
package enum Capabilities {
  /// The set of names such as `cap_chown`, bit n for capability n; `all` is every one.
  /// - Throws: `ConfinementError` for a name that libcap does not know.
  package static func set(of names: [String]) throws(ConfinementError) -> UInt64 {
    var set: UInt64 = 0
    for name in names {
      if name == "all" {
        set |= every
        continue
      }
      var value: cap_value_t = 0
      guard cap_from_name(name, &value) == 0, (0..<64).contains(value) else {
        throw ConfinementError(
          .badRequest, "--cap-keep: \(name) is no capability; `man 7 capabilities` lists them")
      }
      set |= 1 << UInt64(value)
    }
    return set
  }

  /// The names of a set.
  package static func names(of set: UInt64) -> [String] {
    (0..<64).compactMap { number -> String? in
      guard set >> UInt64(number) & 1 == 1, let name = cap_to_name(cap_value_t(number)) else { return nil }
      defer { cap_free(name) }
      return String(cString: name)
    }
  }

  /// All that this kernel has.
  private static var every: UInt64 {
    let count = UInt64(max(0, min(63, cap_max_bits())))
    return (1 << count) - 1
  }
}
