import LinuxSystem
import ResourceModel

extension ResolverLoop {
  /// Takes a query of the job's. A datagram that isn't answered is lost; a connection then has nothing to wait for.
  func take(_ bytes: [UInt8], from asker: Lookup.Asker) {
    guard let query = try? Message(decoding: bytes) else {
      answer(Message.answer(toUnreadable: bytes), to: asker)
      return
    }
    guard !query.isResponse else {
      answer(nil, to: asker)
      return
    }
    switch QueryDecision(query, rules) {
    case .answer(let message, let isRefusal):
      if isRefusal, let name = query.question?.name { state.countRefusal(of: name) }
      reply(message, to: query, from: asker)
    case .forward(let question, let ports): look(up: question, at: ports, for: query, from: asker)
    }
  }

  private func look(
    up question: Question, at ports: DestinationRules.Ports, for query: Message, from asker: Lookup.Asker
  ) {
    if case .stream(let token) = asker { clients[token]?.isBusy = true }
    if let lookup = lookups.values.first(where: { $0.question == question }) {
      // One at a time for a question: with many on their way, a forged answer would have as many numbers to guess.
      if !lookup.join(asker, query) { answer(nil, to: asker) }
      return
    }
    let (lookup, token) = (Lookup(question, ports, asking: serversInOrder()), newToken())
    _ = lookup.join(asker, query)
    lookups[token] = lookup
    askNext(lookup, token)
  }

  /// Goes on with what has come from upstream.
  func proceed(_ lookup: Lookup, _ token: UInt64) {
    guard let exchange = lookup.exchange else { return }
    do {
      guard let answer = try exchange.proceed() else {
        try watch(exchange, for: lookup, token)
        return
      }
      resting[lookup.server] = nil
      if answer.isTruncated {
        try ask(lookup, token, try UpstreamExchange(streamTo: lookup.server, lookup.question))
      } else {
        finish(lookup, token, with: answer)
      }
    } catch {
      askNext(lookup, token)
    }
  }

  /// Asks the next name server that can be asked.
  func askNext(_ lookup: Lookup, _ token: UInt64) {
    while lookup.tries < lookup.servers.count * upstreams.attempts {
      lookup.tries += 1
      do throws(SystemError) {
        try ask(lookup, token, try UpstreamExchange(datagramTo: lookup.server, lookup.question))
        return
      } catch {}
    }
    end(lookup, token) { $0.answered(.serverFailure, because: .unreachable) }
  }

  private func ask(_ lookup: Lookup, _ token: UInt64, _ exchange: UpstreamExchange) throws(SystemError) {
    unwatch(lookup)
    lookup.exchange = exchange
    lookup.deadline = Clock.boottime().advanced(by: upstreams.timeout)
    try watch(exchange, for: lookup, token)
  }

  private func watch(
    _ exchange: UpstreamExchange, for lookup: Lookup, _ token: UInt64
  ) throws(SystemError) {
    guard exchange.interest != lookup.watched else { return }
    if !lookup.watched.isEmpty { try poller.remove(exchange.rawValue) }
    lookup.watched = []
    try poller.add(exchange.rawValue, token: token, events: exchange.interest)
    lookup.watched = exchange.interest
  }

  private func unwatch(_ lookup: Lookup) {
    if let exchange = lookup.exchange, !lookup.watched.isEmpty { try? poller.remove(exchange.rawValue) }
    lookup.watched = []
    lookup.exchange = nil
  }

  /// Answers all who wait for it.
  private func end(_ lookup: Lookup, _ token: UInt64, with answer: (Message) -> Message) {
    unwatch(lookup)
    lookups[token] = nil
    for (asker, query) in lookup.askers { reply(answer(query), to: query, from: asker) }
  }

  private func finish(_ lookup: Lookup, _ token: UInt64, with answer: Message) {
    guard let own = try? NetworkInterface.addresses() else {
      return end(lookup, token) { $0.answered(.serverFailure, because: .notAllowed) }
    }
    switch AnswerDecision(answer, to: lookup.question, rules, own: own) {
    case .failure: askNext(lookup, token)
    case .rebinding:
      for _ in lookup.askers { state.countRefusal(of: lookup.question.name) }
      end(lookup, token) { $0.answered(.noSuchName, because: .privateAddress) }
    case .pass(let code, let records, let addresses):
      if letThrough(addresses, at: lookup.ports) {
        end(lookup, token) { $0.answered(code, records) }
      } else {
        end(lookup, token) { $0.answered(.serverFailure, because: .notAllowed) }
      }
    }
  }

  private func letThrough(_ addresses: [AllowedAddress], at ports: DestinationRules.Ports) -> Bool {
    state.whileServing { () throws(SystemError) in
      for address in addresses {
        for port in ports.numbers { try allow(address.address, port, address.life) }
      }
    }
  }

  private func reply(_ message: Message, to query: Message, from asker: Lookup.Asker) {
    let limit = if case .datagram = asker { query.answerLimit } else { Message.mostBytes }
    answer(message.encoded(limit: limit), to: asker)
  }

  private func answer(_ bytes: [UInt8]?, to asker: Lookup.Asker) {
    switch asker {
    case .datagram(let listener, let address):
      // An answer that can't be sent is lost like any other.
      if let bytes { try? listeners[listener].datagrams.send(bytes, to: address) }
    case .stream(let token):
      if let client = clients[token] { answer(bytes, to: client, token) }
    }
  }
}

extension DestinationRules.Ports {
  /// As `NameServer.Allow` is told them: 0 is any.
  fileprivate var numbers: [UInt16] {
    switch self {
    case .any: [0]
    case .only(let ports): ports.sorted()
    }
  }
}
