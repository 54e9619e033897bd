import ArgumentParser
import CreditLedger
import ResourceModel

/// `rmrun account refund JOB 5`.
struct AccountRefund: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refund", abstract: "Give a job's account back some of what the job was charged.")

  @Argument(help: "The job's identifier, as `rmrun account history` shows it.") var job: String
  @Argument(help: "Credits, or money ('$0.05').") var amount: AmountArgument
  @OptionGroup var options: OperationOptions

  func run() throws {
    try options.apply { ledger in
      guard let record = try AccountCommand.asking({ try ledger.job(job) }) else {
        throw UsageError(description: LedgerError.noJob(job).description)
      }
      let prices = try AccountPrices.book(of: record.intent.account, in: ledger)
      return .refund(job: job, try amount.credits(by: prices))
    }
  }
}

/// `rmrun account adjust acme 5 --note "the meter was off"`.
struct AccountAdjust: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adjust", abstract: "Book use that no job was charged, or take back with --less.")

  @Argument(help: "The account.") var path: AccountPath
  @Argument(help: "Credits, or money ('$0.05').") var amount: AmountArgument
  @Flag(help: "It was less use, not more.") var less = false
  @Option(help: "Why; it stands in the history.") var note: String
  @OptionGroup var options: OperationOptions

  func run() throws {
    try options.apply { ledger in
      let credits = try amount.credits(by: AccountPrices.book(of: path, in: ledger))
      return .adjust(path, less ? .zero - credits : credits, note: note)
    }
  }
}
