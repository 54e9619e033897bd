import Glibc
import LinuxSystem
import ResourceModel
import TestSupport
import Testing

/// A request for what a command finds at a shell. (Not this thread's own mask: a pool's threads block everything.)
func request(_ executable: String, _ arguments: String...) -> SpawnRequest {
  SpawnRequest(
    executable: NativeString(executable), arguments: ([executable] + arguments).map { NativeString($0) },
    environment: OwnProcess.environment(), signals: InheritedSignals(blocked: [], ignored: []))
}

func spawn(_ executable: String, _ arguments: String...) throws -> ChildProcess {
  var request = request(executable)
  request.arguments += arguments.map { NativeString($0) }
  return try Spawner.spawn(request)
}

/// Runs a request with its standard output in a file; returns how it ended and what it wrote.
func run(_ request: SpawnRequest) throws -> (end: ChildEnd, output: String) {
  let directory = try TemporaryDirectory()
  let file = try Descriptor.open(directory.path + "/output", [.readWrite, .create])
  var request = request
  request.standardOutput = file.rawValue
  let child = try Spawner.spawn(request)
  let end = try #require(try child.wait())
  return (end, try directory.contents("output") ?? "")
}

/// Sends SIGKILL to a process that may be gone already.
func end(_ pid: Int32) { _ = kill(pid, SIGKILL) }

/// Waits until a condition holds: at most 20 s, for machines that are slow, not for those that are wrong.
func eventually(
  _ condition: () throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let deadline = Clock.monotonic().advanced(by: .seconds(20))
  while Clock.monotonic() < deadline {
    if try condition() { return }
    usleep(2000)
  }
  Issue.record("the condition didn't come to hold", sourceLocation: sourceLocation)
}

/// Whether a process is there and isn't a zombie.
func isRunning(_ pid: Int32) -> Bool {
  guard let stat = try? ProcessStat.read(pid: pid) else { return false }
  return !stat.isZombie
}

/// The error that a body throws; nil if it throws none.
func failure(_ body: () throws(SystemError) -> Void) -> SystemError? {
  do throws(SystemError) {
    try body()
    return nil
  } catch {
    return error
  }
}
