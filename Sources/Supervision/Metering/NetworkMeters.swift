import CgroupPrograms
import LinuxSystem
import ResourceModel

/// The meters of a job's network, those that it needs, while they are being loaded.
struct NetworkMeters {
  /// What became of each; nil where it isn't needed.
  struct Loaded: Sendable {
    let traffic: Result<NetworkMeter, SystemError>?
    let latency: Result<LatencyMeter, SystemError>?
  }

  private struct Needs: Equatable {
    let traffic: Bool
    let isHeld: Bool
    let hasRate: Bool
    let latency: Bool

    init(_ spec: JobSpec) {
      (traffic, isHeld, latency) = (spec.measuresNetwork, spec.holdsNetwork, spec.measuresLatency)
      hasRate = spec.limits.networkRate != .unlimited
    }
  }

  private let needs: Needs
  private let loading: Result<ProgramLoading<Loaded>, SystemError>?

  /// Begins to load them: on one thread, since on two CPUs, of which the launch has the other, a second one makes it longer.
  init(_ spec: JobSpec) {
    let needs = Needs(spec)
    self.needs = needs
    loading =
      needs.traffic || needs.latency
      ? ProgramLoading.start { () throws(SystemError) in
        Loaded(
          traffic: Self.load(needs.traffic) { () throws(SystemError) in
            try NetworkMeter(holds: needs.isHeld, paces: needs.hasRate)
          },
          latency: Self.load(needs.latency) { () throws(SystemError) in try LatencyMeter() })
      } : nil
  }

  /// Whether such a job needs these.
  func serve(_ spec: JobSpec) -> Bool { Needs(spec) == needs }

  private static func load<Meter>(
    _ isNeeded: Bool, _ meter: () throws(SystemError) -> Meter
  ) -> Result<Meter, SystemError>? {
    isNeeded ? Result(catching: meter) : nil
  }

  /// What was loaded, once it is.
  func loaded() -> Loaded {
    guard let loading else { return Loaded(traffic: nil, latency: nil) }
    do throws(SystemError) {
      return try loading.get().loaded()
    } catch {
      return Loaded(
        traffic: needs.traffic ? .failure(error) : nil,
        latency: needs.latency ? .failure(error) : nil)
    }
  }
}
