import CgroupV2
import ResourceModel

/// Who measures each meter, by what the host offers.
enum Metering {
  /// In a group with these controllers. CPU time and pressure need none, but a kernel can be without pressure. The network is in it
  /// where somebody wants it counted.
  static func inGroup(_ controllers: Set<Controller>, hasPressure: Bool) -> [Feature: Mechanism] {
    [
      .cpu: .kernel,
      .memory: controllers.contains(.memory) ? .kernel : .polled,
      .storage: controllers.contains(.io) ? .kernel : .polled,
      .processes: controllers.contains(.pids) ? .kernel : .polled,
      .pressure: hasPressure ? .kernel : .unavailable,
    ]
  }

  /// Without a group everything is read from `/proc`, where it stands there.
  /// - Parameter wanted: what somebody asked for that does not.
  static func inTree(wanted: [Feature]) -> [Feature: Mechanism] {
    var metering: [Feature: Mechanism] = [
      .cpu: .polled, .memory: .polled, .storage: .polled, .processes: .polled, .pressure: .unavailable,
    ]
    for feature in wanted { metering[feature] = .unavailable }
    return metering
  }

  /// The part of `metering` that a price book puts a price on.
  static func priced(_ prices: PriceBook, _ metering: [Feature: Mechanism]) -> [Feature: Mechanism] {
    let features = Set(prices.rates.keys.compactMap(Feature.init(measuring:)))
    return metering.filter { features.contains($0.key) }
  }
}

extension Feature {
  /// The feature that measures a meter; nil for one that no host measures by itself.
  init?(measuring meter: Meter) {
    switch meter {
    case .cpu: self = .cpu
    case .memory: self = .memory
    case .storageRead, .storageWritten, .storageReadOperations, .storageWriteOperations: self = .storage
    case .networkReceived, .networkSent, .loopbackReceived, .loopbackSent: self = .network
    case .processes: self = .processes
    case .pressure: self = .pressure
    case .apiRequests: return nil
    }
  }
}
