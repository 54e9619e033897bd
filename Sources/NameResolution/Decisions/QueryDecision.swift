package import ResourceModel

/// What becomes of a query of the job's.
///
/// Nothing of a name that isn't listed goes upstream: otherwise the names themselves could carry data out, one label at a time.
package enum QueryDecision: Sendable, Hashable {
  /// It is answered from here. `isRefusal`: because the list doesn't have it.
  case answer(Message, isRefusal: Bool)
  /// It goes upstream; the addresses may be reached at these ports.
  case forward(Question, DestinationRules.Ports)

  /// What is asked for upstream. Types of which the data is known, so that all that comes back is read and written anew.
  private static let forwarded: Set<RecordType> = [.a, .aaaa, .cname, .mx, .srv, .txt]

  package init(_ query: Message, _ rules: DestinationRules) {
    self =
      Self.refusal(of: query).map { .answer($0, isRefusal: false) }
      ?? query.question.map { Self.decide($0, of: query, rules) }
      ?? .answer(query.answered(.formatError), isRefusal: false)
  }

  /// What no list has to do with.
  private static func refusal(of query: Message) -> Message? {
    if query.opcode != 0 { return query.answered(.notImplemented) }
    // "If a responder does not implement the VERSION level of the request, then it MUST respond with RCODE=BADVERS." (RFC 6891, 6.1.3)
    if let edns = query.edns, edns.version > 0 { return query.answered(.badVersion) }
    return nil
  }

  private static func decide(_ question: Question, of query: Message, _ rules: DestinationRules)
    -> QueryDecision
  {
    // Names of addresses would tell who is where, and may carry data like all others.
    guard question.class == .internet, question.type != .ptr else {
      return .answer(query.answered(.refused, because: .prohibited), isRefusal: true)
    }
    if let answer = loopback(question, of: query, rules) { return .answer(answer, isRefusal: false) }
    let ports = question.name.hostName.map { rules.ports(for: $0) } ?? .none
    guard ports != .none else {
      return .answer(query.answered(.noSuchName, because: .notListed), isRefusal: true)
    }
    // Their hints are addresses that nobody has checked (RFC 9460, 7.3); without them clients ask for A and AAAA.
    if question.type == .https || question.type == .svcb {
      return .answer(query.answered(.noError), isRefusal: false)
    }
    guard forwarded.contains(question.type) else {
      return .answer(query.answered(.notImplemented, because: .notSupported), isRefusal: false)
    }
    return .forward(question, ports)
  }

  /// `localhost` has the same addresses everywhere and is never asked for upstream (RFC 6761, 6.3).
  private static func loopback(_ question: Question, of query: Message, _ rules: DestinationRules) -> Message?
  {
    guard question.name == DomainName(labels: [Array("localhost".utf8)]) else { return nil }
    let addresses = [(RecordType.a, IPAddress(ipv4: 0x7f00_0001)), (.aaaa, IPAddress(bits: 1))]
    guard addresses.contains(where: { rules.ports(for: $0.1) != .none }) else { return nil }
    let records = addresses.filter { $0.0 == question.type && rules.ports(for: $0.1) != .none }
    return query.answered(
      .noError, records.map { Record(question.name, $0.0, timeToLive: 0, .address($0.1)) })
  }
}
