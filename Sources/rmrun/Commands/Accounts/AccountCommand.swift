import ArgumentParser
import CreditLedger
import LinuxSystem
import Reporting
import ResourceModel

/// `rmrun account …`: budgets that outlive a run.
struct AccountCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.account.rawValue,
    abstract: "Open accounts, give them credits, and see what became of them.",
    discussion: """
      Accounts form a tree, written as a path: acme/research/swarm-7. A job names the one that pays with --account; its use is \
      booked there and in every account above. Amounts are credits (500, 0.25) or money ('$0.05').
      """,
    subcommands: [
      AccountCreate.self, AccountSet.self, AccountShow.self, AccountList.self, AccountTreeCommand.self,
      AccountGrant.self,
      AccountTransfer.self, AccountLimit.self, AccountClose.self, AccountHistory.self, AccountUsage.self,
      AccountCheck.self, AccountRefund.self, AccountAdjust.self,
    ])

  /// What a question to the ledger says; a failure is rmrun's own.
  static func asking<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as LedgerError {
      throw UsageError(description: error.description)
    }
  }
}
