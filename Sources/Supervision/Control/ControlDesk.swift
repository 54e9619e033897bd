import ControlSocket
import LinuxSystem
import Logging
import ResourceModel

/// The supervisor's end of its control socket: who is connected, and who waits for what.
///
/// The socket is made when the first job has lived for a moment: most commands are over before anybody could ask about them, and
/// their launch pays nothing for it.
final class ControlDesk {
  private let places: [RuntimeDirectory]
  private let log: Logger
  private var name: String?
  private var listener: ControlListener?
  /// When the socket has to be made, or looked at again.
  private var due: Instant?
  private var connections: [UInt64: ControlConnection] = [:]
  private var nextNumber: UInt64 = 1
  /// By the job's number: the connections that wait for its end.
  private var waiting: [UInt64: [UInt64]] = [:]

  private static let patience: Duration = .milliseconds(20)
  /// How long nobody is taken after the kernel has refused a connection: it would be offered again at once.
  private static let pause: Duration = .seconds(1)
  /// How many may be connected at once.
  private static let most = 256

  init(_ places: [RuntimeDirectory], log: Logger) {
    self.places = places
    self.log = log
  }

  /// A job was launched.
  func expect(_ job: String, at now: Instant) {
    guard name == nil else { return }
    name = job
    due = now.advanced(by: Self.patience)
  }

  /// When something has to be done without anybody asking.
  var nextWake: Instant? { ([due] + connections.values.map(\.deadline)).compactMap { $0 }.min() }

  /// Does it.
  func wake(at now: Instant, _ poller: borrowing Poller) {
    if let due, due <= now {
      self.due = nil
      open(poller)
    }
    for (number, connection) in connections {
      if let deadline = connection.deadline, deadline <= now { drop(number, poller) }
    }
  }

  private func open(_ poller: borrowing Poller) {
    guard let name else { return }
    do {
      let listener = try listener ?? ControlListener(name, in: places)
      self.listener = listener
      try poller.add(listener.rawValue, token: LoopToken.control.rawValue, events: .readable)
    } catch {
      log.notice("no control socket, so that `rmrun ps` will not show the job: \(error)")
    }
  }

  /// Takes one who has connected.
  func accept(_ poller: borrowing Poller) {
    guard let listener else { return }
    do {
      // Whoever finds it full is sent away by the closing.
      guard let connection = try listener.accept(), connections.count < Self.most else { return }
      let number = nextNumber
      nextNumber += 1
      try poller.add(connection.rawValue, token: LoopToken.connection(number).rawValue, events: .readable)
      connections[number] = connection
    } catch {
      log.debug("a connection was refused: \(error)")
      try? poller.remove(listener.rawValue)
      due = Clock.boottime().advanced(by: Self.pause)
    }
  }

  /// Something has come, or there is room to send.
  /// - Returns: the request, once it is there.
  func proceed(_ number: UInt64, _ poller: borrowing Poller) -> ControlRequest? {
    guard let connection = connections[number] else { return nil }
    switch connection.proceed() {
    case .waiting: return nil
    case .request(let request): return request
    case .malformed(let failure): reply(.failure(failure), to: number, poller)
    case .over: drop(number, poller)
    }
    return nil
  }

  func connection(_ number: UInt64) -> ControlConnection? { connections[number] }

  /// Replies, and ends the connection when all is sent.
  func reply(_ reply: ControlReply, to number: UInt64, _ poller: borrowing Poller) {
    guard let connection = connections[number] else { return }
    guard case .waiting = connection.reply(reply) else { return drop(number, poller) }
    try? poller.remove(connection.rawValue)
    try? poller.add(connection.rawValue, token: LoopToken.connection(number).rawValue, events: .writable)
  }

  /// The reply comes at the end of the job.
  func wait(_ number: UInt64, forEndOf job: UInt64) { waiting[job, default: []].append(number) }

  /// A job is over and all of it is settled.
  func tellEnd(of job: UInt64, exitStatus: Int32, _ poller: borrowing Poller) {
    for number in waiting.removeValue(forKey: job) ?? [] {
      reply(.ended(exitStatus: exitStatus), to: number, poller)
    }
  }

  /// Removes the socket. Whoever is connected learns that nobody answers any more.
  func close() {
    listener?.remove()
    listener = nil
    due = nil
    connections = [:]
  }

  private func drop(_ number: UInt64, _ poller: borrowing Poller) {
    guard let connection = connections.removeValue(forKey: number) else { return }
    try? poller.remove(connection.rawValue)
  }
}
