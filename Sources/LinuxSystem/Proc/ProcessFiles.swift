import ResourceModel
import Glibc
import SystemPackage

/// The files below `/proc/PID` that a polled meter needs. Those of a process that is gone throw `.notFound`.
package enum ProcessFiles {
  /// The resident set in bytes, from `statm`: cheap, and counts shared pages in each process.
  package static func residentBytes(pid: Int32) throws(SystemError) -> UInt64 {
    let path = "/proc/\(pid)/statm"
    return try understood(path, residentBytes(inStatm: try read(path)))
  }

  /// The proportional set size in bytes, from `smaps_rollup`: shared pages divided among their users. It walks the page
  /// tables, about 8 ms per GiB.
  package static func proportionalBytes(pid: Int32) throws(SystemError) -> UInt64 {
    let path = "/proc/\(pid)/smaps_rollup"
    return try understood(path, kibibytes("Pss", in: try read(path)))
  }

  /// What the process and the children that it waited for read and wrote, from `io`.
  package static func storage(pid: Int32) throws(SystemError) -> ProcessStorage {
    let path = "/proc/\(pid)/io"
    return try understood(path, ProcessStorage(bytes: try read(path)))
  }

  /// The cgroup v2 path of a process, from `cgroup`; nil where it has none.
  package static func cgroup(pid: Int32) throws(SystemError) -> CgroupPath? {
    CgroupPath(bytes: try read("/proc/\(pid)/cgroup"))
  }

  /// The cgroup v2 path of this process.
  package static func ownCgroup() throws(SystemError) -> CgroupPath? {
    CgroupPath(bytes: try read("/proc/self/cgroup"))
  }

  /// `statm`: `size resident shared text lib data dt`, in pages.
  package static func residentBytes(inStatm bytes: [UInt8]) -> UInt64? {
    let fields = KernelText.words(bytes[...])
    guard fields.count >= 2, let pages = KernelText.decimal(fields[1]) else { return nil }
    let (product, overflow) = pages.multipliedReportingOverflow(by: UInt64(getpagesize()))
    return overflow ? nil : product
  }

  /// A line `Key:      1234 kB`, in bytes.
  package static func kibibytes(_ key: String, in bytes: [UInt8]) -> UInt64? {
    guard let value = KernelText.value(of: key, in: bytes) else { return nil }
    let (product, overflow) = value.multipliedReportingOverflow(by: 1024)
    return overflow ? nil : product
  }

  /// A process that ends between open and read gives ESRCH: gone as well.
  static func read(_ path: String) throws(SystemError) -> [UInt8] { try SmallFile.read(path) }

  private static func understood<Value>(_ path: String, _ value: Value?) throws(SystemError) -> Value {
    guard let value else { throw SystemError("understand", path: path, code: .malformed) }
    return value
  }
}

/// `/proc/PID/io`: bytes that a process moved to and from storage. Source: proc(5).
///
///     rchar: 323934931
///     wchar: 323929600
///     syscr: 632687
///     syscw: 632675
///     read_bytes: 0
///     write_bytes: 323932160
///     cancelled_write_bytes: 0
package struct ProcessStorage: Sendable, Hashable {
  /// Fetched from storage.
  package let readBytes: UInt64
  /// Sent towards storage, less what was truncated before it got there.
  package let writtenBytes: UInt64
  /// Calls of read(2) and write(2) and the like, of any file: no count of device operations.
  package let readCalls: UInt64
  package let writeCalls: UInt64

  /// Nil if it isn't in the documented form.
  package init?(bytes: [UInt8]) {
    guard let read = KernelText.value(of: "read_bytes", in: bytes),
      let written = KernelText.value(of: "write_bytes", in: bytes),
      let cancelled = KernelText.value(of: "cancelled_write_bytes", in: bytes),
      let readCalls = KernelText.value(of: "syscr", in: bytes),
      let writeCalls = KernelText.value(of: "syscw", in: bytes)
    else { return nil }
    self.readBytes = read
    self.writtenBytes = written > cancelled ? written - cancelled : 0
    self.readCalls = readCalls
    self.writeCalls = writeCalls
  }
}
