import ArgumentParser
import Configuration
import LinuxSystem

/// `rmrun profile list|show|check`.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.profile.rawValue, abstract: "List, show and check profiles.",
    subcommands: [List.self, Show.self, Check.self])

  static var store: ProfileStore {
    ProfileStore(
      environment: OwnProcess.environment, home: UserAccount.of(user: OwnProcess.effectiveUser)?.home)
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the profiles that --profile finds by name.")

    func run() { print(ProfileListText.list(ProfileCommand.store.list()), terminator: "") }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what a profile sets, and which one sets it.")

    @Argument(help: "A name, or the path of a YAML file.") var profile: String

    func run() throws {
      do {
        print(ProfileListText.show(try ProfileCommand.store.resolve(profile)), terminator: "")
      } catch {
        throw UsageError(description: error.description)
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Report every fault of a profile, with file, line and column; of all profiles if none is named.")

    @Argument(help: "Names, or paths of YAML files.") var profiles: [String] = []

    func run() throws {
      let store = ProfileCommand.store
      let faults = profiles.isEmpty ? store.checkAll() : profiles.flatMap { store.check($0) }
      let what = profiles.isEmpty ? "all profiles" : profiles.joined(separator: ", ")
      print(ProfileListText.check(faults, of: what), terminator: "")
      guard faults.isEmpty else { throw ExitCode(RunStatus.failed) }
    }
  }
}
