import CgroupPrograms
import LinuxSystem
import ResourceModel

/// The meters of a job's network that are being loaded, where it needs them.
struct NetworkMeters {
  let traffic: Result<ProgramLoading<NetworkMeter>, SystemError>?
  let latency: Result<ProgramLoading<LatencyMeter>, SystemError>?

  /// Begins to load them.
  init(_ spec: JobSpec) {
    let holds = spec.holdsNetwork
    traffic =
      spec.measuresNetwork
      ? ProgramLoading.start { () throws(SystemError) in try NetworkMeter(holds: holds) } : nil
    latency =
      spec.measuresLatency
      ? ProgramLoading.start { () throws(SystemError) in try LatencyMeter() } : nil
  }
}
