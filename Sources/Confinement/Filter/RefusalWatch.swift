package import LinuxSystem
package import ResourceModel

/// Answers for the system calls that a job's filter refuses, and counts them.
///
/// A job can make such calls without end, and each takes a moment of its supervisor, on nobody's account. So it is told of the first
/// thousand; the listener is closed then, and what is refused fails by ENOSYS and isn't counted.
package struct RefusalWatch: Sendable {
  private let filter: FilterProgram
  private var listener: CallListener?
  private var counts: [String: UInt64] = [:]
  private var total: UInt64 = 0
  /// Whether there were more than were counted.
  package private(set) var isFull = false

  /// How many refusals are counted.
  private static let most: UInt64 = 1000
  /// How many in one turn of the event loop, which has other things to do.
  private static let turn = 16

  package init(_ listener: CallListener, _ filter: FilterProgram) {
    self.listener = listener
    self.filter = filter
  }

  /// For a `Poller`; nil once nobody listens.
  package var rawValue: Int32? { listener?.rawValue }

  /// What was refused, the most frequent first.
  package var refusals: [JobReport.Confinement.Refusal] {
    counts.map { JobReport.Confinement.Refusal(call: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.call) < ($0.count, $1.call) }
  }

  /// Answers for what waits. Returns whether to go on listening; if not, `close` is to follow.
  package mutating func answer() -> Bool {
    guard let listener else { return false }
    do throws(SystemError) {
      for _ in 0..<Self.turn {
        guard let call = try listener.next() else { return true }
        answer(call, listener)
        if total >= Self.most {
          isFull = true
          return false
        }
      }
      return true
    } catch {
      return false
    }
  }

  /// Listens no more.
  package mutating func close() { listener = nil }

  private mutating func answer(_ call: WaitingCall, _ listener: CallListener) {
    let seen = FilteredCall(
      number: call.number, architecture: call.architecture, arguments: call.arguments)
    // The program that the kernel ran knows the error; this one is to say the same.
    if case .refuse(let errno) = filter.decide(seen) {
      listener.refuse(call, errno: errno)
    } else {
      listener.refuse(call, errno: CallError.notPermitted.number)
    }
    total += 1
    counts[FilterCompiler.name(of: seen) ?? "unknown", default: 0] += 1
  }
}
