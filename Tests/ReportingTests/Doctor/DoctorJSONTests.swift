import Reporting
import ResourceModel
import Testing

/// The schema file that users get.
private func schema() throws -> SchemaCheck {
  let here = #filePath.split(separator: "/").dropLast(4).map(String.init)
  let path = "/" + (here + ["Sources", "Reporting", "doctor.schema.json"]).joined(separator: "/")
  let text = try #require(readText(path), "no schema at \(path)")
  return SchemaCheck(root: try JSONReader.read(text))
}

@Suite("Doctor's JSON")
struct DoctorJSONTests {
  @Test("follows its schema for every kind of host", arguments: SampleHosts.all.map(\.name))
  func followsSchema(name: String) throws {
    let report = try #require(SampleHosts.all.first { $0.name == name }?.report)
    #expect(try schema().faults(JSONReader.read(report.jsonText)) == [])
  }

  @Test("has every feature once, limits and meters apart")
  func everyFeature() throws {
    let value = try JSONReader.read(SampleHosts.partial.jsonText)
    let limits = value.keys(of: "limits")
    let confinement = value.keys(of: "confinement")
    let meters = value.keys(of: "meters")
    #expect(limits + confinement + meters == Feature.allCases.map(\.rawValue))
    #expect(meters == Feature.allCases.filter(\.isMeter).map(\.rawValue))
  }

  @Test("what is unknown is null, what does not apply is null")
  func nulls() throws {
    let text = SampleHosts.partial.jsonText
    #expect(text.contains("\"memory.peak\": null"))
    #expect(text.contains("\"supervisorLeaf\": null"))
    #expect(text.contains("\"overshootPerCPU\": 0.009"))
    #expect(text.hasSuffix("}\n"))
  }

  @Test(
    "the schema refuses what is damaged",
    arguments: [
      ("rmrun.doctor/1", "rmrun.doctor/2"), ("\"polled\"", "\"guessed\""), ("\"notNeeded\"", "\"maybe\""),
      ("\"cpus\": 4", "\"cpus\": \"4\""), ("\"jobs\":", "\"job\":"),
    ])
  func refuses(part: String, damage: String) throws {
    let text = SampleHosts.partial.jsonText
    let range = try #require(text.firstRange(of: part))
    let damaged = text[..<range.lowerBound] + damage + text[range.upperBound...]
    #expect(try !schema().faults(JSONReader.read(String(damaged))).isEmpty)
  }
}

extension JSONValue {
  fileprivate func keys(of key: String) -> [String] {
    guard case .object(let members) = self,
      case .object(let inner)? = members.first(where: { $0.key == key })?.value
    else { return [] }
    return inner.map(\.key)
  }
}
