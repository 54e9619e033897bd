package import ResourceModel

/// What of an upstream's answer the job may have.
package enum AnswerDecision: Sendable, Hashable {
  /// These records, after the addresses were let through.
  case pass(ResponseCode, [Record], [AllowedAddress])
  /// None: it names a private address, or one of this host's, that isn't listed. A public name that does is on its way to the job's
  /// neighbours ("DNS rebinding").
  case rebinding(IPAddress)
  /// None: the upstream could not tell; another one may.
  case failure

  /// How many records are taken of an answer.
  package static let mostRecords = 128
  /// How many aliases are followed.
  private static let mostAliases = 16

  /// `answer` is one to `question`.
  /// - Parameter own: this host's addresses.
  package init(
    _ answer: Message, to question: Question, _ rules: DestinationRules, own: Set<IPAddress> = []
  ) {
    func isInside(_ address: IPAddress) -> Bool { address.isPrivate || own.contains(address) }
    guard answer.code == .noError || answer.code == .noSuchName else {
      self = .failure
      return
    }
    let (aliases, found) = Self.records(of: answer, for: question)
    let addresses = found.compactMap {
      if case .address(let address) = $0.data { address } else { nil as IPAddress? }
    }
    if let address = addresses.first(where: { isInside($0) && rules.ports(for: $0) == .none }) {
      self = .rebinding(address)
      return
    }
    // Such an address that is listed may be reached as it is listed, and no name widens that to other ports.
    let allowed = found.compactMap { record -> AllowedAddress? in
      guard case .address(let address) = record.data, !isInside(address) else { return nil }
      return AllowedAddress(address: address, life: AllowedAddress.life(of: record))
    }
    self = .pass(answer.code, aliases + found, allowed)
  }

  /// The aliases from the name that was asked for, and what is at their end. All else in the answer is nobody's business.
  ///
  /// Nothing may be kept for longer than an alias that leads to it.
  private static func records(of answer: Message, for question: Question) -> (
    aliases: [Record], found: [Record]
  ) {
    let records = answer.answers.filter { $0.class == .internet }
    var (name, life) = (question.name, UInt32(AllowedAddress.longestLife.components.seconds))
    func next(_ type: RecordType) -> [Record] {
      records.filter { $0.type == type && $0.name == name }
    }
    func shortened(_ record: Record) -> Record {
      var record = record
      record.timeToLive = min(record.timeToLive, life)
      return record
    }
    var aliases: [Record] = []
    while question.type != .cname, aliases.count < mostAliases, let alias = next(.cname).first,
      case .name(let target) = alias.data
    {
      aliases.append(shortened(alias))
      (name, life) = (target, min(life, alias.timeToLive))
    }
    return (aliases, next(question.type).prefix(mostRecords).map(shortened))
  }
}

/// An address that a name has led to.
package struct AllowedAddress: Sendable, Hashable {
  package let address: IPAddress
  /// From the answer on.
  package let life: Duration

  package init(address: IPAddress, life: Duration) { (self.address, self.life) = (address, life) }

  /// Who is told an address that may not be kept at all still has to connect to it.
  static let shortestLife = Duration.seconds(5)
  static let longestLife = Duration.seconds(86_400)

  fileprivate static func life(of record: Record) -> Duration {
    min(max(.seconds(Int64(record.timeToLive)), shortestLife), longestLife)
  }
}
