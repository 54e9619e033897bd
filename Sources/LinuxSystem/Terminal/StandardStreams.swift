import CLinuxSystem
import Glibc
import ResourceModel
import SystemPackage

/// Descriptors 0, 1 and 2, and the terminal that may be behind them.
package enum StandardStreams {
  /// Opens `/dev/null` in the place of each that is closed, so that no file opened later takes its number and gets what
  /// was meant for standard error. Close-on-exec: a command finds them as closed as they were.
  package static func reserve() throws(SystemError) {
    for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 && errno == EBADF {
      // The lowest free number is this one: all below it are open by now.
      let null = try Descriptor.open("/dev/null", .readWrite)
      guard null.rawValue == number else { continue }
      _ = null.take()
    }
  }

  package static func isTerminal(_ number: Int32) -> Bool { isatty(number) == 1 }

  /// In columns; nil if it isn't a terminal or has no size.
  package static func width(_ number: Int32) -> Int? {
    let width = rmrun_terminal_width(number)
    return width > 0 ? Int(width) : nil
  }

  /// Whether this process is in the terminal's foreground group: a background one would draw over somebody else's line.
  package static func isForeground(_ number: Int32) -> Bool { tcgetpgrp(number) == getpgrp() }

  /// Writes all bytes to a standard stream; returns false if it is closed or full, or nobody reads it any more.
  ///
  /// A supervisor must not hang because its messages aren't read (a paused pager, Ctrl-S): for each part it waits
  /// `patience` at most, and gives up. Needs SIGPIPE ignored, as `SignalSource` does.
  package static func write(
    _ bytes: some Collection<UInt8>, to number: Int32 = STDERR_FILENO, patience: Duration = .seconds(1)
  ) -> Bool {
    let bytes = Array(bytes)
    let milliseconds = Int32(clamping: patience.nanoseconds / 1_000_000)
    var done = 0
    while done < bytes.count {
      var wait = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
      let ready = poll(&wait, 1, milliseconds)
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0, Int32(wait.revents) & POLLOUT != 0 else { return false }
      // What poll(2) calls writable takes PIPE_BUF bytes without blocking (pipe(7)).
      let part = bytes[done..<min(done + pipeBuffer, bytes.count)]
      let count = part.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      if count > 0 { done += count } else if errno != EINTR && errno != EAGAIN { return false }
    }
    return true
  }

  /// PIPE_BUF.
  private static let pipeBuffer = 4096
}
