package import ResourceModel

/// Accounts and their books, wherever they are kept.
///
/// Each operation is one transaction: done as a whole or not at all, and not twice for one key. Nothing is read, computed on
/// and written back in separate steps, so that a store on another machine can implement it as well.
package protocol Ledger: AnyObject, Sendable {
  /// Does an operation.
  /// - Returns: what it did.
  /// - Throws: `LedgerError`; then nothing has been done.
  func apply(_ operation: LedgerOperation, _ stamp: Stamp) throws(LedgerError) -> Receipt
  /// An account as it stands, its period renewed if it is due. Nil if there is none.
  func account(_ path: AccountPath, at now: WallTime) throws(LedgerError) -> Account?
  /// The account and all above it as they stand, the root last. Throws if there is none.
  func chain(of path: AccountPath) throws(LedgerError) -> [Account]
  /// Whether an account could pay for a job of that budget now, whether or not it would set all of it aside: nil if it could, else why
  /// not. Nothing is booked.
  func checkQuota(_ amount: Credits, of path: AccountPath, at now: WallTime) throws(LedgerError)
    -> BookingError?
  /// All accounts at or below a path, all of them if it is nil: parents first, then by name.
  func accounts(below path: AccountPath?) throws(LedgerError) -> [Account]
  /// A job as it stands. Nil if there is none.
  func job(_ id: String) throws(LedgerError) -> JobRecord?
  /// All jobs whose end has not been booked.
  func openJobs() throws(LedgerError) -> [JobRecord]
  /// The last lines of an account's books, the newest first.
  func history(of path: AccountPath, count: Int) throws(LedgerError) -> [HistoryLine]
  /// What a job had used, by its readings, the oldest first: the last ones all, older ones thinned (`UsageHistory`). Throws if there is no
  /// such job.
  func readings(of job: String) throws(LedgerError) -> [UsageReading]
  /// Whether what is in the books could have come about by the rules; each fault in words. Empty: it could.
  func verify() throws(LedgerError) -> [String]
}

/// What an operation did.
package struct Receipt: Sendable, Hashable {
  /// The accounts that it touched, as they stand now: the one asked first, then those above it.
  package var accounts: [Account] = []
  /// The job that it was about, as it stands now.
  package var job: JobHolding?
  /// What was moved: the credits of a lease, of a refund, of a grant.
  package var amount = Credits.zero
}

/// A job as it stands in the ledger.
package struct JobRecord: Sendable, Hashable {
  /// What was known before its launch.
  package var intent: JobIntent
  /// What it has in the books.
  package var holding: JobHolding
  /// How its end was booked; nil while it has not been.
  package var settlement: Settlement?
  /// When it was reserved for.
  package var opened: WallTime
}
