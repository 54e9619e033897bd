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
  @Option(help: "Tell the jobs below it at this share of its limit (80%).") var warnAt: ShareArgument?
  @Option(help: "Ask the jobs below it to stop at this share (95%).") var emergencyAt: ShareArgument?
  @Option(help: "Begin the limit anew: daily, weekly or monthly (midnight UTC).") var period: BudgetPeriod?
  @Flag(help: "Let what remains at the end of a period stay, instead of lapse.") var rollOver = false
  @Option(
    help: ArgumentHelp("The price book by which its jobs are rated.", valueName: "file"), completion: .file())
  var prices: String?
  @Option(help: "The budget of a job that asks for none.") var defaultBudget: AmountArgument?
  @Option(help: "How many jobs may run in it and below it at a time.") var maxJobs: Int64?
  @Option(help: "How many levels of accounts may stand below it.") var maxDepth: Int64?
  @Option(help: "How far below zero a reservation may take it.") var overdraft: AmountArgument?
  @Option(help: ArgumentHelp("Attach a label.", valueName: "key=value")) var label: [LabelArgument] = []
  @OptionGroup var options: OperationOptions

  func validate() throws {
    guard maxJobs ?? 0 >= 0, maxDepth ?? 0 >= 0 else {
      throw ValidationError("--max-jobs and --max-depth can't be negative; 0 allows none")
    }
  }

  func run() throws {
    let attributes = try attributes()
    try options.apply { _ in .open(path, attributes) }
  }

  private func attributes() throws -> AccountAttributes {
    var attributes = AccountAttributes()
    var book = PriceBook.standard
    if let prices {
      let checked = try AccountPrices.checked(prices)
      (book, attributes.priceBook) = (checked.book, checked.name)
    }
    attributes.limit = try limit?.limit(by: book) ?? .unlimited
    attributes.allocation = allocation
    attributes.guarantee = try guarantee?.credits(by: book) ?? .zero
    if let warnAt { attributes.thresholds.warning = warnAt.share }
    if let emergencyAt { attributes.thresholds.emergency = emergencyAt.share }
    attributes.period = period
    attributes.rollsOver = rollOver
    attributes.defaultBudget = try defaultBudget?.credits(by: book)
    attributes.maximalJobs = maxJobs.map { .atMost($0) } ?? .unlimited
    attributes.maximalDepth = maxDepth.map { .atMost($0) } ?? .unlimited
    attributes.overdraft = try overdraft?.credits(by: book) ?? .zero
    for label in label { attributes.labels[label.label.key] = label.label.value }
    return attributes
  }
}

extension AllocationPolicy: ExpressibleByArgument {}
extension BudgetPeriod: ExpressibleByArgument {}

/// A share as it is written on a command line: `95%`.
struct ShareArgument: ExpressibleByArgument {
  var share: Share

  init?(argument: String) {
    guard let share = try? Share(parsing: argument) else { return nil }
    self.share = share
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
