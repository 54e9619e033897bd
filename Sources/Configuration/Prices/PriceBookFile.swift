package import ResourceModel

/// A price book as its file has it, with every fault.
package struct ParsedPriceBook: Sendable, Hashable {
  /// What could be read; complete only where there are no faults.
  package var book: PriceBook
  /// Every fault, in the order of the file.
  package var diagnostics: [Diagnostic]
}

/// A price book's YAML form.
///
///     name: office
///     currency: EUR
///     credit-price: 0.000006
///     utc-offset: +01:00
///     rates:
///       cpu: {price: 1, unit: core-second, source: "https://example.com/prices"}
///       network.sent: {price: €0.08, unit: GB}
///     periods:
///       - {from: "22:00", to: "06:00", multiplier: 0.5}
///     priorities: {low: 0.8, normal: 1, high: 1.5}
///
/// A price is in credits, or, with a sign or code of the book's currency, in money: so that a published price can be written
/// down as it was published. Money becomes credits by `credit-price`, rounded to the nearest micro-credit.
package enum PriceBookFile {
  static let keys = [
    "name", "description", "currency", "credit-price", "utc-offset", "rates", "periods", "priorities",
  ]

  /// Reads a price book. Never traps, whatever the bytes are.
  /// - Parameters:
  ///   - bytes: the file's contents.
  ///   - file: the file's name, for diagnostics, and the book's if it does not name itself.
  package static func parse(_ bytes: [UInt8], file: String) -> ParsedPriceBook {
    let document = YAMLDocument.parse(bytes, file: file)
    var faults = document.faults
    var book = PriceBook(name: file, currency: nil, creditPrice: nil, rates: [:])
    if let root = document.root {
      read(root, into: &book, &faults)
    } else if faults.found.isEmpty {
      faults.add("the file is empty; a price book has rates at least", at: .start)
    }
    return ParsedPriceBook(book: book, diagnostics: faults.inOrder)
  }

  private static func read(_ root: DocumentNode, into book: inout PriceBook, _ faults: inout Faults) {
    let section = SectionReader(root, name: "a price book", knownKeys: keys, &faults)
    if let (name, _) = section.text("name", &faults) { book.name = name }
    _ = section.text("description", &faults)
    readWorth(section, into: &book, &faults)
    book.utcOffset = section.value("utc-offset", &faults, ClockText.offset) ?? 0
    if let rates = section.node("rates") {
      readRates(rates, into: &book, &faults)
    } else if case .map = root.content {
      faults.add("a price book has to have rates; without them nothing costs anything", at: root.position)
    }
    if let periods = section.node("periods") { book.periods = readPeriods(periods, &faults) }
    if let priorities = section.node("priorities") {
      book.priorityMultipliers = readPriorities(priorities, &faults)
    }
  }

  /// Currency and credit price: both or neither.
  private static func readWorth(_ section: SectionReader, into book: inout PriceBook, _ faults: inout Faults)
  {
    book.currency = section.value("currency", &faults) { (text) throws(ValueError) in
      guard text.utf8.count == 3,
        text.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
      else { throw ValueError(text, expected: "a currency's code, such as USD or EUR") }
      return text
    }
    let currency = book.currency
    book.creditPrice = section.value("credit-price", &faults) { (text) throws(ValueError) in
      let price = try PriceText(parsing: text).money(in: currency)
      guard price.picounits > 0 else { throw ValueError(text, expected: "a price above zero") }
      return price
    }
    for (key, other) in [("currency", "credit-price"), ("credit-price", "currency")] {
      if let node = section.node(key), section.node(other) == nil {
        faults.add("\(key) needs \(other) beside it, else a credit has no worth in money", at: node.position)
      }
    }
  }

  private static func readPriorities(_ node: DocumentNode, _ faults: inout Faults) -> [Priority: Multiplier] {
    let names = Priority.allCases.map(\.rawValue)
    let section = SectionReader(node, name: "priorities", knownKeys: names, &faults)
    var multipliers: [Priority: Multiplier] = [:]
    for priority in Priority.allCases {
      multipliers[priority] = section.value(priority.rawValue, &faults) { (text) throws(ValueError) in
        try Multiplier(parsing: text)
      }
    }
    return multipliers
  }
}
