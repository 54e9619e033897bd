import CreditLedger
import LinuxSystem

/// Jobs whose supervisor and guardian are both dead, found by whatever rmrun does next.
package enum Abandoned {
  /// Ends and books them. Where there are none, which the locks of the ledger's jobs say, that costs a look at one directory.
  /// - Parameter ledger: the ledger's file; nothing is made if it is missing.
  package static func settle(ledger path: String) {
    let locks = JobLocks(ledger: path)
    // What can't be recovered now stays on record, and `rmrun recover` says why.
    guard locks.someAreFree, let ledger = try? SQLiteLedger(path: path, makes: false) else { return }
    _ = try? AccountRecovery.run(ledger, locks, Spool(ledger: path, environment: OwnProcess.environment))
    if let open = try? ledger.openJobs() { locks.clear(but: Set(open.map(\.intent.id))) }
  }
}
