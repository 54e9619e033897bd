public import ResourceModel

extension Account {
  /// The schema of `jsonText(of:)`.
  static let schema = "rmrun.accounts/1"

  /// Accounts as JSON by the schema `rmrun.accounts/1`: amounts are decimal strings, null is no limit. A newline at the end.
  public static func jsonText(of accounts: [Account]) -> String {
    let document: JSONValue = ["schema": .string(schema), "accounts": .array(accounts.map(\.json))]
    return document.text + "\n"
  }

  private var json: JSONValue {
    [
      "path": .string(path.description),
      "limit": .amount(attributes.limit.bound),
      "used": .amount(used),
      "reserved": .amount(balance.reserved),
      "available": .amount(balance.available),
      "granted": .amount(balance.allotted),
      "usedInAll": .amount(balance.used),
      "threshold": .text(standing?.rawValue),
      "jobs": .integer(liveJobs),
      "closed": .bool(isClosed),
      "allocation": .string(attributes.allocation.rawValue),
      "guarantee": .amount(attributes.guarantee),
      "thresholds": .object(
        Threshold.allCases.map {
          .init($0.rawValue, .scaled(attributes.thresholds.share(of: $0).millionths, places: 6))
        }),
      "period": .text(attributes.period?.rawValue),
      "periodEnd": .text(periodEnd?.rfc3339),
      "rollsOver": .bool(attributes.rollsOver),
      "priceBook": .text(attributes.priceBook),
      "defaultBudget": .amount(attributes.defaultBudget),
      "maximalJobs": .integer(attributes.maximalJobs.bound),
      "maximalDepth": .integer(attributes.maximalDepth.bound),
      "overdraft": .amount(attributes.overdraft),
      "labels": .object(
        attributes.labels.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
    ]
  }
}

extension HistoryLine {
  /// Lines of an account's books as JSON by the schema `rmrun.history/1`. A newline at the end.
  public static func jsonText(of lines: [HistoryLine], account: AccountPath) -> String {
    let document: JSONValue = [
      "schema": "rmrun.history/1", "account": .string(account.description),
      "entries": .array(
        lines.map { .object($0.members) }),
    ]
    return document.text + "\n"
  }

  /// The line as one line of JSON, the account's path first.
  public func jsonLine(account: AccountPath) -> String {
    let members = [JSONValue.Member("account", .string(account.description))] + members
    return "{" + members.map { JSONValue.string($0.key).text + ": " + $0.value.text }.joined(separator: ", ")
      + "}\n"
  }

  private var members: [JSONValue.Member] {
    [
      .init("movement", .integer(movement)), .init("time", .string(time.rfc3339)),
      .init("kind", .string(kind.rawValue)), .init("book", .string(book.rawValue)),
      .init("amount", .amount(amount)), .init("job", .text(job)), .init("note", .text(note)),
    ]
  }
}

extension JSONValue {
  /// Credits as a decimal string: no reader rounds them. Null is none.
  fileprivate static func amount(_ credits: Credits?) -> JSONValue { .text(credits?.description) }
}
