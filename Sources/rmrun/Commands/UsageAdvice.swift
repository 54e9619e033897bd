import ArgumentParser
import ResourceModel
import Synchronization

/// What was wrong with the words of a subcommand, where ArgumentParser does not say it.
enum UsageAdvice {
  /// What the last value that was refused should have been. ArgumentParser takes only a yes or a no for it.
  private static let refused = Mutex<String?>(nil)

  /// Reads an argument's value; nil if it is none, and then `advice` says what it should have been.
  static func reading<Value>(_ body: () throws(ValueError) -> Value) -> Value? {
    do {
      return try body()
    } catch {
      refused.withLock { $0 = error.description }
      return nil
    }
  }

  /// What to say before ArgumentParser's own words; nil where they say enough.
  /// - Parameter message: these words.
  static func advice(for words: [String], message: String) -> String? {
    if message.contains(" is invalid for "), let reason = refused.withLock({ $0 }) { return reason }
    if ["account", "grant"].contains(words.first), let word = words.first(where: isNegative) {
      return
        "'\(word.escapedForTerminal)' is negative, and no amount is: `rmrun account limit` lowers a limit, "
        + "`rmrun account adjust --less` takes back what was booked"
    }
    return misspelled(words)
  }

  private static func isNegative(_ word: String) -> Bool {
    word.hasPrefix("-") && (try? BudgetAmount(parsing: String(word.dropFirst()))) != nil
  }

  private static func misspelled(_ words: [String]) -> String? {
    guard words.count > 1, let command = Subcommand(rawValue: words[0])?.command else { return nil }
    let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !names.isEmpty, !names.contains(words[1]), let near = names.nearest(to: words[1]) else {
      return nil
    }
    return "'\(words[1].escapedForTerminal)' is no subcommand of '\(words[0])'; did you mean '\(near)'?"
  }
}
