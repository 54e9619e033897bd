import CgroupV2
import LinuxSystem
import ResourceModel

/// Limits to try, every one that a job can have: so wide that nothing would notice.
enum ProbeLimits {
  static func all(_ place: GroupPlace, base: GroupDirectory) -> GroupLimits {
    var limits = GroupLimits()
    let cpus = (try? ProcessControl.usableCPUs()) ?? 1
    limits.cpuMax = .atMost(CPUBandwidth(cpus: CPUCount(thousandths: Int64(cpus) * 1000)))
    limits.cpuWeight = 100
    limits.cpusetCPUs = effective("cpuset.cpus.effective", base)
    limits.cpusetMems = effective("cpuset.mems.effective", base)
    let memory = ByteCount(bytes: (try? Host.memory().total) ?? 1 << 40)
    limits.memoryMax = .atMost(memory)
    limits.memoryHigh = .atMost(memory)
    limits.memorySwapMax = .atMost(memory)
    limits.memoryOOMGroup = true
    limits.pidsMax = .atMost(4096)
    if let device = device(place.devices) { limits.ioMax[device] = IORates(readBytes: .atMost(1 << 40)) }
    return limits
  }

  /// What the group above may use. Without the controller the write is refused anyhow.
  private static func effective(_ file: String, _ base: GroupDirectory) -> String {
    guard let bytes = (try? base.read(file)) ?? nil else { return "0" }
    let text = KernelText.string(bytes.prefix { $0 != KernelText.newline })
    return text.isEmpty ? "0" : text
  }

  /// The device of the working directory, of the root file system, or any.
  private static func device(_ devices: BlockDevices) -> DeviceNumber? {
    for path in [".", "/"] {
      if let device = try? devices.device(holding: path) { return device }
    }
    guard let directory = try? Descriptor.open("/sys/dev/block", [.readOnly, .directory]),
      let entries = try? directory.entries()
    else { return nil }
    return entries.compactMap { DeviceNumber(text: $0.name) }.first { devices.isLeaf($0) }
  }
}
