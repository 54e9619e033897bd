import LinuxSystem
import ResourceModel

/// What a work directory holds, where the file system does not hold it to its size: counted aside again and again while the job moves, for a hundredth of
/// a CPU at most, and a twentieth once it is half full.
struct PolledSpace {
  private let path: String
  /// What it may hold.
  var size: ByteCount
  private var counter: TreeSpace?
  private var askedAt: Instant?
  private var pause: Duration = .zero
  /// Whether the job has moved since what was last asked for began.
  private var isStale = true
  /// What it holds, as last counted.
  private(set) var held: WorkSpace?

  init(_ path: String, _ counter: TreeSpace?, size: ByteCount) {
    (self.path, self.counter, self.size) = (path, counter, size)
  }

  /// How many times as long as a count takes it is waited for the next one.
  private func thrift(holding held: WorkSpace) -> Int {
    held.space.bytes > size.bytes / 2 || held.files > WorkSpace.files(in: size) / 2 ? 20 : 100
  }

  /// - Parameter hasMoved: whether the job has used CPU time since the last sample: else it has written nothing.
  mutating func sample(at now: Instant, hasMoved: Bool) -> WorkSpace? {
    if let answer = counter?.takeAnswer() {
      let found = WorkSpace(answer)
      held = found
      pause = answer.cpuTime * thrift(holding: found)
    }
    if hasMoved { isStale = true }
    guard isStale, askedAt.map({ now.since($0) >= pause }) ?? true else { return held }
    follow()
    if counter?.ask() == true {
      askedAt = now
      isStale = false
    }
    return held
  }

  /// A job that has its work directory removed, and makes another one of that name, works in that.
  private mutating func follow() {
    guard counter?.isRemoved != false,
      let directory = try? Descriptor.open(path, [.readOnly, .directory, .noFollow])
    else { return }
    counter = TreeSpace(of: directory)
  }
}
