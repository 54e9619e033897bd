import Reporting
import ResourceModel
import Testing

@Suite("The JSON report")
struct JSONReportTests {
  @Test("has the exact form")
  func hasTheExactForm() {
    #expect(SampleReports.stopped.rendered(as: .json) == stoppedGolden)
  }

  @Test("carries every text unchanged and no control character", arguments: TrickyText.all)
  func carriesEveryText(text: String) throws {
    let rendered = SampleReports.tricky(text).rendered(as: .json)
    #expect(!rendered.unicodeScalars.contains { TrickyText.isControl($0) && $0 != "\n" })
    let value = try JSONReader.read(rendered)
    #expect(value["name"] == .string(text))
    #expect(value["job"] == .string(text))
    #expect(value["command"] == .array([.string(text), .string(text)]))
    #expect(value["labels"] == .object([JSONValue.Member(text, .string(text))]))
    #expect(value["warnings"] == .array([.string(text)]))
  }

  @Test("says null, never 0, for what is not measured")
  func unmeasuredIsNull() throws {
    let value = try JSONReader.read(SampleReports.unmeasured.rendered(as: .json))
    for key in ["memoryPeak", "memoryTime", "storageRead", "networkSent", "processesPeak"] {
      #expect(value["usage"]?[key] == .null)
    }
    #expect(value["pressure"]?["cpu"] == .null)
    #expect(value["credits"]?["byMeter"]?["memory"] == .null)
    #expect(value["credits"]?["budget"] == .null)
    #expect(value["credits"]?["billedCost"] == .null)
  }

  @Test("says 0 for what was measured as nothing")
  func nothingIsZero() throws {
    let value = try JSONReader.read(SampleReports.stopped.rendered(as: .json))
    #expect(value["usage"]?["storageWritten"] == .number(ExactDecimal(0)))
  }

  @Test("keeps all digits of the largest counters")
  func keepsAllDigits() throws {
    let usage = try JSONReader.read(SampleReports.largest.rendered(as: .json))["usage"]
    #expect(usage?["memoryPeak"] == .number(ExactDecimal(UInt64.max)))
    #expect(usage?["cpuTime"] == .number(ExactDecimal(UInt64.max, places: 6)))
    #expect(usage?["memoryTime"] == .number(ExactDecimal(UInt128.max, places: 6)))
  }

  @Test("has the last value of a label that was given twice")
  func lastLabelWins() throws {
    var report = SampleReports.stopped
    report.labels = ["a", "b", "a"].enumerated().map { JobSpec.Label(key: $1, value: "\($0)") }
    let labels = try JSONReader.read(report.rendered(as: .json))["labels"]
    #expect(labels == ["b": "1", "a": "2"])
  }

  @Test("tells the command's own status from rmrun's")
  func ownStatus() throws {
    var report = SampleReports.stopped
    report.outcome = .exited(3)
    let value = try JSONReader.read(report.rendered(as: .json))
    #expect(value["exitStatus"] == .number(ExactDecimal(120)))
    #expect(value["commandStatus"] == .number(ExactDecimal(3)))
    #expect(value["exitSignal"] == .null)
  }

  @Test("of a command that could not be started is complete")
  func notStarted() throws {
    let value = try JSONReader.read(SampleReports.notStarted.rendered(as: .json))
    #expect(value["launchFailure"] == "nosuch: not found in PATH")
    #expect(value["exitStatus"] == .number(ExactDecimal(127)))
    #expect(value["usage"]?["cpuTime"] == .null)
  }
}

/// What `SampleReports.stopped` has to look like.
private let stoppedGolden = #"""
  {
    "schema": "rmrun.report/1",
    "job": "make-3f2a",
    "name": "make",
    "account": null,
    "labels": {
      "team": "research"
    },
    "command": [
      "/usr/bin/make",
      "test"
    ],
    "profile": "ci",
    "prices": "sample",
    "startedAt": "2026-11-23T20:08:13.042Z",
    "endedAt": "2026-11-23T20:16:25.387Z",
    "wallTime": 492.345,
    "exitStatus": 120,
    "exitSignal": "SIGKILL",
    "commandStatus": null,
    "terminationReason": "budget",
    "launchFailure": null,
    "usage": {
      "cpuTime": 496.212345,
      "cpuUserTime": 480,
      "cpuSystemTime": 16.212345,
      "memoryPeak": 1610612736,
      "memoryAnonPeak": 1073741824,
      "memoryTime": 30343743938.56,
      "memoryTimeError": 12345.6789,
      "storageRead": 12582912,
      "storageWritten": 0,
      "storageReadOperations": 345,
      "storageWriteOperations": 0,
      "networkReceived": null,
      "networkSent": null,
      "loopbackReceived": null,
      "loopbackSent": null,
      "networkReceivedPackets": null,
      "networkSentPackets": null,
      "loopbackReceivedPackets": null,
      "loopbackSentPackets": null,
      "apiRequests": null,
      "processesPeak": 12
    },
    "metering": {
      "cpu": "kernel",
      "memory": "polled",
      "storage": "kernel",
      "processes": "kernel"
    },
    "enforcement": {
      "cpu.max": "kernel",
      "memory.max": "polled",
      "pids.max": "kernel",
      "io.max": "unavailable"
    },
    "confinement": {
      "level": "default",
      "refused": {
        "mount": 2,
        "bpf": 1
      },
      "refusedMore": false,
      "killedFor": null
    },
    "network": null,
    "pressure": {
      "cpu": 3,
      "memory": null,
      "io": 0.0125
    },
    "credits": {
      "budget": "500",
      "used": "500.000123",
      "overdraft": "0.000123",
      "overshootBound": "0.012",
      "byMeter": {
        "cpu": "496.212345",
        "memory": "3.787778"
      },
      "thresholds": {
        "warning": "400",
        "emergency": "475",
        "hard": "500"
      },
      "charges": [
        {
          "meter": "cpu",
          "consumedQuantity": 496.212345,
          "consumedUnit": "core-second",
          "listUnitPrice": "1",
          "pricingUnit": "core-second",
          "charge": "496.212345",
          "billedCost": "0.003006438951"
        },
        {
          "meter": "memory",
          "consumedQuantity": 30343743938.56,
          "consumedUnit": "byte-second",
          "listUnitPrice": "0.134036",
          "pricingUnit": "GiB-second",
          "charge": "3.787778",
          "billedCost": "0.000022949295"
        }
      ],
      "billedCost": "0.003029388245",
      "billingCurrency": "USD",
      "creditPrice": "0.000006058775"
    },
    "thresholds": {
      "warning": 400,
      "emergency": 470.25,
      "hard": 492.3
    },
    "forecasts": {
      "warning": null,
      "emergency": null,
      "hard": null
    },
    "stopping": {
      "askedAt": 470.25,
      "frozenAt": null,
      "killedAt": 492.3,
      "account": null
    },
    "readings": 9,
    "timing": {
      "setup": 0.00125,
      "run": 492.345,
      "settle": 0.00083,
      "networkLatency": {
        "destinations": [
          {
            "address": "fd77::2",
            "port": 443,
            "connections": 12,
            "connectTime": {
              "min": 0.0012,
              "mean": 0.00345,
              "max": 0.012
            },
            "roundTripTime": {
              "min": 0.0012,
              "mean": 0.00345,
              "max": 0.012
            }
          },
          {
            "address": "10.77.0.2",
            "port": 8000,
            "connections": 1,
            "connectTime": null,
            "roundTripTime": null
          }
        ],
        "otherConnections": 3
      }
    },
    "warnings": [
      "memory.max is held by readings: this host has no memory controller"
    ]
  }

  """#
