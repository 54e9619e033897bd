import ArgumentParser
import CreditLedger
import Reporting
import ResourceModel
import Supervision

/// What every command that changes accounts takes, and how it changes them.
struct OperationOptions: ParsableArguments {
  @Flag(help: "Print JSON by the schema rmrun.accounts/1.") var json = false
  @OptionGroup var key: KeyOption
  @OptionGroup var ledger: LedgerOptions

  /// Does an operation, and shows the account that it was about. Refused inside a job, before anything is opened: it could
  /// give itself credits.
  /// - Parameters:
  ///   - makes: whether the ledger is made if there is none.
  ///   - operation: makes the operation; it is handed the ledger, by whose price books amounts in money are read.
  func apply(makes: Bool = false, _ operation: (SQLiteLedger) throws -> LedgerOperation) throws {
    try OutsideJobs.require(for: "change the accounts that pay for jobs")
    let ledger = try ledger.open(makes: makes)
    let wanted = try operation(ledger)
    do throws(LedgerError) {
      let receipt = try ledger.apply(wanted, key.stamp)
      if let account = receipt.accounts.first { AccountShow.show(account, json: json) }
    } catch {
      Console.error(error.description)
      throw ExitCode(error.isRefusal ? RunStatus.refused : RunStatus.failed)
    }
  }
}
