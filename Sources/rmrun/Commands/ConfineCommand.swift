import ArgumentParser
import Configuration
import Confinement
import ResourceModel

/// `rmrun confine show`.
struct ConfineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.confine.rawValue, abstract: "Explain what --confine stops.",
    subcommands: [Show.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Explain a level, a file of rules, or what a profile is confined by, in words.")

    @Argument(help: "none, default, strict, the path of a file of rules, or the name of a profile.")
    var profile: String

    func run() throws {
      do {
        let level = try level()
        let policy = try CallPolicyStore.load(level, isCall: FilterCompiler.knows)
        print(CallPolicyText.show(level, policy), terminator: "")
      } catch {
        throw UsageError(description: "\(error)")
      }
    }

    /// A profile's own level; `default` is the level of that name.
    private func level() throws -> ConfinementLevel {
      if let level = try? ConfinementLevel(parsing: profile) { return level }
      return try ProfileCommand.store.resolve(profile).limits.confinement.level
    }
  }
}
