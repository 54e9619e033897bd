import ArgumentParser
import CreditLedger
import LinuxSystem
import Reporting
import ResourceModel

/// `rmrun account show acme`.
struct AccountShow: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one account.")

  @Argument(help: "The account.") var path: AccountPath
  @Flag(help: "Print JSON by the schema rmrun.accounts/1.") var json = false
  @OptionGroup var ledger: LedgerOptions

  func run() throws {
    Self.show(try AccountCommand.asking { try ledger.open().existing(path) }, json: json)
  }

  /// Prints an account.
  static func show(_ account: Account, json: Bool) {
    let text =
      json
      ? Account.jsonText(of: [account])
      : AccountText.show(account, prices: AccountPrices().book(of: account))
    print(text, terminator: "")
  }
}

/// Which accounts a command shows.
struct AccountSelection: ParsableArguments {
  @Argument(help: "Only this one and those below it.") var path: AccountPath?
  @Flag(help: "Print JSON by the schema rmrun.accounts/1.") var json = false
  @OptionGroup var ledger: LedgerOptions

  /// Prints them as JSON, or as `text` has them.
  func show(_ text: ([Account]) -> String) throws {
    let accounts = try AccountCommand.asking { try selected() }
    print(json ? Account.jsonText(of: accounts) : text(accounts), terminator: "")
  }

  private func selected() throws -> [Account] {
    // Who has not begun yet has no accounts; who names a ledger, or an account, means one that is there.
    guard try path != nil || ledger.ledger != nil || LedgerPlace.isThere(nil) else { return [] }
    let ledger = try ledger.open()
    if let path { _ = try ledger.existing(path) }
    return try ledger.accounts(below: path)
  }
}

/// `rmrun account list`.
struct AccountList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List accounts by their paths.")

  @OptionGroup var selection: AccountSelection

  func run() throws {
    try selection.show { accounts in accounts.filter { !$0.isClosed }.map { "\($0.path)\n" }.joined() }
  }
}

/// `rmrun account tree`.
struct AccountTreeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tree", abstract: "Draw the accounts with what they used, reserved and have available.")

  @OptionGroup var selection: AccountSelection

  func run() throws {
    try selection.show { accounts in
      guard !accounts.isEmpty else {
        return "there is no account yet; `rmrun account create NAME --limit 1000` opens one\n"
      }
      let repertoire = CharacterRepertoire.detect(OwnProcess.environment)
      return AccountTree(accounts, prices: AccountPrices().book, repertoire: repertoire).text
    }
  }
}

/// `rmrun account history acme`.
struct AccountHistory: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List what was booked in an account, the newest first.")

  @Argument(help: "The account.") var path: AccountPath
  @Option(help: "How many lines.") var count = 50
  @Flag(help: "Print JSON by the schema rmrun.history/1.") var json = false
  @OptionGroup var ledger: LedgerOptions

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count has to be above zero") }
  }

  func run() throws {
    let (account, lines) = try AccountCommand.asking {
      let ledger = try ledger.open()
      return (try ledger.existing(path), try ledger.history(of: path, count: count))
    }
    guard !json else { return print(HistoryLine.jsonText(of: lines, account: path), terminator: "") }
    print(AccountText.history(lines, prices: AccountPrices().book(of: account)), terminator: "")
  }
}

/// `rmrun account usage JOB`.
struct AccountUsage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "usage", abstract: "Show what a job had used over time, by its readings.",
    discussion: "Recent readings are all kept, older ones ever more thinly.")

  @Argument(help: "The job's identifier, as `rmrun account history` shows it.") var job: String
  @Flag(help: "Print JSON by the schema rmrun.usage/1.") var json = false
  @OptionGroup var ledger: LedgerOptions

  func run() throws {
    let readings = try AccountCommand.asking { try ledger.open().readings(of: job) }
    print(
      json ? UsageReading.jsonText(of: readings, job: job) : UsageHistoryText.text(readings), terminator: "")
  }
}

/// `rmrun account check acme 500`: would a job of that budget be taken?
struct AccountCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say whether an account could set an amount aside now (status 0 or 122).")

  @Argument(help: "The account.") var path: AccountPath
  @Argument(help: "Credits, or money ('$0.05').") var amount: AmountArgument
  @OptionGroup var ledger: LedgerOptions

  func run() throws {
    let ledger = try ledger.open()
    let credits = try amount.credits(by: AccountPrices.book(of: path, in: ledger))
    let shortage = try AccountCommand.asking { try ledger.checkQuota(credits, of: path, at: Clock.wall()) }
    guard let shortage else {
      return print("account \(path) can set aside \(credits) credits")
    }
    Console.error(shortage.description)
    throw ExitCode(RunStatus.refused)
  }
}

extension SQLiteLedger {
  /// The account. Throws if there is none.
  func existing(_ path: AccountPath) throws(LedgerError) -> Account {
    guard let account = try account(path, at: Clock.wall()) else { throw .noAccount(path) }
    return account
  }
}
