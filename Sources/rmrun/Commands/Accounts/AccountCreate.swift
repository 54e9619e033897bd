public import ArgumentParser
import CreditLedger
public import ResourceModel

/// `rmrun account create acme/research --limit 500`.
struct AccountCreate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Open an account below its parent.")

  @Argument(help: "Its path, such as acme/research.") var path: AccountPath
  @Option(help: "The most that it and all below it may use; 'max' is no limit.") var limit: LimitArgument?
  @Option(help: "How it gives to its children and jobs: strict (fixed shares), elastic, best-effort.")
  var allocation = AllocationPolicy.strict
  @Option(help: "What an elastic parent sets aside for it.") var guarantee: AmountArgument?
  @Option(help: "Begin the limit anew: daily, weekly or monthly (midnight UTC).") var period: BudgetPeriod?
  @OptionGroup var settings: AccountSettings
  @OptionGroup var options: OperationOptions

  func run() throws {
    let attributes = try attributes()
    try options.apply(makes: true) { _ in .open(path, attributes) }
  }

  private func attributes() throws -> AccountAttributes {
    var attributes = AccountAttributes()
    let book = try settings.apply(to: &attributes, book: .standard)
    attributes.limit = try limit?.limit(by: book) ?? .unlimited
    attributes.allocation = allocation
    attributes.guarantee = try guarantee?.credits(by: book) ?? .zero
    attributes.period = period
    return attributes
  }
}

/// `rmrun account set acme/research --max-jobs 4`.
struct AccountSet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change what is set about an account, but for its limit.",
    discussion: "What is not named stays as it is. `rmrun account limit` changes the limit.")

  @Argument(help: "The account.") var path: AccountPath
  @OptionGroup var settings: AccountSettings
  @OptionGroup var options: OperationOptions

  func run() throws {
    try options.apply { ledger in
      let account = try AccountCommand.asking { try ledger.existing(path) }
      var attributes = account.attributes
      _ = try settings.apply(to: &attributes, book: AccountPrices().book(of: account))
      return .change(path, attributes)
    }
  }
}

extension AllocationPolicy: ExpressibleByArgument {}
extension BudgetPeriod: ExpressibleByArgument {}
