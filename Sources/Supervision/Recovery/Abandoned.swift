import CreditLedger
import LinuxSystem

/// Jobs whose supervisor and guardian are both dead, found by whatever rmrun does next.
package enum Abandoned {
  /// How long it waits for a ledger that others hold: who runs something waits for its end, and somebody else may recover as well.
  private static let patience: Duration = .milliseconds(50)

  /// Ends and books them. Where there are none, which the locks of the ledger's jobs say, that costs a look at one directory.
  /// - Parameter ledger: the ledger's file; nothing is made if it is missing.
  package static func settle(ledger path: String) {
    let locks = JobLocks(ledger: path)
    // What can't be recovered now stays on record, and `rmrun recover` says why.
    guard locks.someAreFree,
      let ledger = try? SQLiteLedger(path: path, makes: false, patience: patience)
    else { return }
    _ = try? AccountRecovery.run(ledger, locks, Spool(ledger: path, environment: OwnProcess.environment))
    locks.clear { job in
      do {
        let record = try ledger.job(job)
        return record == nil || record?.settlement != nil
      } catch {
        return false
      }
    }
  }
}
