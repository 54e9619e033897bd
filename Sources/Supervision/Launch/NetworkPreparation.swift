import CgroupPrograms
import LinuxSystem
import ResourceModel

/// What counts a job's traffic, and what holds it to its destinations: the kernel takes as long to check that as most of the rest of a launch,
/// so it is begun when this is made.
struct NetworkPreparation {
  private(set) var meters: NetworkMeters
  let destinations: Result<ProgramLoading<DestinationControl>, SystemError>?
  private let rules: DestinationRules?

  init(_ spec: JobSpec) {
    meters = NetworkMeters(spec)
    rules = spec.limits.destinations
    destinations = rules.map(DestinationControl.load)
  }

  /// What such a job needs: as much of this as it does.
  func adapted(to spec: JobSpec) -> NetworkPreparation {
    guard spec.limits.destinations == rules else { return NetworkPreparation(spec) }
    guard !meters.serve(spec) else { return self }
    finish()
    var adapted = self
    adapted.meters = NetworkMeters(spec)
    return adapted
  }

  /// Waits until all is loaded. Before that no process may be made: see `BPFLibrary.prepare`.
  func finish() {
    _ = meters.loaded()
    _ = try? destinations?.get().loaded()
  }
}
