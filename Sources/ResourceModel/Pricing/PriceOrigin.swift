/// Where a job's prices come from.
public enum PriceOrigin: Sendable, Hashable {
  /// Whoever asks for the job has named them; its account's don't matter.
  case named
  /// They are those that its account is taken to have: of this price book, a file; nil: the standard one.
  case account(book: String?)
}
