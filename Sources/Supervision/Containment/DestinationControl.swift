import CgroupPrograms
import LinuxSystem
import NameResolution
import ResourceModel
import Synchronization

/// Holds a job to the destinations that are listed for it: the kernel's programs refuse all others, and a name server of the job's own
/// lets the addresses of listed names through.
final class DestinationControl: Sendable {
  private let limit: DestinationLimit
  private let names: NameServer?
  private let trouble: Trouble

  /// What went wrong, the first of each kind.
  private final class Trouble: Sendable {
    private let sentences = Mutex<[Kind: String]>([:])

    enum Kind: Hashable, CaseIterable {
      case resolving
      case allowing
    }

    func note(_ kind: Kind, _ sentence: String) {
      sentences.withLock { $0[kind] = $0[kind] ?? "network.domains: \(sentence)" }
    }

    var all: [String] { sentences.withLock { found in Kind.allCases.compactMap { found[$0] } } }
  }

  /// What is not as it should be by now, a sentence each.
  var degradations: [String] { trouble.all }

  /// Begins to load what refuses destinations, and to start the name server; nothing is refused yet.
  static func load(_ rules: DestinationRules) -> Result<ProgramLoading<DestinationControl>, SystemError> {
    ProgramLoading.start { () throws(SystemError) in try DestinationControl(rules) }
  }

  private init(_ rules: DestinationRules) throws(SystemError) {
    let limit = try DestinationLimit(rules)
    self.limit = limit
    let trouble = Trouble()
    self.trouble = trouble
    do throws(SystemError) {
      let names = try NameServer.start(
        rules: rules, upstreams: try .ofHost(),
        failed: { error in
          trouble.note(.resolving, "no further name is resolved for the job: \(error)")
          // Somebody else may have the ports next.
          try? limit.ask(DestinationLimit.NameServerPorts())
        },
        allow: { (address, port, life) throws(SystemError) in
          do throws(SystemError) {
            try limit.allow(address, port: port, for: life)
          } catch {
            trouble.note(.allowing, "an address that a name led to could not be let through: \(error)")
            throw error
          }
        })
      try limit.ask(
        DestinationLimit.NameServerPorts(
          udp4: names.ipv4.datagram, tcp4: names.ipv4.stream, udp6: names.ipv6?.datagram,
          tcp6: names.ipv6?.stream))
      self.names = names
    } catch {
      // Nothing is reached that should not be.
      names = nil
      trouble.note(.resolving, "no name is resolved for the job: \(error)")
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
