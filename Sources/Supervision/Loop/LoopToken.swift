/// Names what became ready: the number that a descriptor is registered with in the poller.
///
///     bit 63 … 3: the number of a job or a connection      bit 2 … 0: what of it
enum LoopToken: Hashable {
  case signals
  case guardian
  /// The ledger's thread has answered.
  case books
  /// Somebody connects to the control socket.
  case control
  /// Somebody who is connected there has sent something, or can be sent more.
  case connection(UInt64)
  /// The command's process ended.
  case command(job: UInt64)
  /// A system call of the job was refused.
  case calls(job: UInt64)
  /// The group's `cgroup.events` changed.
  case group(job: UInt64)
  /// The job is over, and its work directory's project given back.
  case work(job: UInt64)
  /// What a launch waits for is done.
  case launch

  /// Whether it is about the control socket.
  var isControl: Bool {
    switch self {
    case .control, .connection: true
    case .signals, .guardian, .books, .command, .calls, .group, .work, .launch: false
    }
  }

  /// Numbers start at 1, so the first eight values are free.
  var rawValue: UInt64 {
    switch self {
    case .signals: 0
    case .guardian: 1
    case .books: 2
    case .control: 3
    case .launch: 4
    case .command(let job): job << 3
    case .group(let job): job << 3 | 1
    case .connection(let number): number << 3 | 2
    case .calls(let job): job << 3 | 3
    case .work(let job): job << 3 | 4
    }
  }

  init?(rawValue: UInt64) {
    switch (rawValue >> 3, rawValue & 7) {
    case (0, 0): self = .signals
    case (0, 1): self = .guardian
    case (0, 2): self = .books
    case (0, 3): self = .control
    case (0, 4): self = .launch
    case (0, _): return nil
    case (let job, 0): self = .command(job: job)
    case (let job, 1): self = .group(job: job)
    case (let number, 2): self = .connection(number)
    case (let job, 3): self = .calls(job: job)
    case (let job, 4): self = .work(job: job)
    default: return nil
    }
  }
}
