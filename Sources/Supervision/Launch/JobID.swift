package import LinuxSystem

/// A job's identifier, unique on this host: twelve letters and digits from the kernel's random source.
package enum JobID {
  /// A new one. Throws if the kernel has no randomness to give.
  package static func make() throws(SystemError) -> String { try RandomName.make(count: 12) }
}
