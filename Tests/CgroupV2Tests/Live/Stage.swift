import LinuxSystem
import ResourceModel

@testable import CgroupV2

/// Where a test's groups are: in a directory that plays the hierarchy, or in the kernel's.
enum Stage: Sendable, CustomStringConvertible {
  case fixture(Fixture)
  case live(LiveGroup)

  var group: GroupDirectory {
    get throws {
      switch self {
      case .fixture(let fixture): try fixture.group
      case .live(let live): live.group
      }
    }
  }

  var description: String {
    switch self {
    case .fixture: "fixture"
    case .live: "live"
    }
  }
}

/// One of each kind that this host offers, fresh.
func stages() throws -> [Stage] {
  let live = Live.obstacle == nil ? [Stage.live(try LiveGroup())] : []
  return [.fixture(try Fixture())] + live
}

/// What this host offers to live tests.
enum Live {
  static let host: Result<CgroupHost, Obstacle> = Result { () throws(Obstacle) in try CgroupHost.discover() }

  /// Where jobs go on this host, with all controllers that can be had. This process is moved if that takes
  /// it.
  static let place: Result<JobBase, Obstacle> = Result { () throws(Obstacle) in
    let placement = Placement(host: try host.get(), ownProcesses: [OwnProcess.pid])
    return try JobBase.prepare(
      try placement.plan(needed: Set(Controller.allCases)), moving: [OwnProcess.pid])
  }

  /// Why no group can be made here; nil when one can.
  static let obstacle: String? = {
    do {
      let group = try LiveGroup()
      _ = try Live.base(in: group)
      return nil
    } catch {
      return "\(error)"
    }
  }()

  /// Why jobs can't have a controller here; nil when they can.
  static func lacks(_ controller: Controller) -> String? {
    (try? place.get())?.missing[controller]?.description ?? lacking[controller]
  }

  private static let lacking: [Controller: String] = {
    var lacking: [Controller: String] = [:]
    for controller in Controller.allCases {
      do {
        let group = try LiveGroup()
        lacking[controller] = try Live.base(in: group, needed: [controller]).missing[controller]?.description
      } catch {
        lacking[controller] = "\(error)"
      }
    }
    return lacking
  }()

  /// A base in a group that a test has for itself.
  static func base(in group: LiveGroup, needed: Set<Controller> = []) throws -> JobBase {
    var placement = Placement(host: try host.get(), ownProcesses: [OwnProcess.pid])
    placement.namedParent = group.group.path
    return try JobBase.prepare(try placement.plan(needed: needed), moving: [OwnProcess.pid])
  }
}

/// A group that a test has for itself, in the place where jobs go on this host; removed, with all that lives
/// in it, when the test is over.
final class LiveGroup: Sendable {
  let group: GroupDirectory
  private let base: JobBase
  private let name: String

  init() throws {
    let name = "test-" + (try RandomName.make(count: 10))
    let made = try Self.make(name, in: try Live.place.get())
    (self.name, base, group) = (name, made.base, made.group)
  }

  /// A test that ends removes the common place if it finds it empty.
  private static func make(_ name: String, in place: JobBase) throws -> (base: JobBase, group: GroupDirectory)
  {
    var base = place
    for _ in 0..<100 {
      if let group = try makeOnce(name, in: base) { return (base, group) }
      base = try base.remade()
    }
    throw FixtureError.make(name)
  }

  private static func makeOnce(_ name: String, in base: JobBase) throws(CgroupError) -> GroupDirectory? {
    do {
      try base.directory.makeChild(name)
      return try base.directory.child(name)
    } catch  where error.code == .vanished {
      return nil
    }
  }

  deinit {
    let deadline = Clock.boottime().advanced(by: .seconds(10))
    _ = try? group.kill(until: deadline)
    _ = try? group.waitUntilEmpty(until: deadline)
    try? base.directory.removeTree(name, until: deadline)
    if base.plan.makesBase { base.leave() }
  }
}

/// A job of a test, in a group of its own.
struct TestJob {
  let job: JobGroup
  let base: JobBase
  private let stage: LiveGroup

  init(limits: GroupLimits = GroupLimits(), needed: Set<Controller> = []) throws {
    stage = try LiveGroup()
    base = try Live.base(in: stage, needed: needed)
    job = try JobGroup.make(
      try Self.tag(), in: base, limits: limits, host: try Live.host.get(), devices: BlockDevices())
  }

  static func tag(_ id: String = "t1") throws -> JobTag {
    JobTag(
      job: id, boot: try Host.bootID(), supervisor: OwnProcess.pid,
      supervisorStart: try ProcessStat.read(pid: OwnProcess.pid).startTime)
  }

  /// Starts a shell script in the job.
  func start(_ script: String, in group: GroupDirectory? = nil) throws -> ChildProcess {
    try Shell.start(script, in: group ?? job.main)
  }

  func soon(_ seconds: Int = 10) -> Instant { Clock.boottime().advanced(by: .seconds(seconds)) }
}

enum Shell {
  static func start(_ script: String, in group: GroupDirectory) throws -> ChildProcess {
    var request = SpawnRequest(
      executable: "/bin/sh", arguments: ["sh", "-c", NativeString(script)],
      environment: ["PATH=/usr/local/bin:/usr/bin:/bin"], signals: InheritedSignals(blocked: [], ignored: []))
    request.cgroup = group.descriptor.rawValue
    return try Spawner.spawn(request)
  }
}

/// Looks again and again until something holds; false when it does not within some seconds.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = Clock.boottime().advanced(by: .seconds(20))
  while try !condition() {
    if Clock.boottime() > deadline { return false }
    pause(.milliseconds(2))
  }
  return true
}

func pause(_ duration: Duration) {
  var poller = try? Poller()
  _ = try? poller?.wait(until: Clock.boottime().advanced(by: duration))
}
