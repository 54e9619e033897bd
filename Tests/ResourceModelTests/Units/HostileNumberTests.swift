import ResourceModel
import Testing

@Suite("Nonsense in numbers, sizes and durations is refused, with the text in the message")
struct HostileNumberTests {
  /// Wrong for every kind of value.
  static let everywhere = [
    "", " ", "-1", "-0", "+1", "nan", "NaN", "inf", "-inf", "infinity", "1e5", "1E5", "0x10", "1_000", "1,5",
    "1.5.5", ".",
    "..", "١٢", "１２", "½", "1\u{0}", "1\n", " 1", "1 ", "\u{feff}1", "1\u{301}", "--1", "1-", "NULL", "true",
    "$", "%",
    "99999999999999999999999999", "0.0000000000000000000000001", "1/2", "𝟙",
  ]

  typealias Reader = @Sendable (String) throws -> Void

  static let readers: [(name: String, read: Reader)] = [
    ("Credits", { _ = try Credits(parsing: $0) }),
    ("Money", { _ = try Money(parsing: $0) }),
    ("Multiplier", { _ = try Multiplier(parsing: $0) }),
    ("CPUCount", { _ = try CPUCount(parsing: $0) }),
    ("Share", { _ = try Share(parsing: $0) }),
    ("ByteCount", { _ = try ByteCount(parsing: $0) }),
    ("Duration", { _ = try Duration(parsing: $0) }),
    ("BudgetAmount", { _ = try BudgetAmount(parsing: $0) }),
    ("IOLimit", { _ = try IOLimit(parsing: $0, quantity: .readBytes) }),
    ("ProcessLimit", { _ = try ProcessLimit(parsing: $0) }),
  ]

  @Test(arguments: everywhere)
  func isRefusedByEveryReader(text: String) {
    for (name, read) in Self.readers {
      #expect(throws: ValueError.self, "\(name) took \(text.debugDescription)") { try read(text) }
    }
  }

  @Test(arguments: [
    "12", "1.5", "512", "K", "B", "1.0001B", "1KK", "1 K", "512\u{212a}", "1Ki", "8589934592G",
    "9223372036854775808B", "1e3K",
  ])
  func sizesNeedAUnitAndWholeBytes(text: String) {
    #expect(throws: ValueError.self) { try ByteCount(parsing: text) }
  }

  @Test(arguments: [
    "90", "1.5", "s", "1x", "1h30", "1 h", "h1", "1h-30m", "0.5ns", "107000d", "1hm", "1µs",
    "9223372036854775808ns",
    "100000d100000d",
  ])
  func durationsNeedUnitsAndFit292Years(text: String) {
    #expect(throws: ValueError.self) { try Duration(parsing: text) }
  }

  @Test(arguments: ["0.0000001", "9223372036855", "1.", "500c"].filter { $0 != "1." })
  func creditsHaveSixPlacesAndFit(text: String) {
    #expect(throws: ValueError.self) { try Credits(parsing: text) }
  }

  @Test(arguments: ["0", "0.0", "0.0001", "9223372036854776"])
  func cpuCountsAreAboveZeroWithThreePlaces(text: String) {
    #expect(throws: ValueError.self) { try CPUCount(parsing: text) }
  }

  @Test(arguments: ["100.1%", "101%", "0.95", "95", "95 %", "%95", "0.00001%"])
  func sharesArePercentUpToAHundred(text: String) {
    #expect(throws: ValueError.self) { try Share(parsing: text) }
  }

  @Test(arguments: ["0", "65", "-9", "KILLED", "SIG", "SIGSIGTERM", "", " TERM", "9.0"])
  func signalsAreNamesOrNumbersUpTo64(text: String) {
    #expect(throws: ValueError.self) { try Signal(parsing: text) }
  }

  @Test(arguments: [
    "", "a", "3-1", "-1", "1-", "0-65536", "1,,2", ",", "0-3,", "+1", "1 ,2", "0x1", "99999999999999999999",
    String(repeating: "0-65535,", count: 100_000) + "0",
  ])
  func cpuListsAreRangesInOrder(text: String) {
    #expect(throws: ValueError.self) { try CPUSet(parsing: text) }
  }

  @Test(arguments: ["$", "$-1", "$ 1", "1 US", "1 USDD", "USD 1", "1  USD x", "€", "1 $", "0.05 U5D", "$1e3"])
  func budgetsAreCreditsOrMoney(text: String) {
    #expect(throws: ValueError.self) { try BudgetAmount(parsing: text) }
  }

  @Test func aMessageShowsALongTextShortened() {
    let error = #expect(throws: ValueError.self) {
      try Credits(parsing: String(repeating: "x", count: 1 << 20))
    }
    #expect((error?.description.utf8.count ?? .max) < 400)
  }

  @Test func aMessageDoesNotDriveTheTerminal() {
    let error = #expect(throws: ValueError.self) { try Credits(parsing: "\u{1b}[2J\u{202e}") }
    #expect(error?.description.hasPrefix("'\\u{1b}[2J\\u{202e}' is not an amount of credits") == true)
  }
}
