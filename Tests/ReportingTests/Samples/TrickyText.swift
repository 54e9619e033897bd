/// Texts that a command line, a file name or a label can carry, and that break writers that don't expect them.
enum TrickyText {
  static let all: [String] = [
    "", " ", "plain", "two words", "it's", "a\"b", "back\\slash", "pipe|pipe", "`code`", "``",
    "<script>alert(1)</script>",
    "<!-- comment", "&amp;", "# heading", "1. item", "- item", "*bold*", "_it_", "[link](http://x)",
    "![i](y)", "~~s~~",
    "@user", "$HOME", "$x$", ":tada:", "100%", "%0A", "a,b:c", "::error::no", "line\nbreak", "cr\rhere",
    "crlf\r\nhere",
    "tab\there", "nul\u{0}here", "\u{1b}[2J\u{1b}]0;title\u{7}", "bell\u{7}", "del\u{7f}", "c1\u{9b}31m",
    "bidi\u{202e}txt", "isolate\u{2066}x\u{2069}", "line\u{2028}para\u{2029}", "\u{feff}bom",
    "zero\u{200b}width",
    "e\u{301}", "日本語", "Ελληνικά", "👩‍👩‍👧‍👦", "🇩🇪", "\u{10ffff}", "\u{fffd}",
    String(decoding: [0xff, 0xfe, 0x61, 0xc3], as: UTF8.self),
    String(decoding: [0xed, 0xa0, 0x80], as: UTF8.self),
    String(repeating: "x", count: 10_000), String(repeating: "漢", count: 500),
    "section_start:0:x\r\u{1b}[0K", "\\u{41}", "\\\\|", "\\|", "a\\", "</details>", "--flag=value", "-",
  ]

  /// A character that can drive a terminal, or begins a new line on one.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) || (0x202a...0x202e).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value)
  }
}
