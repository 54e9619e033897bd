import LinuxSystem

/// Bytes moved to and from devices where no io controller counts them: `/proc/PID/io` of the living, plus what the dead
/// left behind.
///
/// A parent's file already contains what its reaped children moved, and a zombie's is still readable. So the job's total is
/// that of the processes alive plus that of those which this process itself reaps: the command, and the orphans that come
/// to it as their subreaper. Children of a parent that ignores SIGCHLD are reaped by nobody and are lost.
struct PolledStorage {
  private var ended: (read: UInt64, written: UInt64) = (0, 0)
  /// Bytes read so far; nil before anything could be read.
  private(set) var read: UInt64?
  /// Bytes written so far; nil before anything could be read.
  private(set) var written: UInt64?

  mutating func sample(_ processes: [Int32]) {
    var total = ended
    var any = false
    for pid in processes {
      guard let traffic = try? ProcessFiles.storage(pid: pid) else { continue }
      total.read &+= traffic.readBytes
      total.written &+= traffic.writtenBytes
      any = true
    }
    guard any || read != nil else { return }
    read = max(read ?? 0, total.read)
    written = max(written ?? 0, total.written)
  }

  mutating func noteEnding(of pid: Int32) {
    guard let traffic = try? ProcessFiles.storage(pid: pid) else { return }
    ended.read &+= traffic.readBytes
    ended.written &+= traffic.writtenBytes
    read = max(read ?? 0, ended.read)
    written = max(written ?? 0, ended.written)
  }
}
