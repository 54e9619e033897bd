import Configuration
import TestSupport
import Testing

@Suite("Hostile files end in faults, soon", .timeLimit(.minutes(15)))
struct HostileDocumentTests {
  private func count(_ text: String) -> Int {
    let bytes = Array(text.utf8)
    _ = PriceBookFile.parse(bytes, file: "hostile.yaml")
    return ProfileFile.parse(bytes, file: "hostile.yaml").diagnostics.count
  }

  @Test func billionsOfLaughs() {
    var text = "a0: &a0 [x, x]\n"
    for level in 1..<40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n" }
    #expect(count(text) == 1)
    // As a key, the library would compare what it stands for.
    #expect(count(text + "? *a39\n: 1\n? *a38\n: 2\n") == 1)
  }

  @Test(arguments: [
    "[", "{", "- ", "? ", "[{", "{a: ", "\"", "'", "|\n", "&a ", "!t ", "%", "---\n", "a:\n ", "{? ",
  ])
  func endlessNesting(part: String) {
    #expect(count(String(repeating: part, count: 20_000)) >= 1)
  }

  @Test func indentationWithoutEnd() {
    var text = ""
    for depth in 0..<1200 { text += String(repeating: " ", count: depth) + "a:\n" }
    #expect(count(text) >= 1)
  }

  @Test func thousandsOfKeysTheSame() {
    #expect(count(String(repeating: "grace: 1s\n", count: 20_000)) >= 1)
  }

  @Test func thousandsOfKeysUnknown() {
    #expect(count((0..<20_000).map { "key\($0): 1\n" }.joined()) == 20_000)
  }

  @Test func aKeyOrValueOfAMebibyte() {
    let long = String(repeating: "x", count: 1_000_000)
    for text in [
      "grace: \(long)", "? \(long)\n: 1", "rlimit: [\(long)=1]",
      "cpuset.cpus: " + String(repeating: "0-65535,", count: 120_000),
    ] {
      let faults = ProfileFile.parse(Array(text.utf8), file: "p.yaml").diagnostics
      #expect(faults.count >= 1)
      #expect(faults.allSatisfy { $0.message.utf8.count < 1000 })
    }
  }

  @Test func oneCharacterOfAMebibyte() {
    let text = "grace: e" + String(repeating: "\u{301}", count: 400_000)
    let faults = ProfileFile.parse(Array(text.utf8), file: "p.yaml").diagnostics
    #expect(faults.count == 1)
    #expect(faults.allSatisfy { $0.message.utf8.count < 1000 })
  }

  @Test func aFaultDoesNotDriveTheTerminal() {
    let parsed = ProfileFile.parse(Array("\"\\e[2J\": 1".utf8), file: "\u{1b}p.yaml")
    #expect(parsed.diagnostics.count == 1)
    #expect(parsed.diagnostics.allSatisfy { !$0.description.unicodeScalars.contains("\u{1b}") })
  }

  /// What libFuzzer does for hours, for a second: no bytes may trap.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func mutationsOfGoodFiles(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let pieces = [
      "grace: 1s\n", "rlimit: [core=0, nofile=1]\n", "rates:\n  cpu: {price: 1, unit: core-second}\n", "- ",
      "? ", ": ", "&a ",
      "*a ", "!t ", "!!binary ", "|\n", ">-\n", "\"\\u0041\\", "'", "{", "}", "[", "]", ",", "\n", "\r", "\t",
      " ", "#", "---\n", "...\n",
      "%YAML 1.2\n", "\u{feff}", "\u{85}", "\u{2028}", "\u{e100}",
      "periods: [{from: \"22:00\", to: 6, multiplier: 1}]\n",
      "credit-price: $1\ncurrency: USD\n", "<<: ", "~", "\\", "@", "`", "\u{0}",
    ]
    for _ in 0..<400 {
      var bytes: [UInt8] = []
      for _ in 0..<Int(generator.next() % 24) {
        bytes += Array((pieces.randomElement(using: &generator) ?? "").utf8)
        if generator.next() % 16 == 0 { bytes.append(UInt8(truncatingIfNeeded: generator.next())) }
      }
      _ = ProfileFile.parse(bytes, file: "p.yaml")
      _ = PriceBookFile.parse(bytes, file: "p.yaml")
    }
  }
}
