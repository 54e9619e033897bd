import ResourceModel

extension JobReport {
  /// The schema that `json` follows; `report.schema.json` beside this module describes it.
  package static let schema = "rmrun.report/1"

  /// The report by the schema `rmrun.report/1`. What is unmeasured is null; credits and money are decimal strings.
  package var json: JSONValue {
    [
      "schema": .string(Self.schema),
      "job": .string(job),
      "name": .string(name),
      "account": .text(account?.description),
      "labels": labelValues,
      "command": .array(command.map { .string($0) }),
      "profile": .string(profile),
      "prices": .string(prices),
      "startedAt": .string(startedAt.rfc3339),
      "endedAt": .text(endedAt?.rfc3339),
      "wallTime": .seconds(wallTime),
      "exitStatus": .integer(exitStatus),
      "exitSignal": .text(exitSignal?.name),
      "commandStatus": .integer(commandStatus),
      "terminationReason": .text(terminationReason?.rawValue),
      "launchFailure": .text(launchFailure),
      "usage": usage.json,
      "metering": Self.object(metering),
      "enforcement": Self.object(enforcement),
      "confinement": confinement.json,
      "network": network?.json ?? .null,
      "pressure": usage.pressure.json,
      "credits": bill.json(thresholds: thresholdShares),
      "thresholds": Self.object { .seconds(thresholds[$0]) },
      "forecasts": Self.object { forecasts[$0].map(\.json) ?? .null },
      "stopping": [
        "askedAt": .seconds(stopping.asked), "frozenAt": .seconds(stopping.frozen),
        "killedAt": .seconds(stopping.killed),
        "account": stopping.account.map {
          ["path": .string("\($0.account)"), "threshold": .string($0.threshold.rawValue)]
        } ?? .null,
      ],
      "readings": .integer(readings),
      "timing": [
        "setup": .seconds(timing.setup), "run": .seconds(timing.run), "settle": .seconds(timing.settle),
        "networkLatency": timing.networkLatency?.json ?? .null,
      ],
      "warnings": .array(warnings.map { .string($0) }),
    ]
  }

  /// A key that was given twice has its last value.
  private var labelValues: JSONValue {
    var members: [JSONValue.Member] = []
    for label in labels {
      members.removeAll { $0.key == label.key }
      members.append(JSONValue.Member(label.key, .string(label.value)))
    }
    return .object(members)
  }

  private static func object(_ mechanisms: [Feature: Mechanism]) -> JSONValue {
    .object(
      mechanisms.sorted { $0.key < $1.key }.map {
        JSONValue.Member($0.key.rawValue, .string($0.value.rawValue))
      })
  }

  private static func object(_ value: (Threshold) -> JSONValue) -> JSONValue {
    .object(Threshold.allCases.map { JSONValue.Member($0.rawValue, value($0)) })
  }
}

extension JobReport {
  /// The signal that the command's own process died of.
  var exitSignal: Signal? {
    if case .signaled(let signal) = outcome { signal } else { nil }
  }

  /// The status that the command's own process returned, whatever rmrun's own is.
  var commandStatus: Int32? {
    if case .exited(let status) = outcome { status } else { nil }
  }
}

extension JobReport.Confinement {
  fileprivate var json: JSONValue {
    let refused = refusals?.map { JSONValue.Member($0.call, .integer($0.count)) }
    return [
      "level": .string(level), "refused": refused.map { .object($0) } ?? .null,
      "refusedMore": .bool(hasMoreRefusals), "killedFor": killingCall.map { .string($0) } ?? .null,
    ]
  }
}

extension Usage {
  fileprivate var json: JSONValue {
    [
      "cpuTime": .scaled(cpuTime, places: 6),
      "cpuUserTime": .scaled(cpuUserTime, places: 6),
      "cpuSystemTime": .scaled(cpuSystemTime, places: 6),
      "memoryPeak": .integer(memoryPeak),
      "memoryAnonPeak": .integer(memoryAnonPeak),
      "memoryTime": .scaled(memoryTime, places: 6),
      "memoryTimeError": .scaled(memoryTimeError, places: 6),
      "storageRead": .integer(storageRead),
      "storageWritten": .integer(storageWritten),
      "storageReadOperations": .integer(storageReadOperations),
      "storageWriteOperations": .integer(storageWriteOperations),
      "networkReceived": .integer(networkReceived),
      "networkSent": .integer(networkSent),
      "loopbackReceived": .integer(loopbackReceived),
      "loopbackSent": .integer(loopbackSent),
      "networkReceivedPackets": .integer(packets.received),
      "networkSentPackets": .integer(packets.sent),
      "loopbackReceivedPackets": .integer(packets.loopbackReceived),
      "loopbackSentPackets": .integer(packets.loopbackSent),
      "apiRequests": .integer(apiRequests),
      "processesPeak": .integer(processesPeak),
    ]
  }
}

extension NetworkLatency {
  fileprivate var json: JSONValue {
    ["destinations": .array(destinations.map(\.json)), "otherConnections": .integer(otherConnections)]
  }
}

extension NetworkLatency.Destination {
  fileprivate var json: JSONValue {
    [
      "address": .string(address.description), "port": .integer(port), "connections": .integer(connections),
      "connectTime": connectTime?.json ?? .null, "roundTripTime": roundTripTime?.json ?? .null,
    ]
  }
}

extension NetworkLatency.Times {
  fileprivate var json: JSONValue { ["min": .seconds(least), "mean": .seconds(mean), "max": .seconds(most)] }
}

extension Usage.Pressure {
  fileprivate var json: JSONValue {
    [
      "cpu": .scaled(cpu, places: 6), "memory": .scaled(memory, places: 6), "io": .scaled(io, places: 6),
    ]
  }
}

extension ExhaustionForecast {
  fileprivate var json: JSONValue {
    ["earliest": .seconds(earliest), "expected": .seconds(expected), "latest": .seconds(latest)]
  }
}
