import Confinement
import LinuxSystem
import ResourceModel
import SystemPackage

/// The files that a launch needs open: working directory and streams. They are opened before anything is made for the job, so
/// that a path that is wrong costs nothing.
struct LaunchResources: ~Copyable {
  private let directory: Descriptor?
  private let input: Descriptor?
  private let output: Descriptor?
  private let error: Descriptor?
  private let limits: JobLimits

  init(_ spec: JobSpec) throws(SupervisionError) {
    let directory = try Self.open("--chdir", spec.workingDirectory, [.pathOnly, .directory])
    let input = try Self.open("--stdin", spec.streams.input, [.readOnly])
    let output = try Self.open("--stdout", spec.streams.output, [.writeOnly, .create, .truncate])
    let error = try Self.open("--stderr", spec.streams.error, [.writeOnly, .create, .truncate])
    limits = spec.limits
    self.directory = directory
    self.input = input
    self.output = output
    self.error = error
  }

  /// The request to the kernel. The descriptors in it are this value's: it must outlive the launch.
  borrowing func request(
    _ executable: NativeString, for job: JobRequest, id: String, before: CallerState,
    confinement: PreparedConfinement
  ) -> SpawnRequest {
    let rules = limits.confinement.environment
    let environment = confinement.account.map { JobEnvironment.of($0, job.environment, besides: rules) }
    var request = SpawnRequest(
      executable: executable, arguments: job.arguments,
      environment: JobEnvironment.adding(id, to: environment ?? job.environment), signals: before.signals)
    if !confinement.enforcement.isEmpty || confinement.filter != nil {
      request.confinement = confinement.process
    }
    request.workingDirectory = Self.number(directory)
    request.standardInput = Self.number(input)
    request.standardOutput = Self.number(output)
    request.standardError = Self.number(error)
    request.scheduling = before.scheduling
    request.nice = limits.nice.map { Int32($0) }
    request.oomScoreAdjustment = limits.oomScoreAdj.map { Int32($0) }
    request.timerSlack = before.timerSlack
    request.resourceLimits = limits.processLimits.compactMap(ResourceLimit.init)
    // What was in its memory is nobody else's business, unless somebody asks for it. Not 0: that keeps no program from being started that
    // core_pattern names, which 1 does; and no core file is as small. Source: the kernel's vfs_coredump(), core(5).
    if limits.confinement.isConfined, !limits.processLimits.contains(where: { $0.name == "core" }) {
      request.resourceLimits.append(ResourceLimit(number: 4, name: "core", soft: 1, hard: 1))
    }
    return request
  }

  private static func number(_ descriptor: borrowing Descriptor?) -> Int32? {
    switch descriptor {
    case .some(let descriptor): descriptor.rawValue
    case .none: nil
    }
  }

  private static func open(
    _ option: String, _ path: String?, _ options: Descriptor.OpenOptions
  ) throws(SupervisionError) -> Descriptor? {
    guard let path else { return nil }
    do {
      return try Descriptor.open(path, options, mode: 0o666)
    } catch {
      throw SupervisionError(.failed, "\(option): \(error)")
    }
  }
}

extension ResourceLimit {
  init?(_ limit: ProcessLimit) {
    guard let number = ProcessLimit.resources[limit.name] else { return nil }
    self.init(number: number, name: limit.name, soft: limit.soft.bound, hard: limit.hard.bound)
  }
}
