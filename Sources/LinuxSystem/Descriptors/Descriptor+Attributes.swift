import CLinuxSystem
import Glibc
import SystemPackage

/// Locks and extended attributes: how a supervisor marks a group as its own.
extension Descriptor {
  /// Takes an exclusive flock(2) on the open file without waiting. Returns false if another open file holds it.
  ///
  /// The lock lasts until the last duplicate of this descriptor is closed, or the process is dead.
  package func lockExclusively() throws(SystemError) -> Bool {
    let number = rawValue
    do {
      _ = try checked("lock") { flock(number, LOCK_EX | LOCK_NB) }
      return true
    } catch  where error.underlying == .wouldBlock {
      return false
    }
  }

  /// Sets an extended attribute, and returns the name used: `user.NAME`, else `trusted.NAME` (which needs
  /// CAP_SYS_ADMIN, and is all that some kernels' cgroup file system takes).
  package func setAttribute(_ name: String, _ value: [UInt8]) throws(SystemError) -> String {
    let number = rawValue
    var refusal: SystemError?
    for space in Self.attributeSpaces {
      do {
        try shim("set the attribute \(space + name)") {
          value.withUnsafeBytes { rmrun_set_attribute(number, space + name, $0.baseAddress, $0.count) }
        }
        return space + name
      } catch {
        // The first refusal is the one that a user can mend: nobody grants CAP_SYS_ADMIN for a tag.
        if refusal == nil { refusal = error }
      }
    }
    throw refusal ?? SystemError("set the attribute \(name)", code: .unsupported)
  }

  /// Reads what `setAttribute` wrote; nil if there is none, or the file system has no attributes.
  package func attribute(_ name: String) throws(SystemError) -> [UInt8]? {
    let number = rawValue
    for space in Self.attributeSpaces {
      var value = [UInt8](repeating: 0, count: 4096)
      do {
        let count = try shim("read the attribute \(space + name)") {
          value.withUnsafeMutableBytes { rmrun_get_attribute(number, space + name, $0.baseAddress, $0.count) }
        }
        return Array(value.prefix(Int(count)))
      } catch  where error.underlying == .noData || error.code == .unsupported || error.code == .permission {
        continue
      }
    }
    return nil
  }

  private static var attributeSpaces: [String] { ["user.", "trusted."] }
}
