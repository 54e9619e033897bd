@testable import Configuration
import ResourceModel
import Testing

@Suite("The JSON Schemas that editors use")
struct SchemaTests {
  /// JSON is YAML.
  private func schema(_ name: String) throws -> DocumentNode {
    let path = RepositoryFile.profiles("schema/" + name)
    let document = YAMLDocument.parse(try RepositoryFile.read(path), file: path)
    #expect(document.faults.found.isEmpty)
    return try #require(document.root)
  }

  @Test func theProfileSchemaHasEveryKeyAndNoOther() throws {
    let schema = try schema("profile.schema.json")
    #expect(schema["additionalProperties"]?.text == "false")
    #expect(schema["properties"]?.keys == ProfileFile.keys)
  }

  @Test(arguments: Setting.all.map(\.key))
  func theProfileSchemaHasTheSettingsChoices(key: String) throws {
    let setting = try #require(Setting.named(key))
    let property = try #require(try schema("profile.schema.json")["properties"]?[key])
    #expect(property["enum"]?.items ?? [] == setting.choices)
    #expect(property["description"]?.text?.isEmpty == false)
    let takesList = property["anyOf"]?.nodes.contains { $0["type"]?.text == "array" } ?? false
    #expect(takesList == setting.isRepeatable)
  }

  @Test func thePriceSchemaHasEveryKeyAndNoOther() throws {
    let schema = try schema("prices.schema.json")
    #expect(schema["additionalProperties"]?.text == "false")
    #expect(schema["properties"]?.keys == PriceBookFile.keys)
    #expect(schema["properties"]?["periods"]?["items"]?["properties"]?.keys == PriceBookFile.periodKeys)
    #expect(schema["properties"]?["priorities"]?["properties"]?.keys == Priority.allCases.map(\.rawValue))
  }

  @Test func thePriceSchemaHasEveryMeterWithItsUnits() throws {
    let rates = try #require(try schema("prices.schema.json")["properties"]?["rates"]?["properties"])
    #expect(rates.keys == Meter.priced.map(\.rawValue))
    for meter in Meter.priced {
      let rate = try #require(rates[meter.rawValue]?["properties"])
      #expect(rate.keys == PriceBookFile.rateKeys(of: meter))
      let applications = PriceBookFile.Application.allCases.map(\.rawValue)
      #expect(rate["applies"]?["enum"]?.items == (Meter.ofNetwork.contains(meter) ? applications : nil))
      #expect(rate["unit"]?["enum"]?.items == PricingUnit.units(for: meter).map(\.rawValue))
    }
  }
}

extension DocumentNode {
  fileprivate subscript(key: String) -> DocumentNode? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  fileprivate var keys: [String] {
    guard case .map(let entries) = content else { return [] }
    return entries.map(\.key)
  }

  fileprivate var nodes: [DocumentNode] {
    guard case .list(let nodes) = content else { return [] }
    return nodes
  }

  fileprivate var text: String? {
    guard case .text(let text) = content else { return nil }
    return text
  }

  fileprivate var items: [String] { nodes.compactMap(\.text) }
}
