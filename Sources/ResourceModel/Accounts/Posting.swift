/// A movement in the making: accounts, and what is moved between their books.
///
/// It is a value. A store loads the accounts that an operation touches, has it booked here, and writes entries and balances in one
/// transaction; if anything is refused, the value is dropped and nothing has happened. Two steps keep all books right:
/// `move` shifts credits between two books of one account, and `carryUp` has the parent follow its child.
public struct Posting: Sendable {
  /// The accounts as they stand after what was moved so far.
  public private(set) var accounts: [AccountID: Account] = [:]
  /// What was added to each book of each account, so far.
  private var sums: [Line: Credits] = [:]
  /// How an account stood when its parent last followed it.
  private var carried: [AccountID: Balance] = [:]

  private struct Line: Hashable {
    var account: AccountID
    var book: Book
    var job: JobNumber?
  }

  /// Begins with accounts. Each one's parent has to be among them.
  public init(_ accounts: some Sequence<Account>) {
    for account in accounts { add(account) }
  }

  /// Adds an account that is about to be touched, or has just been made.
  public mutating func add(_ account: Account) {
    accounts[account.id] = account
    carried[account.id] = account.balance
  }

  /// What was moved, a line for each book of each account, by account, job and book. Lines that came to nothing are left out.
  public var entries: [Entry] {
    sums.filter { $0.value != .zero }
      .map { Entry(account: $0.account, book: $0.book, amount: $1, job: $0.job) }
      .sorted {
        ($0.account.rawValue, $0.job?.rawValue ?? 0, $0.book.order)
          < ($1.account.rawValue, $1.job?.rawValue ?? 0, $1.book.order)
      }
  }

  /// What is moved from here on is another movement.
  public mutating func beginMovement() { sums = [:] }

  /// The account. It must be among those that the movement began with.
  public subscript(id: AccountID) -> Account {
    get {
      guard let account = accounts[id] else { preconditionFailure("account \(id.rawValue) was not loaded") }
      return account
    }
    set { accounts[id] = newValue }
  }

  /// The account and all above it, the root last.
  public func chain(of id: AccountID) -> [AccountID] {
    var chain = [id]
    while let parent = self[chain[chain.count - 1]].parent { chain.append(parent) }
    return chain
  }

  /// Moves an amount between two books of one account.
  mutating func move(
    _ amount: Credits, in id: AccountID, from source: Book, to target: Book, job: JobNumber? = nil
  ) throws(BookingError) {
    try add(.zero - amount, to: source, of: id, job)
    try add(amount, to: target, of: id, job)
  }

  /// Has the parent follow what has changed in its child: it books the child's use as its own, and keeps aside what the child
  /// still has. What the child used beyond what was kept aside comes out of what the parent has available.
  ///
  ///     child:  used +70, held 100 → 40      parent: used +70, reserved −60, available −10
  mutating func carryUp(_ id: AccountID) throws(BookingError) {
    let child = self[id]
    defer { carried[id] = child.balance }
    guard let parent = child.parent, let before = carried[id] else { return }
    let used = child.balance.used - before.used
    let held = child.balance.heldByParent - before.heldByParent
    try add(used, to: .used, of: parent)
    try add(held, to: .reserved, of: parent)
    try add(.zero - used - held, to: .available, of: parent)
  }

  /// Has all accounts above follow, up to the root.
  mutating func carryToRoot(from id: AccountID) throws(BookingError) {
    for account in chain(of: id) { try carryUp(account) }
  }

  private mutating func add(
    _ amount: Credits, to book: Book, of id: AccountID, _ job: JobNumber? = nil
  ) throws(BookingError) {
    guard amount != .zero else { return }
    let sum = self[id].balance[book] + amount
    // Sums stay at the ends of their range: an amount there has lost its exactness.
    guard sum != .max, sum.microcredits != .min, amount != .max, amount.microcredits != .min else {
      throw .overflow(self[id].path)
    }
    // More is given back than was used: a refund, after it was corrected by hand further up.
    if book == .used, sum < .zero { throw .moreThanCharged(self[id].balance.used) }
    accounts[id]?.balance[book] = sum
    sums[Line(account: id, book: book, job: job), default: .zero] =
      sums[Line(account: id, book: book, job: job), default: .zero] + amount
  }
}

extension Book {
  fileprivate var order: Int {
    switch self {
    case .granted: 0
    case .available: 1
    case .reserved: 2
    case .used: 3
    }
  }
}
