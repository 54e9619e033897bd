/// What planning has to know of the host.
public struct HostFacts: Sendable, Hashable {
  /// CPUs that the caller may use.
  public var cpus: Int64
  /// Memory of the host, or less where an ancestor's `memory.max` leaves less.
  public var memory: ByteCount
  /// The kernel's accounting tick, 1/HZ.
  public var tick: Duration
  /// The longest time from a timer's end to a finished kill, at the supervisor's scheduling priority.
  public var wakeLatency: Duration

  /// Makes the facts of a host.
  public init(cpus: Int64, memory: ByteCount, tick: Duration, wakeLatency: Duration) {
    self.cpus = cpus
    self.memory = memory
    self.tick = tick
    self.wakeLatency = wakeLatency
  }
}
