import Configuration
import CreditLedger
import LinuxSystem
import ResourceModel

/// The price books of accounts; each file is read once.
final class AccountPrices {
  private var books: [String: PriceBook] = [:]

  /// The account's own price book, or the standard one. Where its file can't be used any more credits have no worth in money, which
  /// is said once.
  func book(of account: Account) -> PriceBook {
    guard let file = account.attributes.priceBook else { return .standard }
    if let known = books[file] { return known }
    let book: PriceBook
    do {
      book = try PriceBookStore.load(file)
    } catch {
      Console.say("warning: account \(account.path): \(error)")
      book = PriceBook(name: file, currency: nil, creditPrice: nil, rates: [:])
    }
    books[file] = book
    return book
  }

  /// The price book that amounts for an account are in.
  /// - Throws: `UsageError` if there is no such account.
  static func book(of path: AccountPath, in ledger: SQLiteLedger) throws -> PriceBook {
    let account = try AccountCommand.asking { try ledger.existing(path) }
    return AccountPrices().book(of: account)
  }

  /// Reads the price book that an account is to have, so that one that can't be used is told before it is set.
  /// - Returns: the book, and its name as it is kept: another directory may be the working one next time.
  static func checked(_ file: String) throws -> (book: PriceBook, name: String) {
    do {
      let book = try PriceBookStore.load(file)
      let isPath = file != PriceBook.standard.name && !file.hasPrefix("/")
      guard isPath, let directory = OwnProcess.workingDirectory else { return (book, file) }
      return (book, directory + "/" + file)
    } catch {
      throw UsageError(description: "--prices: \(error)")
    }
  }
}
