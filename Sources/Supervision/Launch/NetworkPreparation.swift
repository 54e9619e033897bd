import CgroupPrograms
import LinuxSystem
import ResourceModel

/// What a job's network needs of the kernel, which takes that as long as most of the rest of a launch: begun when it is made.
struct NetworkPreparation {
  let meters: NetworkMeters
  let destinations: Result<ProgramLoading<DestinationControl>, SystemError>?
  private let rules: DestinationRules?

  init(_ spec: JobSpec) { self.init(spec, NetworkMeters(spec)) }

  private init(_ spec: JobSpec, _ meters: NetworkMeters) {
    self.meters = meters
    rules = spec.limits.destinations
    destinations = rules.map(DestinationControl.load)
  }

  private init(_ other: NetworkPreparation, _ meters: NetworkMeters) {
    self.meters = meters
    (rules, destinations) = (other.rules, other.destinations)
  }

  /// What such a job needs: as much of this as it does.
  func adapted(to spec: JobSpec) -> NetworkPreparation {
    let meters = meters.serve(spec) ? meters : NetworkMeters(spec)
    if spec.limits.destinations == rules { return NetworkPreparation(self, meters) }
    if let control = try? destinations?.get().loaded() { control.stop() }
    return NetworkPreparation(spec, meters)
  }
}
