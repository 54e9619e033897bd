import CgroupV2
import LinuxSystem
import ResourceModel
import SystemPackage

extension GroupLimits {
  /// The limits of a job as its group carries them. A weight is written only where it differs from the kernel's own.
  /// - Throws: `Obstacle` if a path in `io.max` lies on no block device.
  init(_ limits: JobLimits, devices: BlockDevices) throws(Obstacle) {
    self.init()
    if let cpus = limits.cpuMax.bound { cpuMax = .atMost(CPUBandwidth(cpus: cpus)) }
    let weight = limits.cpuWeight ?? limits.priority.cpuWeight
    if weight != Priority.normal.cpuWeight || limits.cpuWeight != nil { cpuWeight = UInt64(weight) }
    cpusetCPUs = limits.cpusetCPUs?.description
    cpusetMems = limits.cpusetMems?.description
    memorySwapMax = limits.memorySwapMax == .unlimited ? nil : limits.memorySwapMax
    if limits.memoryMax != .unlimited {
      memoryMax = limits.memoryMax
      memoryOOMGroup = true
    }
    if limits.memoryHigh != .unlimited { memoryHigh = limits.memoryHigh }
    if let pids = limits.pidsMax.bound { pidsMax = .atMost(UInt64(pids)) }
    for limit in limits.ioMax { try add(limit, devices) }
  }

  /// What has to be written to come from one job's limits to others. A limit that is taken away becomes the kernel's own.
  /// - Throws: `Obstacle` if a path in `io.max` lies on no block device.
  init(from old: JobLimits, to new: JobLimits, devices: BlockDevices) throws(Obstacle) {
    self.init()
    if new.cpuMax != old.cpuMax {
      cpuMax = new.cpuMax.bound.map { .atMost(CPUBandwidth(cpus: $0)) } ?? .unlimited
    }
    if let weight = new.cpuWeight, weight != old.cpuWeight { cpuWeight = UInt64(weight) }
    if new.cpusetCPUs != old.cpusetCPUs { cpusetCPUs = new.cpusetCPUs?.description }
    if new.cpusetMems != old.cpusetMems { cpusetMems = new.cpusetMems?.description }
    if new.memorySwapMax != old.memorySwapMax { memorySwapMax = new.memorySwapMax }
    if new.memoryMax != old.memoryMax {
      memoryMax = new.memoryMax
      memoryOOMGroup = true
    }
    if new.memoryHigh != old.memoryHigh { memoryHigh = new.memoryHigh }
    if new.pidsMax != old.pidsMax { pidsMax = new.pidsMax.bound.map { .atMost(UInt64($0)) } ?? .unlimited }
    for limit in new.ioMax where !old.ioMax.contains(limit) { try add(limit, devices) }
  }

  private mutating func add(_ limit: IOLimit, _ devices: BlockDevices) throws(Obstacle) {
    let device: DeviceNumber
    if let number = DeviceNumber(text: limit.target) {
      device = number
    } else {
      device = try devices.deviceNamed(limit.target)
    }
    var rates = ioMax[device] ?? IORates()
    switch limit.quantity {
    case .readBytes: rates.readBytes = .atMost(limit.perSecond)
    case .writeBytes: rates.writtenBytes = .atMost(limit.perSecond)
    case .readOperations: rates.readOperations = .atMost(limit.perSecond)
    case .writeOperations: rates.writeOperations = .atMost(limit.perSecond)
    }
    ioMax[device] = rates
  }
}

extension BlockDevices {
  /// The device that a path is, or lies on.
  fileprivate func deviceNamed(_ path: String) throws(Obstacle) -> DeviceNumber {
    if let status = try? FileStatus.of(path), status.kind == .blockDevice { return status.representedDevice }
    return try device(holding: path)
  }
}

extension Controller {
  /// The controllers that a job's limits and its bill need. No other is switched on: each costs the kernel work.
  static func needed(_ limits: JobLimits, prices: PriceBook, group: GroupLimits) -> Set<Controller> {
    var needed = group.controllers
    if prices.rates[.memory] != nil { needed.insert(.memory) }
    let storage: [Meter] = [.storageRead, .storageWritten, .storageReadOperations, .storageWriteOperations]
    if storage.contains(where: { prices.rates[$0] != nil }) { needed.insert(.io) }
    return needed
  }
}
