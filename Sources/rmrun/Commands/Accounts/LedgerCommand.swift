import ArgumentParser
import CreditLedger
import LinuxSystem
import Reporting
import ResourceModel

/// `rmrun ledger …`: the file that the books are kept in.
struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.ledger.rawValue, abstract: "Verify, back up, export and compact the ledger.",
    subcommands: [Verify.self, Backup.self, Export.self, Compact.self])

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Derive every balance from the entries again, and say what differs.")

    @OptionGroup var ledger: LedgerOptions

    func run() throws {
      let faults = try AccountCommand.asking { try Self.faults(of: try LedgerPlace.path(ledger.ledger)) }
      guard !faults.isEmpty else { return print("the books are right") }
      for fault in faults { print(fault) }
      throw ExitCode(RunStatus.failed)
    }

    private static func faults(of path: String) throws(LedgerError) -> [String] {
      do {
        let ledger = try SQLiteLedger(path: path, makes: false)
        return try ledger.verify() + orphans(of: ledger)
      } catch  where error.code == .corrupt {
        return SQLiteLedger.damage(of: path)
          + [
            "what can still be read, `sqlite3 FILE .recover` writes to a new file; a backup is the better way on"
          ]
      }
    }

    /// What is set aside for jobs that nobody will settle by himself.
    private static func orphans(of ledger: SQLiteLedger) throws(LedgerError) -> [String] {
      let locks = JobLocks(ledger: ledger.path)
      var orphans: [String] = []
      for id in try ledger.openJobs().map(\.intent.id) {
        // One that has been settled since it was listed has no lock any more, either.
        guard try !locks.isHeld(id), try ledger.job(id)?.settlement == nil else { continue }
        orphans.append(
          "job \(id.escapedForTerminal): its rmrun is dead, and its end is not booked; `rmrun recover` books it"
        )
      }
      return orphans
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

  struct Compact: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the ledger's file smaller; what was booked stays.",
      discussion: """
        From before --keep, all charges of a day become one movement, which says for each job and account what it was charged that \
        day; of jobs that were over by then all readings but the last go, and the keys by which their requests were told from \
        repeated ones. Then the file is written anew without gaps. Balances, and what each job was charged, stay as they are.
        """)

    @Option(help: "How long everything stays as it was booked, such as 30d.")
    var keep = DurationArgument(duration: .seconds(30 * 86_400))
    @OptionGroup var ledger: LedgerOptions

    func run() throws {
      try OutsideJobs.require(for: "change the ledger")
      let compaction = try AccountCommand.asking {
        try ledger.openAsItIs().compact(before: Clock.wall().advanced(by: .zero - keep.duration))
      }
      print(
        "\(compaction.readings) readings, \(compaction.movements) movements and \(compaction.keys) keys removed"
      )
      print("\(compaction.sizeBefore) before, \(compaction.sizeAfter) now")
    }
  }
}

/// A duration as it is written on a command line: `30d`.
struct DurationArgument: ExpressibleByArgument, CustomStringConvertible {
  var duration: Duration

  init(duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard
      let duration = UsageAdvice.reading({ () throws(ValueError) in try Duration(parsing: argument) })
    else { return nil }
    self.duration = duration
  }

  var description: String { duration.shortText }
}
