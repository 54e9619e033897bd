/// One measured quantity of a job.
public enum Meter: String, Sendable, Hashable, CaseIterable, Comparable {
  /// CPU time in microseconds. Source: `cpu.stat`, `usage_usec`.
  case cpu
  /// Memory over time in byte-microseconds. Source: samples of `memory.current`.
  case memory
  /// Bytes read from devices. Source: `io.stat`, `rbytes`.
  case storageRead = "storage.read"
  /// Bytes written to devices. Source: `io.stat`, `wbytes`.
  case storageWritten = "storage.written"
  /// Read operations on devices. Source: `io.stat`, `rios`.
  case storageReadOperations = "storage.readOperations"
  /// Write operations on devices. Source: `io.stat`, `wios`.
  case storageWriteOperations = "storage.writeOperations"
  /// Bytes received, loopback apart: IP packets with their headers. Source: a program on the group's packets.
  case networkReceived = "network.received"
  /// Bytes sent, loopback apart.
  case networkSent = "network.sent"
  /// Bytes received over the loopback.
  case loopbackReceived = "loopback.received"
  /// Bytes sent over the loopback.
  case loopbackSent = "loopback.sent"
  /// Requests to external services.
  case apiRequests = "api.requests"
  /// Processes and threads. Source: `pids.current`, `pids.peak`. Never priced.
  case processes
  /// Time lost to contention. Source: `cpu.pressure`, `memory.pressure`, `io.pressure`. Never priced.
  case pressure

  /// Those that the network's programs count.
  public static let ofNetwork: [Meter] = [.networkReceived, .networkSent, .loopbackReceived, .loopbackSent]

  /// Those that a price book may price.
  public static let priced: [Meter] = allCases.filter { $0 != .processes && $0 != .pressure }

  /// In the order of declaration, which is the order of a bill.
  public static func < (left: Meter, right: Meter) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Who measures a meter or holds a limit.
public enum Mechanism: String, Sendable, Hashable, CaseIterable {
  /// The kernel, at all times.
  case kernel
  /// rmrun, at its readings.
  case polled
  /// Nobody on this host.
  case unavailable
}
