import ArgumentParser
import Configuration
import ResourceModel

/// `rmrun prices show|check`.
struct PricesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: Subcommand.prices.rawValue, abstract: "Show and check price books.",
    subcommands: [Show.self, Check.self])

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the rates of a price book.")

    @Argument(help: "A YAML file; the built-in 'standard' if none is named.") var book: String?

    func run() throws {
      do {
        let shown = if let book { try PriceBookStore.load(book) } else { PriceBook.standard }
        print(PriceListText.show(shown), terminator: "")
      } catch {
        throw UsageError(description: error.description)
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Report every fault of price books, with file, line and column.")

    @Argument(help: "YAML files.") var books: [String]

    func run() throws {
      let faults = books.flatMap { PriceBookStore.check($0) }
      print(ProfileListText.check(faults, of: books.joined(separator: ", ")), terminator: "")
      guard faults.isEmpty else { throw ExitCode(RunStatus.failed) }
    }
  }
}
