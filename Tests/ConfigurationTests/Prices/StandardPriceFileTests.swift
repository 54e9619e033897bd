import Configuration
import ResourceModel
import Testing

@Suite("cgroup-profiles/prices/")
struct StandardPriceFileTests {
  private let path = RepositoryFile.profiles("prices/standard.yaml")

  @Test func standardIsTheBuiltInBook() throws {
    let parsed = PriceBookFile.parse(try RepositoryFile.read(path), file: path)
    #expect(parsed.diagnostics.isEmpty)
    #expect(parsed.book == PriceBook.standard)
  }

  @Test func everyRateNamesItsSource() throws {
    let text = String(decoding: try RepositoryFile.read(path), as: UTF8.self)
    let sources = text.split(separator: "\n").filter { $0.hasPrefix("    source: https://") }
    #expect(sources.count == PriceBook.standard.rates.count)
  }
}
