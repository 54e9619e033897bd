import CLinuxSystem
import SystemPackage

/// The kernel's audit log, from the moment at which this is made: what a filter killed a process for is told nowhere else.
///
/// Whoever has CAP_AUDIT_READ in the first namespaces may listen beside the audit daemon. Source: audit(8), AUDIT_NLGRP_READLOG.
package final class AuditLog: Sendable {
  private let socket: Descriptor

  /// Throws where the kernel keeps none (`audit=0`), or this process may not read it.
  package init() throws(SystemError) {
    socket = Descriptor(owning: try shim("listen to the audit log") { rmrun_open_audit() })
  }

  /// For a `Poller`.
  package var rawValue: Int32 { socket.rawValue }

  /// The text of the next record about a filter; nil if none has come.
  ///
  ///     audit(1795689541.817:40): auid=… pid=9484 comm="sync" … sig=31 arch=c000003e syscall=162 …
  package func nextFilterRecord() throws(SystemError) -> [UInt8]? {
    let number = socket.rawValue
    var text = [UInt8](repeating: 0, count: 4096)
    let count = text.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { buffer in
        buffer.baseAddress.map { rmrun_next_filter_record(number, $0, Int32(buffer.count)) } ?? 0
      }
    }
    if count == -Errno.wouldBlock.rawValue { return nil }
    guard count >= 0 else { throw SystemError("read the audit log", errno: Errno(rawValue: -count)) }
    return Array(text.prefix(Int(count)))
  }
}
