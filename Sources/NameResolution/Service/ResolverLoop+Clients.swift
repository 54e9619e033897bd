import LinuxSystem
import ResourceModel

/// Connections over TCP.
extension ResolverLoop {
  private var nextDeadline: Instant { Clock.boottime().advanced(by: bounds.patience) }

  /// Takes a connection.
  func take(_ socket: consuming StreamSocket) {
    let (client, token) = (StreamClient(socket, until: nextDeadline), newToken())
    clients[token] = client
    watch(client, token)
  }

  /// Goes on with what has come, or can be sent.
  func proceed(_ client: StreamClient, _ token: UInt64) {
    do {
      try client.stream.flush()
      guard client.interest == .readable else { return watch(client, token) }
      switch try client.stream.next() {
      case .message(let bytes): take(bytes, from: .stream(token: token))
      case .pending: break
      case .ended: close(client, token)
      }
      if clients[token] != nil { watch(client, token) }
    } catch {
      close(client, token)
    }
  }

  /// Answers its query; closes it if there is nothing to say to that.
  func answer(_ bytes: [UInt8]?, to client: StreamClient, _ token: UInt64) {
    client.isBusy = false
    do {
      guard let bytes else { return close(client, token) }
      try client.stream.send(bytes)
      client.deadline = nextDeadline
      watch(client, token)
    } catch {
      close(client, token)
    }
  }

  func close(_ client: StreamClient, _ token: UInt64) {
    if client.watched != nil { try? poller.remove(client.stream.rawValue) }
    clients[token] = nil
  }

  private func watch(_ client: StreamClient, _ token: UInt64) {
    // While upstream has its query, that one's deadline counts.
    if client.isBusy { client.deadline = Instant(nanoseconds: .max) }
    guard client.interest != client.watched else { return }
    do {
      if client.watched != nil { try poller.remove(client.stream.rawValue) }
      client.watched = nil
      if let interest = client.interest {
        try poller.add(client.stream.rawValue, token: token, events: interest)
        client.watched = interest
      }
    } catch {
      close(client, token)
    }
  }
}
