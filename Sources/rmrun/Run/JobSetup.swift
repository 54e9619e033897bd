import Configuration
import Confinement
import LinuxSystem
import ResourceModel

/// A run that can't be set up: bad usage, an unknown profile, an unreadable price book. Nothing was run.
struct SetupError: Error, CustomStringConvertible {
  var status: Int32
  var description: String
}

/// From the words of a command line to a job's spec: profile first, then options in their order, then prices.
enum JobSetup {
  static func spec(_ arguments: RunArguments) throws(SetupError) -> JobSpec {
    do {
      let store = ProfileStore(
        environment: OwnProcess.environment, home: UserAccount.of(user: OwnProcess.effectiveUser)?.home)
      let profile = try store.resolve(arguments.profile)
      var limits = profile.limits
      for (setting, value) in arguments.settings { try setting.apply(value, &limits) }
      var spec = JobSpec(command: arguments.command, limits: limits)
      spec.profileName = profile.name
      if let file = arguments.pricesFile { spec.prices = try PriceBookStore.load(file) }
      if case .file = limits.confinement.level {
        spec.callPolicy = try CallPolicyStore.load(limits.confinement.level, isCall: FilterCompiler.knows)
      }
      spec.name = arguments.name
      spec.labels = arguments.labels
      spec.workingDirectory = arguments.workingDirectory
      spec.streams = arguments.streams
      spec.cgroupParent = arguments.cgroupParent
      spec.required = arguments.required
      spec.bestEffort = arguments.bestEffort
      return spec
    } catch {
      throw SetupError(status: RunStatus.failed, description: "\(error)")
    }
  }

  static func plan(_ spec: JobSpec, on host: HostFacts) throws(SetupError) -> JobPlan {
    do {
      return try JobPlan(spec, on: host)
    } catch {
      throw SetupError(
        status: error.isRefusal ? RunStatus.refused : RunStatus.failed, description: error.description)
    }
  }
}

extension PlanError {
  /// Whether the request was understood and this host can't hold it, as against a request that makes no sense.
  fileprivate var isRefusal: Bool {
    if case .unavailable = self { true } else { false }
  }
}
