import Configuration
import ResourceModel
import Testing

@Suite("A profile's file")
struct ProfileFileTests {
  private func parse(_ text: String) -> ParsedProfile {
    ProfileFile.parse(Array(text.utf8), file: "p.yaml", name: "p")
  }

  private func faults(_ text: String) -> [String] {
    parse(text).diagnostics.map { String($0.description.dropFirst("p.yaml:".count)) }
  }

  @Test func isKeysAndValuesAsWritten() {
    let parsed = parse(
      """
      # A comment.
      description: >
        Two lines
        of text.
      extends: ci
      memory.max: 1.50G
      budget: 500
      'pids.max': "0100"
      on-exhausted: stop
      io.max.rbps: [/data=10M, 5M]
      rlimit:
        - nofile=1024:4096
        - core=0
      """)
    #expect(parsed.diagnostics == [])
    #expect(
      parsed.profile
        == Profile(
          name: "p", summary: "Two lines of text.", extends: "ci",
          assignments: [
            .init("memory.max", "1.50G"), .init("budget", "500"), .init("pids.max", "0100"),
            .init("on-exhausted", "stop"), .init("io.max.rbps", "/data=10M"), .init("io.max.rbps", "5M"),
            .init("rlimit", "nofile=1024:4096"), .init("rlimit", "core=0"),
          ]))
    #expect(parsed.positions["rlimit"] == SourcePosition(line: 11, column: 1))
  }

  @Test(arguments: [
    "", "\n", "# only a comment\n", "---\n", "{}\n", "\u{feff}grace: 1s\n", "grace: 1s\r\nnice: 1\r\n",
  ])
  func mayBeEmptyOrHaveAnyLineEnds(text: String) {
    #expect(faults(text) == [])
  }

  @Test(arguments: [
    ("memry.max: 4G", "1:1: error: memry.max: no such key; did you mean 'memory.max'?"),
    ("pids: 5", "1:1: error: pids: no such key; did you mean 'pids.max'?"),
    ("memory: 4G", "1:1: error: memory: no such key; did you mean 'memory.max'?"),
    ("extend: ci", "1:1: error: extend: no such key; did you mean 'extends'?"),
    ("<<: x", "1:1: error: <<: no such key; `rmrun profile show default` lists the keys"),
    (
      "memory.max: 12", "1:13: error: memory.max: '12' is not a size with a unit, such as 512M, 1.5G or 4096B"
    ),
    ("memory.max:", "1:12: error: memory.max has no value; write one, or take the line out"),
    ("memory.max: ~", "1:13: error: memory.max: '~' is not a size with a unit, such as 512M, 1.5G or 4096B"),
    ("grace: [1s]", "1:8: error: grace takes one value, not a list"),
    ("grace: {a: b}", "1:8: error: grace takes one value, not a section"),
    ("rlimit: {core: 0}", "1:9: error: rlimit takes one value or a list of them, not a section"),
    ("rlimit: [[core=0]]", "1:10: error: rlimit: a list stands where a value belongs"),
    ("- grace", "1:1: error: a profile is keys with values, such as `memory.max: 4G`; this is a list"),
    ("grace", "1:1: error: a profile is keys with values, such as `memory.max: 4G`; this is a plain value"),
    ("description: [a]", "1:14: error: description takes a text"),
    ("extends:", "1:9: error: extends takes a text"),
    ("nice: 1\nnice: 2", "2:1: error: the key 'nice' was set before, on line 1; keep one"),
    ("? [a, b]\n: c", "1:3: error: a key has to be a plain word"),
    ("grace: &a 1s\nidle-timeout: *a", "2:15: error: aliases (*name) are not read here; write the value out"),
    ("a: [", "2:1: error: not valid YAML: while parsing a flow node, did not find expected node content"),
    (
      "grace: 1s\n\tnice: 1",
      "2:1: error: not valid YAML: while scanning a plain scalar, "
        + "found a tab character that violates indentation"
    ),
    (
      "grace: 1s\n---\nnice: 1",
      "2:1: error: not valid YAML: expected a single document in the stream, "
        + "but found another document"
    ),
    ("grace: 1s\nnice: \u{7}", "2:7: error: a character that YAML does not allow (U+7); take it out"),
  ])
  func faultsHaveTheirPlace(text: String, fault: String) {
    #expect(faults(text) == [fault])
  }

  @Test func allFaultsAreReportedInTheirOrder() {
    let text = """
      memory.max: 12
      grace: 1s
      "grace": 2x
      tiemout: 5m
      nice: 20
      nice: 5
      grace: 3s
      rlimit: [core=0, nofiles=1, {}]
      extends: []
      nice: 6
      """
    #expect(
      faults(text) == [
        "1:13: error: memory.max: '12' is not a size with a unit, such as 512M, 1.5G or 4096B",
        "3:1: error: the key 'grace' was set before, on line 2; keep one",
        "3:10: error: grace: '2x' is not a duration with a unit, such as 90s, 10m, 1h30m or 250ms",
        "4:1: error: tiemout: no such key; did you mean 'timeout'?",
        "5:7: error: nice: '20' is not a niceness from -20 to 19",
        "6:1: error: the key 'nice' was set before, on line 5; keep one",
        "7:1: error: the key 'grace' was set before, on line 2; keep one",
        "8:18: error: rlimit: 'nofiles' is not a process limit known to setrlimit; did you mean 'nofile'?",
        "8:29: error: rlimit: a section stands where a value belongs",
        "9:10: error: extends takes a text",
        "10:1: error: the key 'nice' was set before, on line 5; keep one",
      ])
  }

  @Test func bytesThatAreNotTextHaveAPlaceToo() {
    let parsed = ProfileFile.parse(Array("grace: 1s\nnice: ".utf8) + [0xff, 0xfe], file: "p.yaml")
    #expect(
      parsed.diagnostics.map(\.description) == [
        "p.yaml:2:7: error: not UTF-8 text from here on; save the file as UTF-8"
      ])
  }

  @Test func whatIsLargerThanAMebibyteIsNotRead() {
    let parsed = ProfileFile.parse(
      [UInt8](repeating: UInt8(ascii: "#"), count: (1 << 20) + 1), file: "p.yaml")
    #expect(parsed.diagnostics.count == 1)
  }
}
