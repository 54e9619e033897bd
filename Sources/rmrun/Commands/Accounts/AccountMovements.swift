import ArgumentParser
import CreditLedger
import ResourceModel

/// `rmrun account grant acme 500`.
struct AccountGrant: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Give an account more, from its parent or, for a root, from outside.")

  @Argument(help: "The account.") var path: AccountPath
  @Argument(help: "Credits, or money ('$0.05').") var amount: AmountArgument
  @OptionGroup var options: OperationOptions

  func run() throws {
    try options.apply { .grant(path, try amount.credits(by: AccountPrices.book(of: path, in: $0))) }
  }
}

/// `rmrun account transfer acme/a acme/b 50`.
struct AccountTransfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer", abstract: "Move what one account has available to another one.")

  @Argument(help: "The account that gives.") var source: AccountPath
  @Argument(help: "The account that gets.") var target: AccountPath
  @Argument(help: "Credits, or money ('$0.05').") var amount: AmountArgument
  @OptionGroup var options: OperationOptions

  func run() throws {
    try options.apply { ledger in
      .transfer(
        try amount.credits(by: AccountPrices.book(of: source, in: ledger)), from: source, to: target)
    }
  }
}

/// `rmrun account limit acme 1000`.
struct AccountLimit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limit", abstract: "Set an account's limit; what that frees goes back to its parent.")

  @Argument(help: "The account.") var path: AccountPath
  @Argument(help: "Credits, money ('$0.05'), or 'max' for no limit.") var limit: LimitArgument
  @OptionGroup var options: OperationOptions

  func run() throws {
    try options.apply { .setLimit(path, try limit.limit(by: AccountPrices.book(of: path, in: $0))) }
  }
}

/// `rmrun account close acme/research`.
struct AccountClose: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Close an account; what it has left goes back to its parent.")

  @Argument(help: "The account.") var path: AccountPath
  @OptionGroup var options: OperationOptions

  func run() throws { try options.apply { _ in .close(path) } }
}
