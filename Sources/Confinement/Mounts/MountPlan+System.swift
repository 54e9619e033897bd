import LinuxSystem
import ResourceModel

extension MountPlan {
  /// All that is the job's own lies in one file system, which bounds it together: its `/tmp`, its `/run`, its `/dev` and shared memory, and an empty
  /// directory to cover things with. It is out of sight once the own `/tmp` lies over it. (Each file system more would take a launch a
  /// twentieth of a millisecond, and its end another.)
  var base: [MountStep] {
    [
      .mount(
        type: "tmpfs", at: "/tmp", flags: [.noSetID, .noDevices],
        data: "mode=755,size=\(temporarySpace),nr_inodes=\(temporaryFiles)"),
      .makeDirectory("/tmp/tmp", mode: 0o1777), .makeDirectory("/tmp/shm", mode: 0o1777),
      .makeDirectory("/tmp/run"), .makeDirectory("/tmp/dev"), .makeDirectory("/tmp/none", mode: 0o555),
    ]
  }

  /// Empty files take none of the space, but the kernel's memory: they are as many as those of a work directory of that size.
  private var temporaryFiles: UInt64 { WorkSpace.files(in: ByteCount(bytes: temporarySpace)) }

  /// Shows a directory of the base somewhere.
  func own(_ name: String, at place: String) -> [MountStep] {
    [.keep("/tmp/" + name, slot: Self.ownSlot), .place(slot: Self.ownSlot, at: place)]
  }

  /// Behind those of the devices.
  private static let ownSlot = Int32(MountStep.slots - 1 - devices.count)

  /// The devices that programs expect everywhere: none of them leads to the machine.
  private static let devices = ["null", "zero", "full", "random", "urandom", "tty"]

  /// They are the host's own: nobody but its root may make some. Their slots come behind those of the paths.
  static let deviceNodes: [(name: String, slot: Int32)] = devices.enumerated().map {
    ($0.element, Int32(MountStep.slots - 1 - $0.offset))
  }

  /// A `/dev` with those alone, terminals of its own, and shared memory.
  var devices: [MountStep] {
    var steps = own("dev", at: "/dev")
    for (name, slot) in Self.deviceNodes {
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
    ]
    return steps + own("shm", at: "/dev/shm")
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

  /// An empty `/run` for what the job itself starts, with a place for lock files as everywhere.
  var services: [MountStep] {
    let own = runtime.places.flatMap {
      self.own("run", at: $0) + [.makeDirectory($0 + "/lock", mode: 0o1777)]
    }
    return own + runtime.links.map { .link($0.path, to: $0.target) }
  }

  /// Makes a mount of each directory between what is writable and what is hidden in it: one that holds a mount can be renamed, and another one
  /// be made in its place; a mount can't be (EBUSY: rename(2)).
  var pins: [MountStep] {
    let above = hidden.flatMap { path in
      let outermost = writable.map(\.path).filter { path != $0 && path.isBelow($0) }.min {
        $0.utf8.count < $1.utf8.count
      }
      return outermost.map { Self.directories(between: $0, and: path) } ?? []
    }
    // The outer ones first, each once.
    return Set(above).filter { !hides($0) || isShown($0) }.sorted().flatMap { path -> [MountStep] in
      [.keep(path, slot: Self.ownSlot), .place(slot: Self.ownSlot, at: path)]
    }
  }

  private static func directories(between outer: String, and inner: String) -> [String] {
    var path = outer == "/" ? "" : outer
    let parts = inner.utf8.dropFirst(path.utf8.count).split(separator: UInt8(ascii: "/")).dropLast()
    return parts.map { part in
      path += "/" + (String(part) ?? "")
      return path
    }
  }

  /// Whether a path that is named shows it. A whole root shows nothing of what a file system of the job's own lies over.
  func isShown(_ path: String) -> Bool {
    (writable + readable).contains { $0.path != "/" && path.isBelow($0.path) }
  }

  /// Covers what is hidden, where it can be seen in spite of all else: at the very end, and with what is out of sight by then.
  var secrets: [(keeping: MountStep, covering: [MountStep])] {
    let visible = hidden.filter { !hides($0) || isShown($0) }
    return visible.enumerated().map { index, path in
      let slot = Self.ownSlot - 1 - Int32(index)
      return (
        .keep("/tmp/none", slot: slot),
        [.place(slot: slot, at: path), .makeReadOnly(path, recursively: false)]
      )
    }
  }

  /// Every mount of a cgroup file system is covered, at once where they all are where they usually are: no group of the host's can be
  /// seen or written to. With a root of its own the job sees its own group, read-only.
  var groups: [MountStep] {
    let all = mounts.filter { $0.fileSystemType.hasPrefix("cgroup") && !hides($0.mountPoint) }.map(
      \.mountPoint)
    if all.isEmpty { return [] }
    let usual = "/sys/fs/cgroup"
    let places = all.allSatisfy { $0.isBelow(usual) } ? [usual] : all
    return places.flatMap { place -> [MountStep] in
      let cover = own("none", at: place) + [.makeReadOnly(place, recursively: false)]
      guard hasOwnGroups, place == places.first else { return cover }
      // On top of the cover: where cgroup v2 is mounted already the kernel refuses to mount it there once more (EBUSY: mount(2)).
      return cover + [
        .mount(
          type: "cgroup2", at: place, flags: [.readOnly, .noSetID, .noDevices, .noExecution], data: "")
      ]
    }
  }
}
