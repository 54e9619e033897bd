import CgroupPrograms
import LinuxSystem
import ResourceModel

/// Turns what the containment counts, and what has to be polled beside it, into one cumulative usage and its price.
struct UsageMeter {
  private let containment: any Containment
  private let prices: PriceBook
  private let priority: Priority
  private let launched: Instant
  private var rater: Rater
  private var memory = MemoryIntegrator()
  private var resident: ResidentMemory?
  private var storage: PolledStorage?
  private var workSpace: PolledSpace?
  private let interfaces: InterfaceCounters?
  /// The factor in force.
  private(set) var multiplier: Multiplier
  private var lastCPU: (at: Instant, microseconds: UInt64)?
  /// The memory that the last full reading billed.
  private var billed: UInt64?
  /// The last full reading, if the job's CPU time had not moved since the one before.
  private var stillSince: Instant?
  /// How long a job whose CPU time stands still goes without a full reading: what others do to its counters (reclaim, late
  /// writeback) shows by then.
  static let patienceWithStillness: Duration = .seconds(5)
  /// What was used, as of the last reading.
  private(set) var usage = Usage()
  /// How many readings were taken, the final one included.
  private(set) var readings = 0
  /// When the price changes next; a reading has to fall there.
  private(set) var priceChange: Instant?
  /// CPUs busy between the last two readings that lie at least 50 ms apart.
  private(set) var cpusBusy: CPUCount?

  /// Starts at zero use.
  /// - Parameters:
  ///   - metering: who measures what; what is `polled` is read from `/proc`.
  ///   - interfaces: what counts its traffic, where that is not its group.
  ///   - workSpace: who counts what the work directory holds, where the file system does not hold it to its size.
  init(
    _ containment: any Containment, plan: JobPlan, metering: [Feature: Mechanism], launched: Instant,
    interfaces: InterfaceCounters? = nil, workSpace: PolledSpace? = nil
  ) {
    self.containment = containment
    self.launched = launched
    prices = plan.spec.prices
    priority = plan.spec.limits.priority
    rater = Rater(rates: prices.rates)
    resident = metering[.memory] == .polled ? ResidentMemory() : nil
    storage = metering[.storage] == .polled ? PolledStorage() : nil
    self.interfaces = interfaces
    self.workSpace = workSpace
    multiplier = prices.multiplier(at: Clock.wall(), priority: priority)
    lastCPU = (launched, 0)
    memory.add(0, at: launched)
    schedulePriceChange(at: launched)
  }

  /// The charges by meter, in the order of a bill.
  var charges: [(meter: Meter, charge: Credits)] { rater.charges }

  /// What a crash must not lose of the charges.
  var rating: String { rater.text(at: multiplier) }

  /// Takes a reading. A job that has used no CPU time since the last one has not touched memory, storage or processes either:
  /// then that one counter, and what moves without it, is all that is read.
  mutating func read(at now: Instant) throws -> JobReading {
    let before = usage.cpuTime
    if standsStill(at: now) {
      if let billed { memory.add(billed, at: now) }
      add(withTraffic(containment.traffic()), at: now)
    } else {
      try readAll(at: now)
    }
    noteBusyCPUs(at: now)
    var reading = JobReading(
      credits: rater.total, cpuTime: usage.cpuTime.map { .microseconds(Int64(clamping: $0)) },
      memory: usage.memoryCurrent.map { ByteCount(bytes: $0) },
      processes: usage.processes.map { Int64(clamping: $0) },
      memoryStalled: usage.pressure.memoryFull.map { .microseconds(Int64(clamping: $0)) },
      workSpace: workSpace?.sample(at: now, hasMoved: usage.cpuTime == nil || usage.cpuTime != before))
    reading.isOutOfBytes = containment.refusals.forBytes
    reading.isOutOfCredits = containment.refusals.forCredits
    return reading
  }

  /// The work directory may hold another size from now on.
  mutating func setWorkSize(_ size: ByteCount) { workSpace?.size = size }

  private func standsStill(at now: Instant) -> Bool {
    guard let stillSince, now.since(stillSince) < Self.patienceWithStillness, let cpu = usage.cpuTime else {
      return false
    }
    return containment.cpuTime() == cpu
  }

  private mutating func readAll(at now: Instant) throws {
    let before = usage.cpuTime
    var counters = withTraffic(try containment.counters(final: false))
    let processes =
      resident != nil || storage != nil || counters.processes == nil ? try containment.processes() : []
    if counters.processes == nil { counters.processes = UInt64(processes.count) }
    billed = counters.memoryCurrent
    if resident != nil, let sample = resident?.sample(processes, at: now) {
      counters.memoryCurrent = sample.resident
      billed = sample.proportional
    }
    storage?.sample(processes)
    if let billed { memory.add(billed, at: now) }
    add(counters, at: now)
    stillSince = usage.cpuTime == before ? now : nil
  }

  /// A process of the job is about to be reaped: its counters are readable for the last time.
  mutating func noteEnding(of pid: Int32) { storage?.noteEnding(of: pid) }

  /// Takes the final reading, after the last process is gone.
  mutating func finish(at now: Instant) {
    let counters = withTraffic((try? containment.counters(final: true)) ?? Usage())
    memory.finish(at: now, peak: counters.memoryPeak ?? usage.memoryPeak)
    var last = counters
    last.memoryCurrent = usage.memoryCurrent.map { _ in 0 }
    last.processes = usage.processes.map { _ in 0 }
    add(last, at: now)
  }

  private func withTraffic(_ counters: Usage) -> Usage {
    guard let moved = try? interfaces?.read() else { return counters }
    var counters = counters
    counters.take(NetworkTraffic(moved))
    return counters
  }

  private mutating func add(_ counters: Usage, at now: Instant) {
    readings += 1
    usage.merge(counters)
    if usage.memoryCurrent != nil {
      usage.memoryTime = memory.total
      usage.memoryTimeError = memory.error
    }
    if let storage {
      usage.storageRead = storage.read
      usage.storageWritten = storage.written
    }
    rater.add(usage, multiplier: multiplier)
    if let priceChange, now >= priceChange { schedulePriceChange(at: now) }
  }

  /// What was used up to the change has been rated at the old factor; from here on the new one holds.
  private mutating func schedulePriceChange(at now: Instant) {
    let wall = Clock.wall()
    multiplier = prices.multiplier(at: wall, priority: priority)
    priceChange = prices.timeToChange(from: wall).map { now.advanced(by: $0) }
  }

  private mutating func noteBusyCPUs(at now: Instant) {
    guard let cpu = usage.cpuTime, let last = lastCPU else { return }
    let elapsed = now.since(last.at).microseconds
    guard elapsed >= 50_000 else { return }
    let used = cpu > last.microseconds ? cpu - last.microseconds : 0
    cpusBusy = CPUCount(thousandths: Int64(clamping: UInt128(used) * 1000 / UInt128(elapsed)))
    lastCPU = (now, cpu)
  }
}

extension Usage {
  /// Takes over what `counters` measured: gauges as they are, cumulative values and peaks never going back.
  fileprivate mutating func merge(_ counters: Usage) {
    cpuTime = Self.later(cpuTime, counters.cpuTime)
    cpuUserTime = Self.later(cpuUserTime, counters.cpuUserTime)
    cpuSystemTime = Self.later(cpuSystemTime, counters.cpuSystemTime)
    memoryCurrent = counters.memoryCurrent ?? memoryCurrent
    memoryPeak = Self.later(Self.later(memoryPeak, counters.memoryPeak), counters.memoryCurrent)
    memoryAnonPeak = Self.later(memoryAnonPeak, counters.memoryAnonPeak)
    storageRead = Self.later(storageRead, counters.storageRead)
    storageWritten = Self.later(storageWritten, counters.storageWritten)
    storageReadOperations = Self.later(storageReadOperations, counters.storageReadOperations)
    storageWriteOperations = Self.later(storageWriteOperations, counters.storageWriteOperations)
    networkReceived = Self.later(networkReceived, counters.networkReceived)
    networkSent = Self.later(networkSent, counters.networkSent)
    loopbackReceived = Self.later(loopbackReceived, counters.loopbackReceived)
    loopbackSent = Self.later(loopbackSent, counters.loopbackSent)
    packets.received = Self.later(packets.received, counters.packets.received)
    packets.sent = Self.later(packets.sent, counters.packets.sent)
    packets.loopbackReceived = Self.later(packets.loopbackReceived, counters.packets.loopbackReceived)
    packets.loopbackSent = Self.later(packets.loopbackSent, counters.packets.loopbackSent)
    processes = counters.processes ?? processes
    processesPeak = Self.later(Self.later(processesPeak, counters.processesPeak), counters.processes)
    pressure.cpu = Self.later(pressure.cpu, counters.pressure.cpu)
    pressure.memory = Self.later(pressure.memory, counters.pressure.memory)
    pressure.memoryFull = Self.later(pressure.memoryFull, counters.pressure.memoryFull)
    pressure.io = Self.later(pressure.io, counters.pressure.io)
  }

  private static func later(_ before: UInt64?, _ now: UInt64?) -> UInt64? {
    guard let before else { return now }
    return max(before, now ?? before)
  }
}
