import ResourceModel

extension JobReport {
  /// What was used, a line for each kind; what was not measured is said, but for the network, which few jobs are metered
  /// on. Nothing of a job that was not started.
  var usageFacts: [ReportFact] {
    guard launchFailure == nil else { return [] }
    var facts = [
      ReportFact("wall time", wallTime.plainText), fact("CPU time", .cpu, cpuText),
      fact("memory", .memory, memoryText), fact("storage", .storage, storageText),
    ]
    if let networkText { facts.append(fact("network", .network, networkText)) }
    if let loopbackText { facts.append(fact("loopback", .network, loopbackText)) }
    if let latencyText { facts.append(fact("latency", .network, latencyText)) }
    let processes = usage.processesPeak.map { "peak \($0)" }
    return facts + [
      fact("processes", .processes, processes), fact("waited for", .pressure, pressureText),
    ]
  }

  private func fact(_ label: String, _ feature: Feature, _ text: String?) -> ReportFact {
    guard let text else { return ReportFact(label, "not measured") }
    return ReportFact(label, text + (metering[feature] == .polled ? " [polled]" : ""))
  }

  private var cpuText: String? {
    guard let total = usage.cpuTime else { return nil }
    var text = total.microseconds.plainText
    if let user = usage.cpuUserTime, let system = usage.cpuSystemTime {
      text += " (user \(user.microseconds.plainText), system \(system.microseconds.plainText))"
    }
    let wall = UInt128(clamping: wallTime.microseconds)
    if let busy = ExactDecimal(UInt128(total), dividedBy: wall, places: 2) {
      text += ", \(busy.text) CPUs on average"
    }
    return text
  }

  private var memoryText: String? {
    var parts: [String] = []
    if let peak = usage.memoryPeak { parts.append("peak \(ByteCount(bytes: peak))") }
    if let anonymous = usage.memoryAnonPeak { parts.append("anonymous peak \(ByteCount(bytes: anonymous))") }
    let wall = UInt128(clamping: wallTime.microseconds)
    if let time = usage.memoryTime, wall > 0 {
      parts.append("mean \(ByteCount(bytes: UInt64(clamping: time / wall)))")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private var storageText: String? {
    let read = Self.traffic("read", usage.storageRead, usage.storageReadOperations)
    let written = Self.traffic("written", usage.storageWritten, usage.storageWriteOperations)
    return [read, written].compactMap { $0 }.joinedUnlessEmpty
  }

  private var networkText: String? {
    let packets = usage.packets
    let traffic = [
      Self.traffic("received", usage.networkReceived, packets.received, of: "packet"),
      Self.traffic("sent", usage.networkSent, packets.sent, of: "packet"),
    ]
    return traffic.compactMap { $0 }.joinedUnlessEmpty
  }

  /// What a job says to itself is told where there is any.
  private var loopbackText: String? {
    let (received, sent) = (usage.loopbackReceived ?? 0, usage.loopbackSent ?? 0)
    guard received > 0 || sent > 0 else { return nil }
    let packets = usage.packets
    let traffic = [
      Self.traffic("received", received, packets.loopbackReceived, of: "packet"),
      Self.traffic("sent", sent, packets.loopbackSent, of: "packet"),
    ]
    return traffic.compactMap { $0 }.joinedUnlessEmpty
  }

  /// Of where most connections went to.
  private var latencyText: String? {
    guard let latency = timing.networkLatency, let first = latency.destinations.first else { return nil }
    let place = first.address.ipv4 == nil ? "[\(first.address)]" : first.address.description
    let times = [("connect", first.connectTime), ("round trip", first.roundTripTime)].compactMap {
      name, times in times.map { "\(name) \($0.mean.plainText)" }
    }
    let count = first.connections == 1 ? "1 connection" : "\(first.connections) connections"
    let more = latency.destinations.count - 1
    return "\(place):\(first.port) " + (times + [count]).joined(separator: ", ")
      + (more > 0 ? "; and \(more) more" : "")
  }

  private static func traffic(
    _ verb: String, _ bytes: UInt64?, _ operations: UInt64?, of unit: String = "operation"
  ) -> String? {
    let count = operations.map { $0 == 1 ? "1 \(unit)" : "\($0) \(unit)s" }
    guard let bytes else { return count.map { "\(verb) in \($0)" } }
    return "\(verb) \(ByteCount(bytes: bytes))" + (operations == 0 ? "" : count.map { " in " + $0 } ?? "")
  }

  private var pressureText: String? {
    let pressure = usage.pressure
    let waits = [("CPU", pressure.cpu), ("memory", pressure.memory), ("I/O", pressure.io)]
    return waits.compactMap { name, time in time.map { "\(name) \($0.microseconds.plainText)" } }
      .joinedUnlessEmpty
  }
}

extension [String] {
  fileprivate var joinedUnlessEmpty: String? { isEmpty ? nil : joined(separator: ", ") }
}
