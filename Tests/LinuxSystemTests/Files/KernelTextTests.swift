import Testing

@testable import LinuxSystem

@Suite("Numbers and lines")
struct KernelTextTests {
  @Test(
    "decimal",
    arguments: [
      ("0", 0), ("007", 7), ("18446744073709551615", .max), ("18446744073709551616", nil), ("", nil),
      ("-1", nil),
      ("+1", nil), ("1 ", nil), ("1e3", nil), ("0x1", nil), ("１", nil),
    ] as [(String, UInt64?)])
  func decimal(_ text: String, _ value: UInt64?) { #expect(KernelText.decimal(text) == value) }

  @Test(
    "signed",
    arguments: [
      ("-1", -1), ("-9223372036854775808", .min), ("-9223372036854775809", nil),
      ("9223372036854775807", .max),
      ("9223372036854775808", nil), ("-", nil), ("--1", nil), ("", nil), ("-0", 0),
    ] as [(String, Int64?)])
  func signed(_ text: String, _ value: Int64?) { #expect(KernelText.signedDecimal(text.bytes[...]) == value) }

  @Test func octal() {
    #expect(KernelText.octal("755".bytes[...]) == 0o755)
    #expect(KernelText.octal("8".bytes[...]) == nil)
  }

  @Test func valuesByKey() {
    let text = "usage_usec 10\nuser_usec 7\nsystem_usec\nnr 1 2\nMemTotal:    5 kB".bytes
    #expect(KernelText.value(of: "usage_usec", in: text) == 10)
    #expect(KernelText.value(of: "user_usec", in: text) == 7)
    #expect(KernelText.value(of: "usec", in: text) == nil)
    #expect(KernelText.value(of: "system_usec", in: text) == nil)
    #expect(KernelText.value(of: "MemTotal", in: text) == 5)
    #expect(KernelText.value(of: "Mem", in: text) == nil)
  }

  @Test func linesAndWords() {
    #expect(KernelText.lines("a\n\nb".bytes).map { KernelText.string($0) } == ["a", "b"])
    #expect(KernelText.words(" a\t b  c ".bytes[...]).map { KernelText.string($0) } == ["a", "b", "c"])
  }
}
