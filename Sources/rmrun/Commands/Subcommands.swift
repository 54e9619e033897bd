import ArgumentParser
import Glibc

/// What rmrun does besides running a command, by its name. A launch asks for the names alone: to look at one type's
/// configuration has ArgumentParser build its own first.
enum Subcommand: String, CaseIterable {
  case doctor
  case profile
  case prices
  case confine
  case recover
  case account
  case ledger
  case ps
  case show
  case grant
  case resize
  case stop
  case kill
  case freeze
  case thaw
  case wait

  var command: any ParsableCommand.Type {
    switch self {
    case .doctor: DoctorCommand.self
    case .profile: ProfileCommand.self
    case .prices: PricesCommand.self
    case .confine: ConfineCommand.self
    case .recover: RecoverCommand.self
    case .account: AccountCommand.self
    case .ledger: LedgerCommand.self
    case .ps: PsCommand.self
    case .show: ShowCommand.self
    case .grant: GrantCommand.self
    case .resize: ResizeCommand.self
    case .stop: StopCommand.self
    case .kill: KillCommand.self
    case .freeze: FreezeCommand.self
    case .thaw: ThawCommand.self
    case .wait: WaitCommand.self
    }
  }
}

/// The way to everything but a run.
enum Subcommands {
  /// Whether the first word is for ArgumentParser: a subcommand, or a question about rmrun itself.
  static func takes(_ word: String?) -> Bool {
    guard let word else { return true }
    return word == "help" || Subcommand(rawValue: word) != nil
      || questions.contains { word == $0 || word.hasPrefix($0 + "=") }
  }

  private static let questions = [
    "--help", "-h", "--version", "--help-hidden", "--experimental-dump-help", "--generate-completion-script",
  ]

  /// Runs it and ends. Bad usage is 125, not the parser library's 64: every failure of rmrun itself has one status.
  static func run(_ words: [String]) -> Never {
    do {
      // Without a word the answer is the help text, and that nothing was run is an error.
      guard !words.isEmpty else {
        throw UsageError(description: "no command was given (see below)\n" + Rmrun.helpMessage())
      }
      var command = try Rmrun.parseAsRoot(words)
      try command.run()
      exit(EXIT_SUCCESS)
    } catch let error as UsageError {
      Console.error(error.description)
      exit(RunStatus.failed)
    } catch {
      let code = Rmrun.exitCode(for: error)
      let message = Rmrun.fullMessage(for: error)
      if code == .validationFailure, let advice = UsageAdvice.advice(for: words, message: message) {
        Console.error(advice)
      }
      if !message.isEmpty { code == .success ? print(message) : Console.raw(message + "\n") }
      exit(code == .validationFailure ? RunStatus.failed : code.rawValue)
    }
  }
}

/// The exit statuses of rmrun itself.
enum RunStatus {
  /// Refused; nothing was run.
  static let refused: Int32 = 122
  /// rmrun's own failure, or bad usage.
  static let failed: Int32 = 125
}
