package import LinuxSystem

/// The socket of one supervisor, in the first runtime directory that it can use.
package final class ControlListener {
  private let seat: Seat
  private let name: String

  /// Where it listens.
  private struct Seat: ~Copyable {
    let directory: Descriptor
    let listener: LocalListener

    init(_ name: String, in place: RuntimeDirectory) throws(SystemError) {
      let directory = try place.make()
      listener = try LocalListener(name, in: directory)
      self.directory = directory
    }
  }

  /// Makes the socket.
  /// - Parameters:
  ///   - name: what it is called: the identifier of some job, so that it is unique.
  ///   - places: where it may lie, the best place first.
  /// - Throws: what is wrong with the best place, if none will do.
  package init(_ name: String, in places: [RuntimeDirectory]) throws(SystemError) {
    self.name = name
    seat = try Self.sit(name, places)
  }

  private static func sit(_ name: String, _ places: [RuntimeDirectory]) throws(SystemError) -> Seat {
    var refusal: SystemError?
    for place in places {
      do throws(SystemError) {
        return try Seat(name, in: place)
      } catch {
        if refusal == nil { refusal = error }
      }
    }
    throw refusal ?? SystemError("make a control socket", code: .notFound)
  }

  /// The number, for a `Poller`: readable when somebody asks.
  package var rawValue: Int32 { seat.listener.rawValue }

  /// The next connection; nil if nobody waits.
  package func accept() throws(SystemError) -> ControlConnection? {
    guard let socket = try seat.listener.accept() else { return nil }
    return ControlConnection(socket)
  }

  /// Removes the socket's name; who is connected stays so.
  package func remove() { try? seat.directory.removeFile(name) }
}
