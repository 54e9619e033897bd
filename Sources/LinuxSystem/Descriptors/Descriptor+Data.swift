import Glibc
import SystemPackage

extension Descriptor {
  /// Reads from the current position to the end of the file, at most `limit` bytes.
  ///
  /// The limit is there because what a job can write may be endless; beyond it the rest is left unread.
  package func readAll(limit: Int = 64 << 20, path: String? = nil) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var room = 4096
    while bytes.count < limit {
      let part = try readOnce(upTo: min(room, limit - bytes.count), path: path)
      if part.isEmpty { break }
      bytes += part
      room = min(room * 2, 1 << 20)
    }
    return bytes
  }

  /// Reads what one read(2) gives, at most `count` bytes; empty at the end of the file.
  package func readOnce(upTo count: Int, path: String? = nil) throws(SystemError) -> [UInt8] {
    let number = rawValue
    return try filledArray(capacity: count, path: path) { read(number, $0, $1) }
  }

  /// Reads what one pread(2) at `offset` gives, at most `count` bytes; empty at the end of the file.
  package func readOnce(
    upTo count: Int, at offset: Int64, path: String? = nil
  ) throws(SystemError) -> [UInt8] {
    let number = rawValue
    return try filledArray(capacity: count, path: path) { pread(number, $0, $1, Int(offset)) }
  }

  /// Writes all bytes, in as many calls as it takes.
  package func writeAll(_ bytes: some Collection<UInt8>, path: String? = nil) throws(SystemError) {
    try Self.writeAll(Array(bytes), to: rawValue, path: path)
  }

  /// Waits until what was written is on the disk: fdatasync(2).
  package func flushData() throws(SystemError) {
    let number = rawValue
    _ = try checked("flush") { fdatasync(number) }
  }

  /// Waits until the names in this directory are on the disk: fsync(2).
  package func flushEntries() throws(SystemError) {
    let number = rawValue
    _ = try checked("flush a directory") { fsync(number) }
  }

  static func writeAll(_ bytes: [UInt8], to number: Int32, path: String?) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      let start = done
      let count = try checkedCount("write to", path: path) {
        bytes.withUnsafeBytes { buffer in
          write(number, UnsafeRawBufferPointer(rebasing: buffer[start...]).baseAddress, buffer.count - start)
        }
      }
      // write(2) may return 0 only for a count of 0; a file system that does otherwise would make this loop endless.
      guard count > 0 else { throw SystemError("write to", path: path, errno: .ioError) }
      done += count
    }
  }

  private func filledArray(
    capacity: Int, path: String?, _ fill: (UnsafeMutableRawPointer?, Int) -> Int
  ) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      do throws(SystemError) {
        count = try checkedCount("read", path: path) {
          fill(UnsafeMutableRawPointer(buffer.baseAddress), buffer.count)
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
