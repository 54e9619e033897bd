public import ResourceModel

/// One account for people: what it has, what is set about it.
public enum AccountText {
  /// The account, a newline at the end.
  /// - Parameters:
  ///   - account: the account.
  ///   - prices: what its credits are worth.
  public static func show(_ account: Account, prices: PriceBook) -> String {
    let facts = money(account, prices) + attributes(account)
    return "account \(account.path)\(account.isClosed ? " (closed)" : "")\n"
      + facts.map { "  " + $0.label.padded(to: 14) + "  " + $0.value.escapedForTerminal + "\n" }.joined()
  }

  private static func money(_ account: Account, _ prices: PriceBook) -> [ReportFact] {
    let used = account.used.percentText(of: account.ceiling).map { " (\($0))" } ?? ""
    return [
      ReportFact("limit", account.ceiling.bound.map { worth($0, prices) } ?? "unlimited"),
      ReportFact("used", worth(account.used, prices) + used),
      ReportFact("reserved", worth(account.balance.reserved, prices)),
      ReportFact("available", worth(account.balance.available, prices)),
      ReportFact("jobs", "\(account.liveJobs) running"),
    ] + (account.standing.map { [ReportFact("threshold", "\($0.rawValue) reached")] } ?? [])
  }

  private static func attributes(_ account: Account) -> [ReportFact] {
    let attributes = account.attributes
    let thresholds = Threshold.allCases.map {
      "\($0.rawValue) \(attributes.thresholds.share(of: $0).spacedText)"
    }
    var facts = [
      ReportFact("allocation", attributes.allocation.rawValue),
      ReportFact("thresholds", thresholds.joined(separator: ", ")),
    ]
    if attributes.guarantee > .zero { facts.append(ReportFact("guarantee", attributes.guarantee.counted)) }
    if let period = attributes.period {
      let rest = attributes.rollsOver ? "what remains rolls over" : "what remains lapses"
      let end = account.periodEnd.map { ", until \($0.rfc3339)" } ?? ""
      facts.append(ReportFact("period", "\(period.rawValue)\(end); \(rest)"))
    }
    if let budget = attributes.defaultBudget { facts.append(ReportFact("default budget", budget.counted)) }
    if let jobs = attributes.maximalJobs.bound { facts.append(ReportFact("jobs at once", "at most \(jobs)")) }
    if let depth = attributes.maximalDepth.bound {
      facts.append(ReportFact("levels below", "at most \(depth)"))
    }
    if attributes.overdraft > .zero {
      facts.append(ReportFact("overdraft", "up to \(attributes.overdraft.counted)"))
    }
    if let book = attributes.priceBook { facts.append(ReportFact("price book", book)) }
    for (key, value) in attributes.labels.sorted(by: { $0.key < $1.key }) {
      facts.append(ReportFact("label", "\(key)=\(value)"))
    }
    return facts
  }

  /// Credits, and what they are worth where the price book says so.
  static func worth(_ credits: Credits, _ prices: PriceBook) -> String {
    guard let money = prices.money(for: credits) else { return credits.counted }
    return "\(credits.counted) (\(money.text(in: prices.currency)))"
  }

  /// The last lines of an account's books, the newest first, a newline at the end.
  /// - Parameters:
  ///   - lines: the lines.
  ///   - prices: what its credits are worth.
  public static func history(_ lines: [HistoryLine], prices: PriceBook) -> String {
    guard !lines.isEmpty else { return "nothing has been booked\n" }
    var table = TextTable(columns: [.left, .right, .left, .left, .right, .right, .left])
    table.rows =
      [["time", "movement", "kind", "book", "credits", "money", "job"]]
      + lines.map { line in
        let sign = line.amount > .zero ? "+" : ""
        let money = prices.money(for: line.amount).map { sign + $0.text(in: prices.currency) }
        let about = [line.job, line.note].compactMap { $0 }.joined(separator: " ")
        return [
          line.time.rfc3339, "\(line.movement)", line.kind.rawValue, line.book.rawValue,
          sign + line.amount.description, money ?? "-", about.escapedForTerminal,
        ]
      }
    return table.text(indentation: "")
  }
}
