extension ProcessTree {
  /// Descendants from the lists of children that the kernel keeps: this costs what the tree is large, where a scan costs what
  /// the machine is. Zombies included; nil where the kernel keeps no such lists.
  ///
  /// A list that is read while children end may lack others: see `/proc/PID/task/TID/children` in proc(5). So it is good
  /// enough for reading counters again and again, and nothing to kill by. Needs CONFIG_PROC_CHILDREN.
  package static func listedDescendants(of pid: Int32) -> [ProcessStat]? {
    guard let first = children(of: pid, isSingleThreaded: false) else { return nil }
    var found: [ProcessStat] = []
    var seen: Set<Int32> = [pid]
    var queue = first
    while let next = queue.popLast() {
      guard seen.insert(next).inserted, let process = try? ProcessStat.read(pid: next) else { continue }
      found.append(process)
      queue += children(of: next, isSingleThreaded: process.threads <= 1) ?? []
    }
    return found
  }

  /// Each thread has its own list.
  private static func children(of pid: Int32, isSingleThreaded: Bool) -> [Int32]? {
    if isSingleThreaded { return list("/proc/\(pid)/task/\(pid)/children") }
    guard let tasks = try? Descriptor.open("/proc/\(pid)/task", [.readOnly, .directory]).entries() else {
      return nil
    }
    let lists = tasks.compactMap { list("/proc/\(pid)/task/\($0.name)/children") }
    return lists.isEmpty ? nil : lists.flatMap { $0 }
  }

  /// Numbers with a space behind each.
  private static func list(_ path: String) -> [Int32]? {
    guard let bytes = try? SmallFile.read(path) else { return nil }
    return KernelText.words(bytes[...]).compactMap { KernelText.decimal($0).flatMap(Int32.init(exactly:)) }
  }
}
