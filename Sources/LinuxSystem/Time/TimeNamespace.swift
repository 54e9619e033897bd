package import ResourceModel

/// How far this process's clocks are ahead of the machine's own: those of a time namespace may be. Source: time_namespaces(7).
///
///     monotonic           0         0
///     boottime       100000         0
package struct TimeNamespace: Sendable, Hashable {
  /// What `Clock.boottime` has beside the machine's.
  package let boottimeOffset: Duration

  /// This process's; no offset where the kernel has no such namespaces.
  package static func own() throws(SystemError) -> TimeNamespace {
    let path = "/proc/self/timens_offsets"
    do {
      return try TimeNamespace(parsing: SmallFile.read(path), path: path)
    } catch  where error.code == .notFound {
      return TimeNamespace(boottimeOffset: .zero)
    }
  }

  /// The machine's own time, as programs in the kernel see it.
  package func machineTime(_ time: Instant) -> Instant { time.advanced(by: .zero - boottimeOffset) }

  private init(boottimeOffset: Duration) { self.boottimeOffset = boottimeOffset }

  /// Reads the file. Seconds may be negative, nanoseconds count forward from there. Throws `.malformed` without a line for the clock.
  init(parsing bytes: [UInt8], path: String) throws(SystemError) {
    for line in KernelText.lines(bytes) {
      let words = KernelText.words(line).map { KernelText.string($0) }
      // By its number, 7, from Linux 5.6 until its name came.
      guard words.count == 3, words[0] == "boottime" || words[0] == "7", let seconds = Int64(words[1]),
        let nanoseconds = Int64(words[2])
      else { continue }
      boottimeOffset = .seconds(seconds) + .nanoseconds(nanoseconds)
      return
    }
    throw SystemError("read the clocks' offsets", path: path, code: .malformed)
  }
}
