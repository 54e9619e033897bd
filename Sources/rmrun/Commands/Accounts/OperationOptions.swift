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
  func apply(_ operation: LedgerOperation) throws {
    try OutsideJobs.require(for: "change the accounts that pay for jobs")
    let ledger = try ledger.open()
    do throws(LedgerError) {
      let receipt = try ledger.apply(operation, key.stamp)
      guard let account = receipt.accounts.first else { return }
      print(
        json ? Account.jsonText(of: [account]) : AccountText.show(account, prices: .standard), terminator: "")
    } catch {
      Console.error(error.description)
      throw ExitCode(error.isRefusal ? RunStatus.refused : RunStatus.failed)
    }
  }
}
