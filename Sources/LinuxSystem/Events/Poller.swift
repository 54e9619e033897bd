package import ResourceModel
import CLinuxSystem
import Glibc
import SystemPackage

/// Waits for descriptors to become ready, or for a time: epoll(7) with a timer on CLOCK_BOOTTIME.
///
/// A timer in the set, not epoll's own timeout: that stands still while the machine is suspended.
package struct Poller: ~Copyable, Sendable {
  /// What to wait for, and what happened.
  package struct Events: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Events(rawValue: UInt32(RMRUN_POLL_READABLE))
    package static let writable = Events(rawValue: UInt32(RMRUN_POLL_WRITABLE))
    /// A change of a kernel file: `cgroup.events`, `memory.events`, a pressure trigger. (POLLPRI)
    package static let priority = Events(rawValue: UInt32(RMRUN_POLL_PRIORITY))
    /// Reported even if not asked for.
    package static let hangup = Events(rawValue: UInt32(RMRUN_POLL_HANGUP))
    /// Reported even if not asked for; kernel files set it together with `priority`.
    package static let error = Events(rawValue: UInt32(RMRUN_POLL_ERROR))
  }

  /// One descriptor that is ready.
  package struct Event: Sendable, Hashable {
    /// What `add` was given.
    package let token: UInt64
    package let events: Events
  }

  /// The timer's own token; callers may not use it.
  private static let timerToken = UInt64.max

  private let epoll: Descriptor
  private let timer: Descriptor
  /// What the timer is set to, so that an unchanged deadline costs no call. Nil: not set.
  private var armed: Instant?
  /// Whether it has fired since: it stays readable until it is set again.
  private var hasFired = false

  package init() throws(SystemError) {
    let epoll = Descriptor(owning: try shim("make an epoll set") { rmrun_epoll_create() })
    let timer = Descriptor(owning: try shim("make a timer") { rmrun_timer_create() })
    try shim("watch a timer") {
      rmrun_epoll_add(epoll.rawValue, timer.rawValue, Self.timerToken, UInt32(RMRUN_POLL_READABLE))
    }
    self.epoll = epoll
    self.timer = timer
  }

  /// Adds a descriptor, which the caller keeps open until it has removed it. Tokens below `UInt64.max` are free to use.
  package func add(_ fd: Int32, token: UInt64, events: Events) throws(SystemError) {
    let number = epoll.rawValue
    try shim("watch a descriptor") { rmrun_epoll_add(number, fd, token, events.rawValue) }
  }

  /// Removes a descriptor, before it is closed: a duplicate elsewhere would keep the closed one in the set.
  package func remove(_ fd: Int32) throws(SystemError) {
    let number = epoll.rawValue
    try shim("stop watching a descriptor") { rmrun_epoll_remove(number, fd) }
  }

  /// Waits until something is ready or `deadline` on `Clock.boottime` is reached (nil: without end).
  ///
  /// Returns an empty array when it was the deadline. A deadline that has passed looks once and returns.
  package mutating func wait(until deadline: Instant?) throws(SystemError) -> [Event] {
    let isPast = deadline.map { $0 <= Clock.boottime() } ?? false
    if !isPast { try arm(deadline) }
    let found = try collect(nohang: isPast)
    if found.contains(where: { $0.token == Self.timerToken }) { hasFired = true }
    return found.filter { $0.token != Self.timerToken }
  }

  private mutating func arm(_ deadline: Instant?) throws(SystemError) {
    guard deadline != armed || hasFired else { return }
    let number = timer.rawValue
    // 0 disarms, so the clock's origin itself becomes the nanosecond after it.
    let time = deadline.map { max(1, $0.nanoseconds) } ?? 0
    try shim("set a timer") { rmrun_timer_set(number, time) }
    (armed, hasFired) = (deadline, false)
  }

  private func collect(nohang: Bool) throws(SystemError) -> [Event] {
    let number = epoll.rawValue
    return try withUnsafeTemporaryAllocation(of: rmrun_poll_event.self, capacity: 64) {
      buffer throws(SystemError) in
      guard let start = buffer.baseAddress else { return [] }
      let count = try shim("wait for events") { rmrun_epoll_wait(number, start, 64, nohang) }
      return buffer[..<Int(count)].map { Event(token: $0.token, events: Events(rawValue: $0.events)) }
    }
  }
}
