import Glibc
import ResourceModel
import TestSupport
import Testing

@testable import LinuxSystem

/// A shell command under a confinement.
private func confined(_ script: String, _ change: (inout ProcessConfinement) -> Void = { _ in })
  -> SpawnRequest
{
  var made = request("/bin/sh", "-c", script)
  var confinement = ProcessConfinement()
  change(&confinement)
  made.confinement = confinement
  return made
}

private func output(_ script: String, _ change: (inout ProcessConfinement) -> Void = { _ in }) throws
  -> String
{
  let (end, output) = try run(confined(script, change))
  #expect(end.outcome == .exited(0))
  return output
}

private let isRoot = OwnProcess.effectiveUser == 0

@Suite("A confined command", .timeLimit(.minutes(15)))
struct ConfinedSpawnTests {
  private func status(_ key: String, _ change: (inout ProcessConfinement) -> Void) throws -> String {
    let text = try output("cat /proc/self/status", change)
    let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
    return try #require(line).dropFirst(key.count + 1).trimmed
  }

  @Test func withoutOneItMayGainPrivileges() throws {
    let (_, text) = try run(request("/bin/cat", "/proc/self/status"))
    #expect(text.contains("NoNewPrivs:\t0"))
    #expect(text.contains("Seccomp:\t0"))
  }

  @Test func itGainsNoPrivileges() throws {
    #expect(try status("NoNewPrivs") { $0.noNewPrivileges = true } == "1")
  }

  @Test(.enabled(if: isRoot, "needs root, whose capabilities can be dropped"))
  func itHasNoCapabilities() throws {
    for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
      #expect(try status(set) { $0.keptCapabilities = 0 } == "0000000000000000", "\(set)")
    }
  }

  @Test(.enabled(if: isRoot, "needs root, whose capabilities can be kept"))
  func itKeepsTheOnesThatAreNamedAsAnotherUserToo() throws {
    // CAP_NET_BIND_SERVICE is 10.
    for user in [nil, 12345] as [UInt32?] {
      for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
        let kept = try status(set) {
          $0.keptCapabilities = 1 << 10
          $0.user = user
          $0.group = user
        }
        #expect(kept == "0000000000000400", "\(set)")
      }
    }
  }

  @Test(.enabled(if: isRoot, "needs root, whose capabilities can be kept"))
  func whatIsKeptIsLostWithTheUserAsEver() throws {
    let script = "setpriv --reuid=12345 cat /proc/self/status"
    // CAP_CHOWN and CAP_SETUID.
    let text = try output(script) { $0.keptCapabilities = 1 | 1 << 7 }
    #expect(text.contains("CapEff:\t0000000000000000"))
    #expect(text.contains("CapPrm:\t0000000000000000"))
  }

  @Test(.enabled(if: isRoot, "needs root, who can become another user"))
  func itIsAnotherUserInThatUsersGroups() throws {
    let identity = try output("id -u; id -g; id -G") {
      $0.user = 12345
      $0.group = 23456
      $0.groups = [23456, 34567]
    }
    #expect(identity == "12345\n23456\n23456 34567\n")
    #expect(prctl_dumpable() == 1)
  }

  @Test func onlyDescriptorsThatAreNamedArePassedOn() throws {
    let kept = open("/dev/null", O_RDONLY)
    let other = open("/dev/null", O_RDONLY)
    defer {
      close(kept)
      close(other)
    }
    let list = try output("ls /proc/self/fd") { $0.keptDescriptors = [kept] }.split(separator: "\n")
    #expect(list.contains("\(kept)"))
    #expect(!list.contains("\(other)"))
  }

  @Test func aDescriptorOfTheSupervisorsIsNot() throws {
    let own = try Descriptor.open("/dev/null", [.readOnly])
    #expect(throws: SpawnError.self) {
      _ = try Spawner.spawn(confined("true") { $0.keptDescriptors = [own.rawValue] })
    }
  }

  @Test func withoutARightItIsRefusedAndNothingIsLeft() throws {
    // A capability that nobody has.
    let request = confined("true") { $0.keptCapabilities = 1 << 63 }
    do {
      _ = try Spawner.spawn(request)
      Issue.record("it was started")
    } catch {
      #expect(error.stage == .identity && error.isConfinement)
    }
  }

  /// This process's memory stays as readable as it was, whoever the child became.
  private func prctl_dumpable() -> Int32 { access("/proc/self/mem", R_OK) == 0 ? 1 : 0 }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    String(drop { $0 == "\t" || $0 == " " })
  }
}
