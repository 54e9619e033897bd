/// One line of an account's books.
public struct HistoryLine: Sendable, Hashable {
  /// The movement's number: all its lines share it.
  public var movement: Int64
  /// When it was booked.
  public var time: WallTime
  /// Why.
  public var kind: MovementKind
  /// The book.
  public var book: Book
  /// What was added to it.
  public var amount: Credits
  /// The job that it was about.
  public var job: String?
  /// Why, in somebody's words.
  public var note: String?

  /// Makes a line.
  public init(
    movement: Int64, time: WallTime, kind: MovementKind, book: Book, amount: Credits, job: String?,
    note: String?
  ) {
    self.movement = movement
    self.time = time
    self.kind = kind
    self.book = book
    self.amount = amount
    self.job = job
    self.note = note
  }
}
