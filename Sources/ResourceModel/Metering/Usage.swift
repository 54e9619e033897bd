/// What a job has used since its launch. Every counter is cumulative; nil is unmeasured, never zero use.
public struct Usage: Sendable, Hashable {
  /// CPU time of all processes, user and system, in microseconds. Source: `cpu.stat`, `usage_usec`.
  public var cpuTime: UInt64?
  /// CPU time in user mode, in microseconds. Source: `cpu.stat`, `user_usec`.
  public var cpuUserTime: UInt64?
  /// CPU time in the kernel, in microseconds. Source: `cpu.stat`, `system_usec`.
  public var cpuSystemTime: UInt64?
  /// Memory now, in bytes. Source: `memory.current`, or resident sets summed.
  public var memoryCurrent: UInt64?
  /// The most memory at a time, in bytes. Source: `memory.peak`, or the largest sample.
  public var memoryPeak: UInt64?
  /// The most anonymous memory at a reading, in bytes. Source: `memory.stat`, `anon`.
  public var memoryAnonPeak: UInt64?
  /// Memory over time in byte-microseconds, integrated from samples.
  public var memoryTime: UInt128?
  /// How far `memoryTime` can be off if memory moved in one direction between samples, in byte-microseconds.
  public var memoryTimeError: UInt128?
  /// Bytes read from devices.
  public var storageRead: UInt64?
  /// Bytes written to devices.
  public var storageWritten: UInt64?
  /// Read operations on devices.
  public var storageReadOperations: UInt64?
  /// Write operations on devices.
  public var storageWriteOperations: UInt64?
  /// Bytes received, loopback apart: IP packets with their headers.
  public var networkReceived: UInt64?
  /// Bytes sent, loopback apart.
  public var networkSent: UInt64?
  /// Bytes received over the loopback.
  public var loopbackReceived: UInt64?
  /// Bytes sent over the loopback.
  public var loopbackSent: UInt64?
  /// The packets that the bytes came in.
  public var packets = Packets()
  /// Requests to external services.
  public var apiRequests: UInt64?
  /// Processes and threads now.
  public var processes: UInt64?
  /// The most processes and threads at a time.
  public var processesPeak: UInt64?
  /// Time in which some task waited, in microseconds.
  public var pressure = Pressure()

  /// Packets of IP, as they are on a wire: the segments of what the kernel handles as one are counted apart.
  public struct Packets: Sendable, Hashable {
    /// Received, loopback apart.
    public var received: UInt64?
    /// Sent, loopback apart.
    public var sent: UInt64?
    /// Received over the loopback.
    public var loopbackReceived: UInt64?
    /// Sent over the loopback.
    public var loopbackSent: UInt64?

    /// Nothing measured.
    public init() {}
  }

  /// Time lost to contention, in microseconds, by resource. Source: the `some` line's `total` of the PSI files.
  public struct Pressure: Sendable, Hashable {
    /// Source: `cpu.pressure`.
    public var cpu: UInt64?
    /// Source: `memory.pressure`.
    public var memory: UInt64?
    /// During which all tasks at once waited for memory.
    package var memoryFull: UInt64?
    /// Source: `io.pressure`.
    public var io: UInt64?

    /// Nothing measured.
    public init() {}
  }

  /// Nothing measured.
  public init() {}

  /// The cumulative quantity that a price applies to, in the meter's base unit; nil if unmeasured or never priced.
  public func quantity(of meter: Meter) -> UInt128? {
    switch meter {
    case .cpu: cpuTime.map { UInt128($0) }
    case .memory: memoryTime
    case .storageRead: storageRead.map { UInt128($0) }
    case .storageWritten: storageWritten.map { UInt128($0) }
    case .storageReadOperations: storageReadOperations.map { UInt128($0) }
    case .storageWriteOperations: storageWriteOperations.map { UInt128($0) }
    case .networkReceived: networkReceived.map { UInt128($0) }
    case .networkSent: networkSent.map { UInt128($0) }
    case .loopbackReceived: loopbackReceived.map { UInt128($0) }
    case .loopbackSent: loopbackSent.map { UInt128($0) }
    case .apiRequests: apiRequests.map { UInt128($0) }
    case .processes, .pressure: nil
    }
  }
}
