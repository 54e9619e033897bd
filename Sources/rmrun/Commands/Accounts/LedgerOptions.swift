public import ArgumentParser
import CreditLedger
import LinuxSystem
public import ResourceModel
import Supervision

/// Which ledger a command works on, and how its answer looks.
struct LedgerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The ledger's file, instead of the user's own ($RMRUN_LEDGER).", valueName: "file"))
  var ledger: String?

  /// Opens the ledger, and books what supervisors that were killed could not book any more.
  /// - Parameter makes: whether it is made if there is none.
  func open(makes: Bool = false) throws -> SQLiteLedger {
    let ledger = try openAsItIs(makes: makes)
    // What could not be recovered stays on record, and `rmrun recover` says why.
    let spool = Spool(ledger: ledger.path, environment: OwnProcess.environment)
    _ = try? AccountRecovery.run(ledger, JobLocks(ledger: ledger.path), spool)
    return ledger
  }

  /// Opens the ledger.
  func openAsItIs(makes: Bool = false) throws -> SQLiteLedger {
    do {
      return try SQLiteLedger(path: try LedgerPlace.path(ledger), makes: makes)
    } catch let error as LedgerError {
      throw UsageError(description: error.description)
    }
  }
}

/// What is asked once, however often it is asked with the same key.
struct KeyOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Asked again with the same key, nothing is done again: for scripts that try until it works.",
      valueName: "text"))
  var key: String?

  var stamp: Stamp { Stamp(key: key, time: Clock.wall()) }
}

/// Where the ledger is.
enum LedgerPlace {
  /// The ledger's file, for a command that has nothing to do without one. Throws `UsageError` for `none`.
  static func path(_ named: String?) throws(UsageError) -> String {
    guard let path = try find(named) else {
      throw UsageError(
        description: "the ledger is 'none', so there are no accounts; name a file with --ledger")
    }
    return path
  }

  /// The ledger's file, from the root on, since the guardian works in another directory: the one that is named, else the one of the
  /// environment or the user's own. Nil for `none`.
  static func find(_ named: String?) throws(UsageError) -> String? {
    let path: String
    if let named { path = named } else { path = try standard() }
    guard path != "none" else { return nil }
    guard !path.hasPrefix("/") else { return path }
    guard let directory = OwnProcess.workingDirectory else {
      throw UsageError(
        description: "the ledger \(path): this process has no working directory any more; name it from / on")
    }
    return directory + "/" + path
  }

  /// Whether somebody has made it.
  static func isThere(_ named: String?) throws(UsageError) -> Bool {
    guard let path = try find(named) else { return false }
    return (try? FileStatus.of(path)) != nil
  }

  private static func standard() throws(UsageError) -> String {
    guard
      let path = LedgerFile.standard(
        user: OwnProcess.effectiveUser, home: home, environment: OwnProcess.environment)
    else {
      throw UsageError(
        description: "there is no home directory to keep a ledger in; name a file with --ledger")
    }
    return path
  }

  /// Where ledgers lie by themselves.
  static var ownDirectories: [String] {
    LedgerFile.ownDirectories(home: home, environment: OwnProcess.environment)
  }

  private static var home: String? {
    OwnProcess.environment("HOME") ?? UserAccount.of(user: OwnProcess.effectiveUser)?.home
  }
}

extension AccountPath: ExpressibleByArgument {
  /// Nil for anything that is no path.
  public init?(argument: String) {
    guard
      let path = UsageAdvice.reading({ () throws(ValueError) in try AccountPath(parsing: argument) })
    else { return nil }
    self = path
  }
}

/// An amount as it is written on a command line: credits, or money.
struct AmountArgument: ExpressibleByArgument, Sendable, Hashable {
  var amount: BudgetAmount

  init?(argument: String) {
    guard
      let amount = UsageAdvice.reading({ () throws(ValueError) in try BudgetAmount(parsing: argument) })
    else { return nil }
    self.amount = amount
  }

  /// The credits that it buys. Throws `UsageError` for money in a currency that is not the book's.
  func credits(by prices: PriceBook) throws(UsageError) -> Credits {
    do {
      return try prices.credits(for: amount)
    } catch {
      throw UsageError(description: "\(error)")
    }
  }
}

/// A limit as it is written on a command line: an amount, or `max`.
struct LimitArgument: ExpressibleByArgument {
  var amount: Limit<AmountArgument>

  init?(argument: String) {
    if argument == "max" {
      amount = .unlimited
    } else if let parsed = AmountArgument(argument: argument) {
      amount = .atMost(parsed)
    } else {
      return nil
    }
  }

  /// The limit in credits. Throws as `AmountArgument` does.
  func limit(by prices: PriceBook) throws(UsageError) -> Limit<Credits> {
    guard let bound = amount.bound else { return .unlimited }
    return .atMost(try bound.credits(by: prices))
  }
}
