import CreditLedger
import LinuxSystem
import ResourceModel
import Synchronization

/// A question to the ledger that somebody waits with.
final class Question: Sendable {
  private let path: AccountPath
  private let outcome = Mutex<Result<Account?, LedgerError>?>(nil)
  private let answered: Doorbell

  init(_ path: AccountPath) throws(LedgerError) {
    self.path = path
    do {
      answered = try Doorbell()
    } catch {
      throw LedgerError(.failed, "\(error)")
    }
  }

  /// On the ledger's thread.
  func answer(from ledger: Result<any Ledger, LedgerError>) {
    do throws(LedgerError) {
      let account = try ledger.get().account(path, at: Clock.wall())
      outcome.withLock { $0 = .success(account) }
    } catch {
      outcome.withLock { $0 = .failure(error) }
    }
    answered.ring()
  }

  /// On the asker's.
  func wait() throws(LedgerError) -> Account? {
    do {
      var poller = try Poller()
      try poller.add(answered.rawValue, token: 0, events: .readable)
      _ = try poller.wait(until: nil)
    } catch {
      throw LedgerError(.failed, "could not wait for the ledger: \(error)")
    }
    return try outcome.withLock { $0 }?.get()
  }
}
