import ResourceModel
import Testing

@Suite("Texts for people")
struct TextTests {
  @Test(
    arguments: [
      ("memory.mx", "memory.max"), ("timout", "timeout"), ("tiemout", "timeout"), ("pids.maximum", nil),
      ("xyzzy", nil),
      ("", nil), ("grce", "grace"), (String(repeating: "grace", count: 1 << 18), nil),
    ] as [(String, String?)])
  func theNearestNameIsOneThatMayHaveBeenMeant(text: String, name: String?) {
    #expect(["memory.max", "timeout", "pids.max", "grace"].nearest(to: text) == name)
  }

  @Test(arguments: [
    ("plain ü 漢", "plain ü 漢"), ("a\u{1b}[31mb", "a\\u{1b}[31mb"), ("a\nb\r", "a\\u{a}b\\u{d}"),
    ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"), ("\u{9b}2J", "\\u{9b}2J"), ("\u{7f}", "\\u{7f}"),
  ])
  func controlCharactersAreShownNotSent(text: String, escaped: String) {
    #expect(text.escapedForTerminal == escaped)
  }
}
