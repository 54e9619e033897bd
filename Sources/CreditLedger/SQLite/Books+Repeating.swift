import ResourceModel

extension Books {
  /// What an operation that was done before says when it is asked again: how things stand now, and what it moved then.
  mutating func repeated(_ operation: LedgerOperation, amount: Credits) throws -> Receipt {
    var receipt = Receipt(amount: amount)
    if let path = operation.account {
      let id = try load(path)
      receipt.accounts = accounts(from: id)
    }
    if let id = operation.job, let record = try JobRow.record(id, database) {
      try loadChain(from: record.holding.account)
      receipt.accounts = accounts(from: record.holding.account)
      receipt.job = record.holding
    }
    try finish()
    return receipt
  }
}

extension LedgerOperation {
  /// The account that it is about, unless it is about a job.
  fileprivate var account: AccountPath? {
    switch self {
    case .open(let path, _), .change(let path, _), .grant(let path, _), .transfer(_, from: let path, to: _),
      .setLimit(let path, _), .close(let path), .adjust(let path, _, note: _):
      path
    case .reserve, .extendLease, .raiseBudget, .charge, .settle, .refund: nil
    }
  }

  /// The job that it is about.
  fileprivate var job: String? {
    switch self {
    case .reserve(let intent, rate: _): intent.id
    case .extendLease(let job, by: _), .raiseBudget(let job, by: _), .refund(let job, _): job
    case .settle(let use, _): use.job
    default: nil
    }
  }
}
