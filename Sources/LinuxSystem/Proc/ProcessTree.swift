import Glibc
import SystemPackage

/// Who descends from whom, from a scan of `/proc`: for hosts on which no group says it.
package enum ProcessTree {
  /// All processes as they are now, read one after the other: a fork meanwhile may be missed. Those that end meanwhile
  /// are left out.
  package static func all() throws(SystemError) -> [ProcessStat] {
    let proc = try Descriptor.open("/proc", [.readOnly, .directory])
    var found: [ProcessStat] = []
    for entry in try proc.entries() {
      guard let pid = KernelText.decimal(entry.name).flatMap(Int32.init(exactly:)) else { continue }
      do throws(SystemError) {
        found.append(try ProcessStat.read(pid: pid))
      } catch  where error.code == .notFound || error.code == .permission {
        continue
      }
    }
    return found
  }

  /// Children, grandchildren and so on of a process, nearest first, without itself; zombies included.
  ///
  /// A daemon whose parents have ended is only found below a subreaper, which it becomes a child of.
  package static func descendants(of pid: Int32) throws(SystemError) -> [ProcessStat] {
    descendants(of: pid, among: try all())
  }

  /// The same, of a list.
  package static func descendants(of pid: Int32, among processes: [ProcessStat]) -> [ProcessStat] {
    let children = Dictionary(grouping: processes, by: \.parentPID)
    var found: [ProcessStat] = []
    var seen: Set<Int32> = [pid]
    var level = children[pid] ?? []
    // The list isn't of one moment: numbers used twice could make it a circle.
    while !level.isEmpty {
      let new = level.filter { seen.insert($0.pid).inserted }
      found += new
      level = new.flatMap { children[$0.pid] ?? [] }
    }
    return found
  }

  /// Processes of `user` whose environment contains `marker` (`NAME=value`), without this one. Those that can't be looked
  /// into are left out.
  package static func marked(_ marker: String, user: UInt32) throws(SystemError) -> [Int32] {
    let proc = try Descriptor.open("/proc", [.readOnly, .directory])
    let wanted = Array(marker.utf8)
    return try proc.entries().compactMap { entry -> Int32? in
      guard let pid = KernelText.decimal(entry.name).flatMap(Int32.init(exactly:)), pid != getpid(),
        let owner = try? proc.status(of: entry.name).owner, owner == user,
        let environment = try? SmallFile.read("/proc/\(pid)/environ")
      else { return nil }
      return environment.split(separator: 0).contains { $0.elementsEqual(wanted) } ? pid : nil
    }
  }

  /// The value of a variable in the environment that a process was started with; nil if it has none, or may not be read.
  package static func environment(_ name: String, of pid: Int32) -> String? {
    guard let environment = try? SmallFile.read("/proc/\(pid)/environ") else { return nil }
    let prefix = Array((name + "=").utf8)
    return environment.split(separator: 0).first { $0.starts(with: prefix) }
      .map { String(decoding: $0.dropFirst(prefix.count), as: UTF8.self) }
  }
}
