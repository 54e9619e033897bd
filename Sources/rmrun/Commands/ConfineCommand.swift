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
        print(try text(), terminator: "")
      } catch {
        throw UsageError(description: "\(error)")
      }
    }

    /// `default` is the level of that name; a profile of it confines nothing.
    private func text() throws -> String {
      if let level = try? ConfinementLevel(parsing: profile) {
        return CallPolicyText.show(level, try policy(level))
      }
      let limits = try ProfileCommand.store.resolve(profile).limits
      return CallPolicyText.show(profile: profile, limits, try policy(limits.confinement.level))
    }

    private func policy(_ level: ConfinementLevel) throws -> CallPolicy? {
      try CallPolicyStore.load(level, isCall: FilterCompiler.knows)
    }
  }
}
