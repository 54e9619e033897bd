import ArgumentParser
import CreditLedger
import LinuxSystem

/// `rmrun ledger …`: the file that the books are kept in.
struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.ledger.rawValue, abstract: "Verify and back up the ledger.",
    subcommands: [Verify.self, Backup.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Derive every balance from the entries again, and say what differs.")

    @OptionGroup var ledger: LedgerOptions

    func run() throws {
      let faults = try AccountCommand.asking { try ledger.open().verify() }
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
      try AccountCommand.asking { try ledger.open().backUp(to: file) }
      print("the ledger was copied to \(file)")
    }
  }
}
