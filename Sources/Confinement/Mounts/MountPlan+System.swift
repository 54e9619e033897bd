import LinuxSystem

extension MountPlan {
  /// The devices that programs expect everywhere: none of them leads to the machine.
  private static let devices = ["null", "zero", "full", "random", "urandom", "tty"]

  /// They are the host's own: nobody but its root may make some. Their slots come behind those of the paths.
  var deviceNodes: [(name: String, slot: Int32)] {
    Self.devices.enumerated().map { ($0.element, Int32(MountStep.slots - 1 - $0.offset)) }
  }

  /// A `/dev` with those alone, terminals of its own, and shared memory.
  var devices: [MountStep] {
    var steps: [MountStep] = [
      .mount(type: "tmpfs", at: "/dev", flags: [.noSetID], data: "mode=755,size=64k")
    ]
    for (name, slot) in deviceNodes {
      steps += [.makeFile("/dev/" + name), .place(slot: slot, at: "/dev/" + name)]
    }
    let links = [
      ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
      ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx"),
    ]
    steps += links.map { .link("/dev/" + $0.0, to: $0.1) }
    steps += [
      .makeDirectory("/dev/pts"), .makeDirectory("/dev/shm"),
      .mount(
        type: "devpts", at: "/dev/pts", flags: [.noSetID, .noExecution],
        data: "newinstance,ptmxmode=0666,mode=620"),
      .makeReadOnly("/dev", recursively: false),
      .mount(
        type: "tmpfs", at: "/dev/shm", flags: [.noSetID, .noDevices],
        data: "mode=1777,size=\(temporarySpace)"),
    ]
    return steps
  }

  /// Where `/proc` changes the machine rather than the process: whoever is user 0 may write there, whatever capabilities it has.
  private static let sealed = ["/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus", "/proc/fs"]

  /// A `/proc` of the job's own processes. Without those the host's stays, read-only as a whole.
  var processes: [MountStep] {
    guard hasOwnProcesses else { return [] }
    let own: MountStep = .mount(
      type: "proc", at: "/proc", flags: [.noSetID, .noDevices, .noExecution], data: "")
    return [own] + Self.sealed.filter { (try? FileStatus.of($0)) != nil }.map { .seal($0) }
  }

  /// Every mount of a cgroup file system is covered, by what lies around it where that holds nothing else: no group of the host's can
  /// be seen or written to. With a root of its own the job sees its own group, read-only.
  var groups: [MountStep] {
    let all = mounts.filter { $0.fileSystemType.hasPrefix("cgroup") }.map(\.mountPoint)
    guard let first = all.first else { return [] }
    let common = all.dropFirst().reduce(first) { Self.common($0, $1) }
    let places = common.isBelow("/sys/fs/cgroup") ? [common] : all
    return places.flatMap { place -> [MountStep] in
      let cover: MountStep = .mount(
        type: "tmpfs", at: place, flags: [.readOnly, .noSetID, .noDevices], data: "mode=755,size=4k")
      guard hasOwnGroups, place == places.first else { return [cover] }
      return [
        .mount(
          type: "cgroup2", at: place, flags: [.readOnly, .noSetID, .noDevices, .noExecution], data: "")
      ]
    }
  }

  /// The longest path that both lie below.
  private static func common(_ one: String, _ other: String) -> String {
    let parts = zip(one.split(separator: "/"), other.split(separator: "/")).prefix { $0.0 == $0.1 }
    return "/" + parts.map { String($0.0) }.joined(separator: "/")
  }
}
