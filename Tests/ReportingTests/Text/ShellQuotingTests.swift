import Testing

@testable import Reporting

@Suite("A command as text")
struct ShellQuotingTests {
  @Test(
    "is quoted as a shell reads it back",
    arguments: [
      ("make", "make"), ("-j4", "-j4"), ("a=b:c,d/e.f@g%h+i_j", "a=b:c,d/e.f@g%h+i_j"), ("", "''"),
      ("a b", "'a b'"),
      ("it's", "'it'\\''s'"), ("$HOME", "'$HOME'"), ("~", "'~'"), ("*", "'*'"), ("'", "''\\'''"),
      ("a\nb", "$'a\\nb'"),
      ("\u{1b}[2J", "$'\\033[2J'"), ("it's\ta\\b", "$'it\\'s\\ta\\\\b'"), ("日本 語", "'日本 語'"),
      ("\u{202e}x", "$'\\342\\200\\256x'"), ("\u{7f}1", "$'\\1771'"),
    ])
  func isQuoted(argument: String, quoted: String) {
    #expect(argument.quotedForShell == quoted)
  }

  @Test("has no control characters", arguments: TrickyText.all)
  func isSafe(text: String) {
    #expect(!text.quotedForShell.unicodeScalars.contains { TrickyText.isControl($0) })
  }
}
