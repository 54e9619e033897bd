import ResourceModel
import Glibc

/// What `/proc/PID/stat` says of a process. Source: proc(5).
///
///     1234 (tmux: server) S 1 1234 1234 0 -1 4194368 … 12 3 … 20 0 1 0 8912 …
///     pid (comm) state ppid pgrp session tty_nr tpgid flags …
///
/// `comm` may hold spaces, parentheses and newlines: it ends at the *last* `)`.
package struct ProcessStat: Sendable, Hashable {
  package let pid: Int32
  package let command: String
  /// `R`, `S`, `D`, `T` (stopped), `t`, `Z` (zombie), `X`, `I`.
  package let state: Character
  package let parentPID: Int32
  package let processGroup: Int32
  package let session: Int32
  /// Used so far, without children, to the kernel's USER_HZ (10 ms).
  package let userTime: Duration
  package let systemTime: Duration
  /// Used by children that ended and were waited for.
  package let childrenUserTime: Duration
  package let childrenSystemTime: Duration
  package let threads: Int
  /// When it started, in USER_HZ ticks since boot: with the number it names a process for as long as the machine runs.
  package let startTime: UInt64
  /// In pages.
  package let residentPages: UInt64

  /// Whether it has ended and only waits to be waited for. A process whose first thread has ended reads `Z` as well, and lives
  /// on in its other threads.
  package var isZombie: Bool { (state == "Z" || state == "X") && threads <= 1 }
}

extension ProcessStat {
  /// Throws `.notFound` if the process is gone.
  package static func read(pid: Int32) throws(SystemError) -> ProcessStat {
    let path = "/proc/\(pid)/stat"
    guard let stat = ProcessStat(bytes: try ProcessFiles.read(path)) else {
      throw SystemError("understand", path: path, code: .malformed)
    }
    return stat
  }

  /// Reads the file's contents; nil if they aren't in the documented form.
  package init?(bytes: [UInt8]) {
    guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
      let close = bytes.lastIndex(of: UInt8(ascii: ")")),
      open < close
    else { return nil }
    let fields = bytes[(close + 1)...].split { $0 == KernelText.space || $0 == KernelText.newline }
    // `rest` counts from field 3, as the manual numbers them.
    func signed(_ number: Int) -> Int32? {
      fields.count > number - 3
        ? KernelText.signedDecimal(fields[number - 3]).flatMap(Int32.init(exactly:)) : nil
    }
    func unsigned(_ number: Int) -> UInt64? {
      fields.count > number - 3 ? KernelText.decimal(fields[number - 3]) : nil
    }
    func time(_ number: Int) -> Duration? {
      guard fields.count > number - 3, let ticks = KernelText.signedDecimal(fields[number - 3]) else {
        return nil
      }
      return Self.duration(ticks: ticks)
    }
    guard
      let pid = KernelText.decimal(bytes[..<open].prefix { $0 != KernelText.space }).flatMap(
        Int32.init(exactly:)),
      let state = fields.first.map({ KernelText.string($0) }), state.count == 1, let letter = state.first,
      let parent = signed(4), let group = signed(5), let session = signed(6),
      let user = time(14), let system = time(15), let childUser = time(16), let childSystem = time(17),
      let threads = signed(20), let start = unsigned(22), let resident = unsigned(24)
    else { return nil }
    self.pid = pid
    self.command = KernelText.string(bytes[(open + 1)..<close])
    self.state = letter
    self.parentPID = parent
    self.processGroup = group
    self.session = session
    self.userTime = user
    self.systemTime = system
    self.childrenUserTime = childUser
    self.childrenSystemTime = childSystem
    self.threads = Int(threads)
    self.startTime = start
    self.residentPages = resident
  }

  /// USER_HZ is 100 on every machine that Linux runs on today; sysconf(3) says so too.
  private static func duration(ticks: Int64) -> Duration {
    .seconds(ticks / 100) + .milliseconds(ticks % 100 * 10)
  }
}
