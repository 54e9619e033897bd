import ResourceModel

extension PriceBookFile {
  static let periodKeys = ["from", "to", "multiplier"]

  static func readPeriods(_ node: DocumentNode, _ faults: inout Faults) -> [PricePeriod] {
    guard case .list(let items) = node.content else {
      faults.add(
        "periods is a list, such as `- {from: \"22:00\", to: \"06:00\", multiplier: 0.5}`; this is \(node.kind)",
        at: node.position)
      return []
    }
    return items.compactMap { readPeriod($0, &faults) }
  }

  private static func readPeriod(_ node: DocumentNode, _ faults: inout Faults) -> PricePeriod? {
    let section = SectionReader(node, name: "a period", knownKeys: periodKeys, &faults)
    let start = section.value("from", &faults, ClockText.minuteOfDay)
    let end = section.value("to", &faults, ClockText.minuteOfDay)
    let multiplier = section.value("multiplier", &faults) { (text) throws(ValueError) in
      try Multiplier(parsing: text)
    }
    guard case .map = node.content else { return nil }
    for key in periodKeys where section.node(key) == nil {
      faults.add("a period has no \(key)", at: node.position)
    }
    guard let start, let end, let multiplier else { return nil }
    guard start != end else {
      faults.add(
        "a period ends where it begins; for a price at all hours change the rates", at: node.position)
      return nil
    }
    return PricePeriod(start: start, end: end, multiplier: multiplier)
  }
}

/// Times of day and offsets from UTC.
enum ClockText {
  /// Reads `22:00`, from `00:00` to `24:00`; the latter is the next day's first minute, 0.
  static func minuteOfDay(_ text: String) throws(ValueError) -> Int64 {
    guard let minutes = minutes(text[...]), minutes <= 24 * 60 else {
      throw ValueError(text, expected: "a time of day, such as 22:00")
    }
    return minutes % (24 * 60)
  }

  /// Reads `+01:00`, `-05:30` or `Z`, from -14:00 to +14:00, as minutes.
  static func offset(_ text: String) throws(ValueError) -> Int64 {
    if text == "Z" { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-", let minutes = minutes(text.dropFirst()),
      minutes <= 14 * 60
    else { throw ValueError(text, expected: "an offset from UTC, such as +01:00 or -05:30") }
    return sign == "-" ? -minutes : minutes
  }

  /// Two digits, a colon, two digits.
  private static func minutes(_ text: Substring) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
    var digits: [Int64] = []
    for index in [0, 1, 3, 4] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
      digits.append(Int64(bytes[index] - UInt8(ascii: "0")))
    }
    let minute = digits[2] * 10 + digits[3]
    return minute < 60 ? (digits[0] * 10 + digits[1]) * 60 + minute : nil
  }
}
