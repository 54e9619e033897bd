import LinuxSystem
package import ResourceModel

/// Finds out which system call a rule with `kill` ended a job's command for.
package final class KillWatch: Sendable {
  private let log: AuditLog

  /// How long a record may take: the kernel writes it aside.
  private static let patience: Duration = .milliseconds(100)

  /// Nil where no rule kills, or this process may not read the kernel's audit log. To be made before the command is started.
  package init?(_ policy: CallPolicy?) {
    guard let policy, policy.kills else { return nil }
    do {
      log = try AuditLog()
    } catch {
      return nil
    }
  }

  /// The call that a process was killed for; nil if the log does not say.
  package func call(thatEnded pid: Int32) -> String? {
    let deadline = Clock.boottime().advanced(by: Self.patience)
    guard var poller = try? Poller(), (try? poller.add(log.rawValue, token: 0, events: .readable)) != nil
    else {
      return nil
    }
    while true {
      while let record = (try? log.nextFilterRecord()) ?? nil {
        if let kill = KillRecord(parsing: record), kill.pid == pid {
          return FilterCompiler.name(of: kill.call)
        }
      }
      guard Clock.boottime() < deadline else { return nil }
      _ = try? poller.wait(until: deadline)
    }
  }
}

/// What the audit log says of a filter that killed. Source: the kernel's audit_seccomp().
///
///     audit(1795689541.817:40): … pid=9484 comm="sync" exe="/usr/bin/sync" sig=31 arch=c000003e syscall=162 compat=0 …
struct KillRecord {
  let pid: Int32
  let call: FilteredCall

  /// Nil for a record of another form, or of a call that was only logged (no signal). What a process may name itself is in quotes, or in
  /// hexadecimal digits; its words come behind its number, and before those of the call.
  init?(parsing bytes: [UInt8]) {
    let fields = bytes.split(separator: UInt8(ascii: " ")).map { KernelText.string($0) }
    func value(_ name: String, _ find: ((String) -> Bool) -> String?) -> String? {
      find { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
    func first(_ name: String) -> String? { value(name) { test in fields.first(where: test) } }
    func last(_ name: String) -> String? { value(name) { test in fields.last(where: test) } }
    guard let pid = first("pid").flatMap(Int32.init), last("sig").flatMap(Int32.init) ?? 0 != 0,
      let architecture = last("arch").flatMap({ UInt32($0, radix: 16) }),
      let number = last("syscall").flatMap(Int32.init)
    else { return nil }
    self.pid = pid
    call = FilteredCall(number: UInt32(bitPattern: number), architecture: architecture)
  }
}
