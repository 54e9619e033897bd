import CgroupPrograms
import LinuxSystem
import NameResolution
import ResourceModel

/// Holds a job to the destinations that are listed for it: the kernel's programs refuse all others, and a name server of the job's own
/// lets the addresses of listed names through.
final class DestinationControl {
  private let limit: DestinationLimit
  private let names: NameServer?
  /// Why names are not resolved for the job; nil where they are.
  let degradation: String?

  /// Loads what refuses destinations, and starts the name server; nothing is refused yet.
  static func load(_ rules: DestinationRules) -> Result<DestinationControl, SystemError> {
    do throws(SystemError) {
      return .success(try DestinationControl(rules))
    } catch {
      return .failure(error)
    }
  }

  private init(_ rules: DestinationRules) throws(SystemError) {
    let limit = try DestinationLimit(rules)
    self.limit = limit
    do throws(SystemError) {
      let names = try NameServer.start(rules: rules, upstreams: try .ofHost()) {
        (address, port, life) throws(SystemError) in try limit.allow(address, port: port, for: life)
      }
      try limit.ask(
        DestinationLimit.NameServerPorts(
          udp4: names.ipv4.datagram, tcp4: names.ipv4.stream, udp6: names.ipv6?.datagram,
          tcp6: names.ipv6?.stream))
      self.names = names
      degradation = nil
    } catch {
      // Nothing is reached that should not be.
      names = nil
      degradation = "network.domains: no name is resolved for the job: \(error)"
    }
  }

  /// Has a group, and all below, held to them.
  func attach(to group: borrowing Descriptor) throws(SystemError) { try limit.attach(to: group) }

  /// What was refused so far; nil if the kernel can't be asked.
  func refusals() -> NetworkRefusals? {
    guard let refusals = try? limit.refusals() else { return nil }
    guard let names = names?.refusals() else { return refusals }
    return refusals.adding(
      names: names.entries.map { NetworkRefusals.Name(name: $0.name, count: $0.count) },
      otherNames: names.others)
  }

  /// Resolves no more names.
  func stop() { names?.stop() }
}
