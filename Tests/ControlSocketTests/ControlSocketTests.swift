import ControlSocket
import LinuxSystem
import ResourceModel
import Synchronization
import TestSupport
import Testing

/// A supervisor's socket and those who ask it.
@Suite(.timeLimit(.minutes(15)))
struct ControlSocketTests {
  private let scratch: TemporaryDirectory
  private let place: RuntimeDirectory
  private let directory: String

  init() throws {
    scratch = try TemporaryDirectory()
    directory = scratch.path + "/run"
    place = RuntimeDirectory(path: directory, owner: OwnProcess.effectiveUser)
  }

  private func names() throws -> [String] { try place.open().entries().map(\.name).sorted() }

  /// Takes the next connection and its request.
  private func take(_ listener: ControlListener) throws -> (ControlConnection, ControlConnection.Progress) {
    var poller = try Poller()
    try poller.add(listener.rawValue, token: 0, events: .readable)
    _ = try poller.wait(until: nil)
    let connection = try #require(try listener.accept())
    try poller.remove(listener.rawValue)
    try poller.add(connection.rawValue, token: 1, events: .readable)
    while true {
      _ = try poller.wait(until: nil)
      let progress = connection.proceed()
      if case .waiting = progress { continue }
      return (connection, progress)
    }
  }

  @Test func aQuestionIsAnswered() throws {
    let listener = try ControlListener("job1", in: [place])
    #expect(try names() == ["job1"])
    let client = ControlClient([place])
    let asked = try Asked()
    let place = self.place
    #expect(
      DetachedThread.start {
        asked.tell(
          try? client.ask(.stop(job: "job1"), at: ControlClient.Socket(directory: place, name: "job1")))
      })
    let (connection, progress) = try take(listener)
    guard case .request(.stop(job: "job1")) = progress else {
      Issue.record("\(progress)")
      return
    }
    let peer = try connection.peer()
    #expect(peer.pid == OwnProcess.pid)
    #expect(peer.user == OwnProcess.effectiveUser)
    #expect(try peer.isAlive())
    guard case .over = connection.reply(.ended(exitStatus: 3)) else {
      Issue.record("a short reply was not sent at once")
      return
    }
    #expect(try asked.wait() == .ended(exitStatus: 3))
    listener.remove()
    #expect(try names() == [])
  }

  @Test func aSocketThatACrashLeftIsRemoved() throws {
    do { _ = try ControlListener("dead", in: [place]) }
    #expect(try names() == ["dead"])
    #expect(try ControlClient([place]).list().jobs.isEmpty)
    #expect(try names() == [])
  }

  @Test func aSupervisorThatDoesNotAnswerIsNamed() throws {
    let silent = try ControlListener("silent", in: [place])
    let answers = try ControlClient([place]).list()
    #expect(answers.jobs.isEmpty)
    #expect(answers.failures.map(\.socket.name) == ["silent"])
    #expect(try names() == ["silent"])
    silent.remove()
  }

  @Test func aRequestWithoutEndIsRefused() throws {
    let listener = try ControlListener("job1", in: [place])
    let place = self.place
    #expect(
      DetachedThread.start {
        guard let directory = try? place.open(),
          let socket = try? LocalSocket.connect(to: "job1", in: directory)
        else { return }
        var sent = 0
        while sent <= ControlLine.longestRequest {
          guard let count = try? socket.send([UInt8](repeating: 0x20, count: 4096)[...]) else { return }
          sent += count
          if count == 0 { Clock.sleep(.milliseconds(1)) }
        }
        Clock.sleep(.milliseconds(200))
      })
    let (_, progress) = try take(listener)
    guard case .malformed(let failure) = progress else {
      Issue.record("\(progress)")
      return
    }
    #expect(failure.code == .badRequest)
  }

  @Test func whoGoesOnTalkingGetsNoReply() throws {
    let listener = try ControlListener("job1", in: [place])
    let directory = try place.open()
    let socket = try LocalSocket.connect(to: "job1", in: directory)
    _ = try socket.send(ControlLine.line(.wait(job: "job1"))[...])
    let (connection, progress) = try take(listener)
    guard case .request = progress else {
      Issue.record("\(progress)")
      return
    }
    _ = try socket.send([0x20])
    guard case .over = connection.proceed() else {
      Issue.record("it goes on")
      return
    }
  }

  @Test func whoSaysNothingHasADeadline() throws {
    let listener = try ControlListener("job1", in: [place])
    let directory = try place.open()
    let socket = try LocalSocket.connect(to: "job1", in: directory)
    let connection = try #require(try listener.accept())
    #expect(connection.deadline != nil)
    _ = try socket.send(ControlLine.line(.wait(job: "job1"))[...])
    guard case .request = connection.proceed() else {
      Issue.record("no request")
      return
    }
    // Who waits for the end of a job waits as long as it takes.
    #expect(connection.deadline == nil)
  }

  @Test func theFirstPlaceThatWillDoIsTaken() throws {
    let missing = RuntimeDirectory(path: scratch.path + "/no/such/place", owner: OwnProcess.effectiveUser)
    let listener = try ControlListener("job1", in: [missing, place])
    #expect(try names() == ["job1"])
    listener.remove()
    #expect(throws: SystemError.self) { try ControlListener("job1", in: [missing]) }
  }
}

/// What a thread has been told.
private final class Asked: Sendable {
  private let bell: Doorbell
  private let told = Mutex<ControlReply?>(nil)

  init() throws { bell = try Doorbell() }

  func tell(_ reply: ControlReply?) {
    told.withLock { $0 = reply }
    bell.ring()
  }

  func wait() throws -> ControlReply? {
    var poller = try Poller()
    try poller.add(bell.rawValue, token: 0, events: .readable)
    _ = try poller.wait(until: nil)
    return told.withLock { $0 }
  }
}
