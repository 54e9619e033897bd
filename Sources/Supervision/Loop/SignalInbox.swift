import LinuxSystem

/// The signals of this process, where the supervisor takes them.
final class SignalInbox {
  private let source: SignalSource

  init() throws(SystemError) { source = try SignalSource() }

  var rawValue: Int32 { source.rawValue }

  /// The next one that waits; nil if none does, and nil when it can't be read: the loop goes on either way.
  func next() -> ReceivedSignal? { (try? source.next()) ?? nil }
}
