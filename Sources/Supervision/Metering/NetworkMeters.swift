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

  private let needed: JobSpec
  private let loading: Result<ProgramLoading<Loaded>, SystemError>?

  /// Begins to load them: on one thread, since on two CPUs, of which the launch has the other, a second one makes it longer.
  init(_ spec: JobSpec) {
    needed = spec
    loading =
      spec.measuresNetwork || spec.measuresLatency
      ? ProgramLoading.start { () throws(SystemError) in
        Loaded(
          traffic: Self.load(spec.measuresNetwork) { () throws(SystemError) in
            try NetworkMeter(holds: spec.holdsNetwork)
          },
          latency: Self.load(spec.measuresLatency) { () throws(SystemError) in try LatencyMeter() })
      } : nil
  }

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
        traffic: needed.measuresNetwork ? .failure(error) : nil,
        latency: needed.measuresLatency ? .failure(error) : nil)
    }
  }
}
