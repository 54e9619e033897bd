package import ResourceModel

/// Something that a ledger did not do. Nothing of it has been done.
package struct LedgerError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is.
  package enum Code: Sendable, Hashable {
    /// The books say no.
    case refused(BookingError)
    /// There is no such file.
    case noLedger
    /// There is no such account.
    case noAccount(AccountPath)
    /// There is an account of that name already.
    case exists(AccountPath)
    /// There is no such job.
    case noJob
    /// The account's price book is not the one that a job was planned by.
    case otherPrices
    /// The idempotency key belongs to another operation.
    case keyReused
    /// Others held the ledger for too long.
    case busy
    /// The disk is full.
    case full
    /// The file or its file system can't be written to.
    case readOnly
    /// What is in the file is no ledger, or a broken one.
    case corrupt
    /// A newer rmrun has written the file.
    case newer
    /// Somebody else could replace or read the file.
    case unsafe
    /// Anything else.
    case failed
  }

  /// What kind of failure it is.
  package let code: Code
  /// What failed, on what, and what to do.
  package let description: String

  package init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  /// Whether the books said no, as against a ledger that can't be used.
  package var isRefusal: Bool {
    if case .refused = code { true } else { false }
  }

  /// Whether there is no such account, be it that there is no ledger.
  package var isNoAccount: Bool {
    switch code {
    case .noAccount, .noLedger: true
    default: false
    }
  }

  package init(_ error: BookingError) { self.init(.refused(error), error.description) }

  /// There is no such account.
  package static func noAccount(_ path: AccountPath) -> LedgerError {
    LedgerError(
      .noAccount(path),
      "there is no account \(path); `rmrun account list` shows those there are, `rmrun account create \(path)` opens it"
    )
  }

  /// There is no such job.
  package static func noJob(_ id: String) -> LedgerError {
    LedgerError(
      .noJob,
      "there is no job \(id.escapedForTerminal) in the ledger; `rmrun ps` shows those that run, `rmrun account history` those that ran"
    )
  }
}
