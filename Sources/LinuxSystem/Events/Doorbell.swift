import CLinuxSystem

/// Wakes a thread that waits in a `Poller`: eventfd(2).
package struct Doorbell: ~Copyable, Sendable {
  private let descriptor: Descriptor

  package init() throws(SystemError) {
    descriptor = Descriptor(owning: try shim("make an event counter") { rmrun_eventfd() })
  }

  /// Readable while it rings.
  package var rawValue: Int32 { descriptor.rawValue }

  /// Rings until it is silenced.
  package borrowing func ring() { _ = rmrun_eventfd_add(descriptor.rawValue) }

  /// Silences it.
  package borrowing func silence() { _ = rmrun_eventfd_clear(descriptor.rawValue) }
}
