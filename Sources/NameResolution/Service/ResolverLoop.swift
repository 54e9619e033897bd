import LinuxSystem
import ResourceModel

/// The server's thread: waits for queries, answers and deadlines, and does what `QueryDecision` and `AnswerDecision` say.
///
/// Where a bound is reached, what comes next waits in the kernel, whose queues are bounded themselves: nobody is turned away whom there is
/// room for a moment later, and who floods the server waits for himself.
final class ResolverLoop {
  /// How many datagrams are taken at a time: however fast they come, answers and deadlines have their turn.
  private static let mostDatagrams = 64
  /// For how long a name server that was silent is asked after the others.
  private static let rest = Duration.seconds(30)
  /// How long to wait when a connection can't be taken.
  private static let pause = Duration.seconds(1)

  /// What a token of the poller's stands for, below the lookups' and clients' own.
  private enum Token {
    static let bell: UInt64 = 0
    static let listeners: UInt64 = 1
    static let first: UInt64 = 16
  }

  let rules: DestinationRules
  let upstreams: Upstreams
  let listeners: [Listeners]
  let state: ServerState
  let bounds: ServerBounds
  let allow: NameServer.Allow
  var poller: Poller
  var lookups: [UInt64: Lookup] = [:]
  var clients: [UInt64: StreamClient] = [:]
  /// Until when a name server has its rest.
  var resting: [SocketAddress: Instant] = [:]
  private var nextToken = Token.first
  /// The listeners that are watched, by their tokens.
  private var watched: Set<UInt64> = []
  /// When to try again to watch them.
  private var listensAgain: Instant?
  /// Until when no connection is taken.
  private var streamsRest: Instant?

  init(
    _ rules: DestinationRules, _ upstreams: Upstreams, _ listeners: [Listeners], _ state: ServerState,
    _ bounds: ServerBounds, allow: @escaping NameServer.Allow
  ) throws(SystemError) {
    (self.rules, self.upstreams, self.listeners, self.state, self.bounds, self.allow) =
      (rules, upstreams, listeners, state, bounds, allow)
    poller = try Poller()
    try poller.add(state.rawValue, token: Token.bell, events: .readable)
    try listen()
  }

  /// Serves until it is stopped. Should the kernel refuse to let it wait, it throws: then no name is resolved, and no address let through.
  func run() throws(SystemError) {
    while !state.isStopped { try step() }
  }

  private func step() throws(SystemError) {
    let deadlines = lookups.values.map(\.deadline) + clients.values.map(\.deadline)
    let rests = [streamsRest, listensAgain].compactMap { $0 }
    for event in try poller.wait(until: (deadlines + rests).min()) { handle(event) }
    expire()
    do throws(SystemError) {
      try listen()
      listensAgain = nil
    } catch {
      // For want of the kernel's memory: those that are watched go on.
      listensAgain = Clock.boottime().advanced(by: Self.pause)
    }
  }

  /// The name servers as they are listed, those that were silent of late behind the others: a program has given up before every one of its
  /// questions has waited for them.
  func serversInOrder() -> [SocketAddress] {
    let now = Clock.boottime()
    resting = resting.filter { $0.value > now }
    return upstreams.servers.filter { resting[$0] == nil } + upstreams.servers.filter { resting[$0] != nil }
  }

  func newToken() -> UInt64 {
    defer { nextToken += 1 }
    return nextToken
  }

  private func handle(_ event: Poller.Event) {
    switch event.token {
    case Token.bell: break
    case Token.listeners..<Token.first:
      let number = Int(event.token - Token.listeners)
      number % 2 == 0 ? takeDatagrams(of: number / 2) : takeClients(of: number / 2)
    default:
      if let lookup = lookups[event.token] { proceed(lookup, event.token) }
      if let client = clients[event.token] { proceed(client, event.token) }
    }
  }

  private func expire() {
    let now = Clock.boottime()
    if let rest = streamsRest, rest <= now { streamsRest = nil }
    for (token, lookup) in lookups where lookup.deadline <= now {
      resting[lookup.server] = now.advanced(by: Self.rest)
      askNext(lookup, token)
    }
    for (token, client) in clients where client.deadline <= now { close(client, token) }
  }

  /// Watches the listeners for which there is room, and no others.
  private func listen() throws(SystemError) {
    let takesDatagrams = lookups.count < bounds.lookups
    let takesStreams = clients.count < bounds.clients && streamsRest == nil
    for (index, listener) in listeners.enumerated() {
      let token = Token.listeners + UInt64(2 * index)
      try watch(listener.datagrams.rawValue, token, takesDatagrams)
      try watch(listener.streams.rawValue, token + 1, takesStreams)
    }
  }

  private func watch(_ number: Int32, _ token: UInt64, _ isWanted: Bool) throws(SystemError) {
    guard isWanted != watched.contains(token) else { return }
    if isWanted {
      try poller.add(number, token: token, events: .readable)
      watched.insert(token)
    } else {
      try poller.remove(number)
      watched.remove(token)
    }
  }

  private func takeDatagrams(of listener: Int) {
    for _ in 0..<Self.mostDatagrams where lookups.count < bounds.lookups {
      // What fails on a listener is an earlier datagram's failure.
      guard let (bytes, from) = try? listeners[listener].datagrams.receive(upTo: Int(Message.mostQueryBytes))
      else { return }
      if let bytes { take(bytes, from: .datagram(listener: listener, from)) }
    }
  }

  private func takeClients(of listener: Int) {
    while clients.count < bounds.clients {
      do throws(SystemError) {
        guard let socket = try listeners[listener].streams.accept() else { return }
        take(socket)
      } catch {
        // Nothing is left of what the kernel needs for it; the listener stays readable.
        streamsRest = Clock.boottime().advanced(by: Self.pause)
        return
      }
    }
  }
}
