import CgroupPrograms
import LinuxSystem
import ResourceModel

/// The meters of a job's network that are being loaded, where it needs them.
struct NetworkMeters {
  let traffic: Result<MeterLoading<NetworkMeter>, SystemError>?
  let latency: Result<MeterLoading<LatencyMeter>, SystemError>?

  /// Begins to load them.
  init(_ spec: JobSpec) {
    let holds = spec.holdsNetwork
    traffic =
      spec.measuresNetwork
      ? MeterLoading.start { () throws(SystemError) in try NetworkMeter(holds: holds) } : nil
    latency =
      spec.measuresLatency
      ? MeterLoading.start { () throws(SystemError) in try LatencyMeter() } : nil
  }
}
