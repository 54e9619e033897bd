import LinuxSystem
import ResourceModel

/// What rmrun itself says, on standard error. A closed or full standard error is no reason to fail.
enum Console {
  /// A line with rmrun's name in front.
  static func say(_ text: String) { raw("rmrun: " + text + "\n") }

  /// A failure.
  static func error(_ text: String) { say(text) }

  /// Text as it is.
  static func raw(_ text: String) { _ = StandardStreams.write(text.utf8) }
}
