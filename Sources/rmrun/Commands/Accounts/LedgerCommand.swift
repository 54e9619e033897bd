import ArgumentParser
import CreditLedger
import LinuxSystem
import Reporting
import ResourceModel

/// `rmrun ledger …`: the file that the books are kept in.
struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.ledger.rawValue, abstract: "Verify, back up and export the ledger.",
    subcommands: [Verify.self, Backup.self, Export.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Derive every balance from the entries again, and say what differs.")

    @OptionGroup var ledger: LedgerOptions

    func run() throws {
      let faults = try AccountCommand.asking { try ledger.openAsItIs().verify() }
      guard !faults.isEmpty else { return print("the books are right") }
      for fault in faults { print(fault) }
      throw ExitCode(RunStatus.failed)
    }
  }

  struct Backup: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Copy the ledger as it stands, while it is in use; the copy must not exist.")

    @Argument(help: "Where to.", completion: .file()) var file: String
    @OptionGroup var ledger: LedgerOptions

    func run() throws {
      try AccountCommand.asking { try ledger.openAsItIs().backUp(to: file) }
      print("the ledger was copied to \(file)")
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print every line of every account, the oldest first, as JSON, one to a line.")

    @OptionGroup var ledger: LedgerOptions

    func run() throws {
      try AccountCommand.asking {
        try ledger.openAsItIs().export { path, line in print(line.jsonLine(account: path), terminator: "") }
      }
    }
  }
}
