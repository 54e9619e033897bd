import Testing

@testable import Reporting

@Suite("Columns on a terminal")
struct DisplayWidthTests {
  @Test(
    "are counted as a terminal shows them",
    arguments: [
      ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("\u{200b}", 0), ("👩‍👩", 4), ("█░", 2), ("ｆ", 2),
      ("é", 1),
    ])
  func areCounted(text: String, columns: Int) {
    #expect(text.displayWidth == columns)
  }

  @Test(
    "are never exceeded by a shortened text",
    arguments: [
      ("abcdef", 6, "abcdef"), ("abcdef", 5, "ab..."), ("日本語日本", 6, "日..."), ("日本", 3, "..."),
      ("abcdef", 2, ".."),
      ("abcdef", 0, ""), ("", 0, ""), ("abc", -1, ""),
    ])
  func areNotExceeded(text: String, columns: Int, shortened: String) {
    #expect(text.shortened(to: columns) == shortened)
  }
}
