import Reporting
import ResourceModel
import Testing

/// The schema file that users get.
private func schema() throws -> SchemaCheck {
  let here = #filePath.split(separator: "/").dropLast(4).map(String.init)
  let path = "/" + (here + ["Sources", "Reporting", "report.schema.json"]).joined(separator: "/")
  let text = try #require(readText(path), "no schema at \(path)")
  return SchemaCheck(root: try JSONReader.read(text))
}

@Suite("The JSON report's schema")
struct SchemaTests {
  @Test("holds for every kind of report", arguments: SampleReports.all.map(\.name))
  func holds(name: String) throws {
    let report = try #require(SampleReports.all.first { $0.name == name }?.report)
    let value = try JSONReader.read(report.rendered(as: .json))
    #expect(try schema().faults(value) == [])
  }

  @Test("holds for every reason, feature, meter and signal")
  func holdsForEveryCase() throws {
    let schema = try schema()
    var report = SampleReports.stopped
    for feature in Feature.allCases {
      (report.metering[feature], report.enforcement[feature]) = (.kernel, .polled)
    }
    report.bill.byMeter = Meter.priced.map { meter in
      JobReport.Bill.Charge(meter: meter, charge: Credits(microcredits: 1), consumedQuantity: 1)
    }
    for reason in TerminationReason.allCases {
      report.terminationReason = reason
      #expect(try schema.faults(JSONReader.read(report.rendered(as: .json))) == [])
    }
    for number in Int32(1)...64 {
      report.outcome = .signaled(Signal(number: number))
      #expect(try schema.faults(JSONReader.read(report.rendered(as: .json))) == [])
    }
  }

  @Test(
    "refuses a report that is damaged",
    arguments: [
      ("\"schema\": \"rmrun.report/1\"", "\"schema\": \"rmrun.report/2\""),
      ("\"wallTime\": 492.345", "\"wallTime\": \"492.345\""),
      ("\"readings\": 9", "\"readings\": 9.5"), ("\"readings\": 9", "\"readings\": -9"),
      ("\"exitStatus\": 120", "\"exitStatus\": 256"), ("\"name\": \"make\",", ""),
      ("\"budget\": \"500\"", "\"budget\": \"5e2\""), ("\"memory\": \"polled\"", "\"memory\": \"guessed\""),
      ("\"terminationReason\": \"budget\"", "\"terminationReason\": \"money\""),
      ("\"cpuTime\": 496.212345", "\"cpuTime\": -1"), ("\"settle\": 0.00083", "\"settle\": null"),
      ("\"readings\": 9", "\"readings\": 9, \"unknown\": 1"), ("\"SIGKILL\"", "\"KILL\""),
      ("2026-11-23T20:08:13.042Z", "yesterday"),
    ])
  func refuses(part: String, damage: String) throws {
    let text = SampleReports.stopped.rendered(as: .json)
    let range = try #require(text.firstRange(of: part))
    let damaged = text.replacingCharacters(in: range, with: damage)
    #expect(try !schema().faults(JSONReader.read(damaged)).isEmpty)
  }

  @Test(
    "samples are written for a validator of another make",
    .enabled(if: environment("RMRUN_REPORT_SAMPLES") != nil, "RMRUN_REPORT_SAMPLES names no directory"))
  func samplesAreWritten() throws {
    let directory = try #require(environment("RMRUN_REPORT_SAMPLES"))
    for (name, report) in SampleReports.all {
      #expect(writeText(report.rendered(as: .json), to: "\(directory)/\(name).json"))
    }
    for (index, text) in TrickyText.all.enumerated() {
      let report = SampleReports.tricky(text)
      #expect(writeText(report.rendered(as: .json), to: "\(directory)/tricky-\(index).json"))
      #expect(writeText(report.rendered(as: .markdown), to: "\(directory)/tricky-\(index).md"))
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
