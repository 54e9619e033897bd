public import ResourceModel

/// Accounts as a tree for people: who has what, used what, and has what left.
///
///     account         used  reserved  available   limit
///     acme           120.5       500      379.5    1000  [##--------]
///     `- research     20.5       500          0   520.5  [-----------]
public struct AccountTree {
  private let accounts: [Account]
  private let repertoire: CharacterRepertoire
  private static let barWidth = 12

  /// Makes a tree of accounts in any order; those whose parent is not among them are its roots.
  public init(_ accounts: [Account], repertoire: CharacterRepertoire) {
    self.accounts = accounts.sorted { $0.path < $1.path }
    self.repertoire = repertoire
  }

  /// The tree, a newline at the end.
  public var text: String {
    var table = TextTable(columns: [.left, .right, .right, .right, .right, .left])
    table.rows = [["account", "used", "reserved", "available", "limit"]]
    let known = Set(accounts.map(\.id))
    let roots = accounts.filter { account in account.parent.map { !known.contains($0) } ?? true }
    for root in roots { add(root, label: root.path.description, below: "", to: &table) }
    return table.text(indentation: "")
  }

  private func add(_ account: Account, label: String, below: String, to table: inout TextTable) {
    table.rows.append([
      label + (account.isClosed ? " (closed)" : ""), account.used.rounded, account.balance.reserved.rounded,
      availableText(account), account.ceiling.bound?.rounded ?? "unlimited", bar(account),
    ])
    let children = accounts.filter { $0.parent == account.id }
    for (index, child) in children.enumerated() {
      let isLast = index == children.count - 1
      add(child, label: below + branch(isLast) + child.path.name, below: below + trunk(isLast), to: &table)
    }
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
