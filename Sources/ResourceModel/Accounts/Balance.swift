/// What stands in an account's four books.
public struct Balance: Sendable, Hashable {
  /// Minus what the account ever got.
  public var granted = Credits.zero
  /// What nobody has claimed.
  public var available = Credits.zero
  /// What is set aside for children and jobs.
  public var reserved = Credits.zero
  /// What has been used in the account and below it.
  public var used = Credits.zero

  /// Empty books.
  public init() {}

  /// What stands in one book.
  public subscript(book: Book) -> Credits {
    get {
      switch book {
      case .granted: granted
      case .available: available
      case .reserved: reserved
      case .used: used
      }
    }
    set {
      switch book {
      case .granted: granted = newValue
      case .available: available = newValue
      case .reserved: reserved = newValue
      case .used: used = newValue
      }
    }
  }

  /// All that the account ever got.
  public var allotted: Credits { .zero - granted }

  /// What the parent keeps aside for the account: what it got and has not used. Never negative: what it used beyond that has
  /// already been taken from what the parent had.
  public var heldByParent: Credits { max(.zero, allotted - used) }

  /// Whether the four books add up to zero.
  public var isBalanced: Bool {
    Book.allCases.reduce(Int128(0)) { $0 + Int128(self[$1].microcredits) } == 0
  }
}
