import ResourceModel
import Glibc
import SystemPackage

/// The machine that this process runs on.
package enum Host {
  /// Memory of the whole machine, from `/proc/meminfo`.
  package struct Memory: Sendable, Hashable {
    /// In bytes.
    package let total: UInt64
    /// In bytes; what could be used without swapping. Nil before Linux 3.14.
    package let available: UInt64?

    /// `MemTotal:  24689376 kB`; nil if that line is missing.
    package init?(bytes: [UInt8]) {
      guard let total = ProcessFiles.kibibytes("MemTotal", in: bytes) else { return nil }
      self.total = total
      self.available = ProcessFiles.kibibytes("MemAvailable", in: bytes)
    }
  }

  package static func memory() throws(SystemError) -> Memory {
    let path = "/proc/meminfo"
    guard let memory = Memory(bytes: try SmallFile.read(path)) else {
      throw SystemError("understand", path: path, code: .malformed)
    }
    return memory
  }

  /// Another one after each start of the machine.
  package static func bootID() throws(SystemError) -> String {
    line(try SmallFile.read("/proc/sys/kernel/random/boot_id"))
  }

  /// `6.1.0-44-amd64`.
  package static func kernelRelease() throws(SystemError) -> String {
    line(try SmallFile.read("/proc/sys/kernel/osrelease"))
  }

  /// How many CPUs this machine could ever have: as many copies the kernel keeps of what each CPU has its own of.
  package static func possibleCPUs() throws(SystemError) -> Int {
    let path = "/sys/devices/system/cpu/possible"
    guard let set = try? CPUSet(parsing: line(try SmallFile.read(path))), !set.members.isEmpty else {
      throw SystemError("understand", path: path, code: .malformed)
    }
    return set.members.count
  }

  package static func name() throws(SystemError) -> String {
    line(try SmallFile.read("/proc/sys/kernel/hostname"))
  }

  /// The file that this process executes. ` (deleted)` is appended by the kernel if it was removed or replaced.
  package static func ownExecutable() throws(SystemError) -> String {
    try RealPath.link("/proc/self/exe")
  }

  private static func line(_ bytes: [UInt8]) -> String {
    KernelText.string(bytes.prefix { $0 != KernelText.newline })
  }
}
