public import ResourceModel

/// Accounts as a tree for people: who has what, used what, and has what left.
///
///     account         used             cost  reserved  available   limit
///     acme           120.5   0.00073008 USD       500      379.5    1000  [##--------]
///     `- research     20.5  0.000124205 USD       500          0   520.5  [-----------]
public struct AccountTree {
  private let accounts: [Account]
  private let prices: (Account) -> PriceBook
  private let repertoire: CharacterRepertoire
  private static let barWidth = 12

  /// Makes a tree of accounts in any order; those whose parent is not among them are its roots.
  /// - Parameters:
  ///   - accounts: the accounts.
  ///   - prices: an account's price book, which says what its credits are worth.
  ///   - repertoire: what the tree may be drawn with.
  public init(
    _ accounts: [Account], prices: @escaping (Account) -> PriceBook, repertoire: CharacterRepertoire
  ) {
    self.accounts = accounts.sorted { $0.path < $1.path }
    self.prices = prices
    self.repertoire = repertoire
  }

  /// The tree, a newline at the end.
  public var text: String {
    var table = TextTable(columns: [.left, .right, .right, .right, .right, .right, .left])
    table.rows = [["account", "used", "cost", "reserved", "available", "limit"]]
    let known = Set(accounts.map(\.id))
    let roots = accounts.filter { account in account.parent.map { !known.contains($0) } ?? true }
    for root in roots { add(root, label: root.path.description, below: "", to: &table) }
    return table.text(indentation: "")
  }

  private func add(_ account: Account, label: String, below: String, to table: inout TextTable) {
    table.rows.append([
      label + (account.isClosed ? " (closed)" : ""), account.used.rounded, cost(account),
      account.balance.reserved.rounded,
      availableText(account), account.ceiling.bound?.rounded ?? "unlimited", bar(account),
    ])
    let children = accounts.filter { $0.parent == account.id }
    for (index, child) in children.enumerated() {
      let isLast = index == children.count - 1
      add(child, label: below + branch(isLast) + child.path.name, below: below + trunk(isLast), to: &table)
    }
  }

  private func cost(_ account: Account) -> String {
    let prices = prices(account)
    return prices.money(for: account.used)?.text(in: prices.currency) ?? "-"
  }

  private func availableText(_ account: Account) -> String {
    account.ceiling == .unlimited && account.parent == nil ? "unlimited" : account.balance.available.rounded
  }

  private func bar(_ account: Account) -> String {
    account.ceiling.bound.map { ceiling in
      BudgetBar(width: Self.barWidth, repertoire: repertoire).text(account.used, of: ceiling)
    } ?? ""
  }

  private func branch(_ isLast: Bool) -> String {
    switch repertoire {
    case .unicode: isLast ? "└─ " : "├─ "
    case .ascii: isLast ? "`- " : "|- "
    }
  }

  private func trunk(_ isLast: Bool) -> String {
    if isLast { return "   " }
    return repertoire == .unicode ? "│  " : "|  "
  }
}
