import ArgumentParser
import ControlSocket
import CreditLedger
import LinuxSystem
import ResourceModel

/// `rmrun grant JOB|ACCOUNT 100`.
struct GrantCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.grant.rawValue,
    abstract: "Give a running job, or an account, more credits.",
    discussion: """
      A job's account has to have the credits. A job that was frozen as its budget was used up goes on. For an account it does what \
      `rmrun account grant` does.
      """)

  @Argument(help: ArgumentHelp("The job or the account.", valueName: "job|account")) var target: String
  @Argument(help: "Credits, or money ('$0.05').") var amount: AmountArgument
  @OptionGroup var options: OperationOptions

  func run() throws {
    let job = try RunningJobs.find().job(called: target)
    let account = try existingAccount()
    switch (job, account) {
    case (let job?, nil): try grant(to: job)
    case (nil, let account?):
      try options.apply { .grant(account, try amount.credits(by: AccountPrices.book(of: account, in: $0))) }
    case (let job?, let account?):
      throw UsageError(
        description:
          "'\(account)' is an account and a job: type `rmrun account grant \(account)`, or the job's "
          + "identifier \(job.job.id.escapedForTerminal)")
    case (nil, nil): try grant(to: try FoundJob.called(target))
    }
  }

  private func grant(to found: FoundJob) throws {
    let credits = try amount.credits(by: prices(of: found))
    guard credits > .zero else { throw UsageError(description: "grant more than nothing") }
    let request = ControlRequest.grant(job: found.job.id, credits, key: options.key.key)
    JobChange.show(try found.ask(request), json: options.json, "granted \(credits) credits")
  }

  /// Those of its account, if it has one and money is to be converted: its ledger may be another one than that of who asks.
  private func prices(of found: FoundJob) throws -> PriceBook {
    guard case .money = amount.amount, let account = found.job.account else { return .standard }
    return try AccountPrices.book(of: account, in: try options.ledger.openAsItIs())
  }

  /// The account of that name. A ledger that nobody has made has none, and none is made for the question.
  private func existingAccount() throws -> AccountPath? {
    guard let path = try? AccountPath(parsing: target),
      (try? LedgerPlace.isThere(options.ledger.ledger)) == true
    else { return nil }
    let found = try AccountCommand.asking { try options.ledger.openAsItIs().account(path, at: Clock.wall()) }
    return found?.path
  }
}
