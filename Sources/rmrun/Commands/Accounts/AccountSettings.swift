import ArgumentParser
import CreditLedger
import ResourceModel

/// What can be set about an account at any time, since it moves no credits.
struct AccountSettings: ParsableArguments {
  @Option(help: "Tell the jobs below it at this share of its limit (80%).") var warnAt: ShareArgument?
  @Option(help: "Ask the jobs below it to stop at this share (95%).") var emergencyAt: ShareArgument?
  @Option(help: "Kill the jobs below it at this share (100%).") var hardAt: ShareArgument?
  @Flag(
    inversion: .prefixedNo, help: "Let what remains at the end of a period stay, instead of lapse.")
  var rollOver: Bool?
  @Option(
    help: ArgumentHelp("The price book by which its jobs are rated.", valueName: "file"), completion: .file())
  var prices: String?
  @Option(help: "The budget of a job that asks for none.") var defaultBudget: AmountArgument?
  @Option(help: "How many jobs may run in it and below it at a time; 'max' is no limit.")
  var maxJobs: CountArgument?
  @Option(help: "How many levels of accounts may stand below it; 'max' is no limit.")
  var maxDepth: CountArgument?
  @Option(help: "How far below zero a reservation may take it; thresholds are shares of the limit and this.")
  var overdraft: AmountArgument?
  @Option(help: ArgumentHelp("Attach a label.", valueName: "key=value")) var label: [LabelArgument] = []

  /// Writes what was given over attributes.
  /// - Parameter book: the account's price book so far.
  /// - Returns: its price book from now on.
  func apply(to attributes: inout AccountAttributes, book: PriceBook) throws -> PriceBook {
    var book = book
    if let prices {
      let checked = try AccountPrices.checked(prices)
      (book, attributes.priceBook) = (checked.book, checked.name)
    }
    try applyThresholds(to: &attributes.thresholds)
    if let rollOver { attributes.rollsOver = rollOver }
    if let defaultBudget { attributes.defaultBudget = try defaultBudget.credits(by: book) }
    if let maxJobs { attributes.maximalJobs = maxJobs.limit }
    if let maxDepth { attributes.maximalDepth = maxDepth.limit }
    if let overdraft { attributes.overdraft = try overdraft.credits(by: book) }
    for label in label { attributes.labels[label.label.key] = label.label.value }
    return book
  }

  private func applyThresholds(to thresholds: inout Thresholds) throws {
    if let warnAt { thresholds.warning = warnAt.share }
    if let emergencyAt { thresholds.emergency = emergencyAt.share }
    if let hardAt { thresholds.hard = hardAt.share }
    guard thresholds.warning <= thresholds.emergency, thresholds.emergency <= thresholds.hard else {
      throw UsageError(description: "--warn-at can't be above --emergency-at, nor that above --hard-at")
    }
  }
}

/// A share as it is written on a command line: `95%`.
struct ShareArgument: ExpressibleByArgument {
  var share: Share

  init?(argument: String) {
    guard let share = UsageAdvice.reading({ () throws(ValueError) in try Share(parsing: argument) }) else {
      return nil
    }
    self.share = share
  }
}

/// How many of something there may be, as it is written on a command line: a number, or `max`.
struct CountArgument: ExpressibleByArgument {
  var limit: Limit<Int64>

  init?(argument: String) {
    if argument == "max" {
      limit = .unlimited
    } else if let number = Int64(argument), number >= 0 {
      limit = .atMost(number)
    } else {
      return nil
    }
  }
}

/// A label as it is written on a command line: `team=research`.
struct LabelArgument: ExpressibleByArgument {
  var label: JobSpec.Label

  init?(argument: String) {
    guard let label = try? JobSpec.Label(parsing: argument), !argument.contains("\n") else { return nil }
    self.label = label
  }
}
