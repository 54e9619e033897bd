import LinuxSystem
import Testing

@testable import Confinement

@Suite("What a job sees of the files")
struct MountPlanTests {
  private func plan(
    writable: [String] = [], readable: [String] = [], files: Set<String> = [], mounts: String = "",
    hasOwnProcesses: Bool = true, hasOwnGroups: Bool = false
  ) -> MountPlan {
    var plan = MountPlan(
      temporarySpace: 1 << 20, hasOwnProcesses: hasOwnProcesses, hasOwnGroups: hasOwnGroups,
      mounts: MountInfo.parse(Array(mounts.utf8)))
    plan.writable = writable.map { .init(path: $0, isDirectory: !files.contains($0)) }
    plan.readable = readable.map { .init(path: $0, isDirectory: !files.contains($0)) }
    return plan
  }

  private func index(of step: MountStep, in steps: [MountStep]) throws -> Int {
    try #require(steps.firstIndex(of: step), "\(step)")
  }

  /// Where a directory of the job's own is shown.
  private func placing(_ name: String, at place: String, in steps: [MountStep]) throws -> Int {
    try #require(
      steps.indices.dropLast().first { index in
        guard case .keep("/tmp/" + name, let slot) = steps[index] else { return false }
        return steps[index + 1] == .place(slot: slot, at: place)
      })
  }

  @Test func whatIsItsOwnIsBoundedTogether() {
    let file = plan().steps.filter { if case .mount("tmpfs", _, _, _) = $0 { true } else { false } }
    #expect(
      file == [
        .mount(
          type: "tmpfs", at: "/tmp", flags: [.noSetID, .noDevices],
          data: "mode=755,size=1048576,nr_inodes=4096")
      ])
  }

  @Test func nothingIsDoneBeforeTheMountsAreItsOwn() {
    #expect(plan().steps.first == .makePrivate("/"))
  }

  @Test func whatIsWritableIsTakenAsideBeforeTheRestIsReadOnly() throws {
    let steps = plan(writable: ["/work"]).steps
    let keep = try index(of: .keep("/work", slot: 0), in: steps)
    let seal = try index(of: .makeReadOnly("/", recursively: true), in: steps)
    let place = try index(of: .place(slot: 0, at: "/work"), in: steps)
    #expect(keep < seal && seal < place)
  }

  @Test func devicesAreTakenOverReadOnly() throws {
    let steps = plan().steps
    let seal = try index(of: .makeReadOnly("/", recursively: true), in: steps)
    #expect(
      seal < (try #require(steps.firstIndex { if case .keep("/dev/null", _) = $0 { true } else { false } })))
  }

  @Test func aWholeWritableRootIsNotSealed() {
    #expect(!plan(writable: ["/"]).steps.contains(.makeReadOnly("/", recursively: true)))
  }

  @Test func placesBelowTheOwnTmpAreMade() throws {
    let steps = plan(writable: ["/tmp/a/b"], readable: ["/tmp/c"], files: ["/tmp/c"]).steps
    let tmp = try placing("tmp", at: "/tmp", in: steps)
    let a = try index(of: .makeDirectory("/tmp/a"), in: steps)
    let b = try index(of: .makeDirectory("/tmp/a/b"), in: steps)
    let placed = try index(of: .place(slot: 0, at: "/tmp/a/b"), in: steps)
    #expect(tmp < a && a < b && b < placed)
    let file = try index(of: .makeFile("/tmp/c"), in: steps)
    let shown = try index(of: .place(slot: 1, at: "/tmp/c"), in: steps)
    let sealed = try index(of: .makeReadOnly("/tmp/c", recursively: true), in: steps)
    #expect(file < shown && shown < sealed)
  }

  @Test func anOuterPathComesBeforeAnInnerOne() throws {
    let steps = plan(writable: ["/w/inner"], readable: ["/w"]).steps
    #expect(
      try index(of: .place(slot: 1, at: "/w"), in: steps)
        < index(of: .place(slot: 0, at: "/w/inner"), in: steps))
  }

  @Test func aTmpThatIsWritableIsTheHosts() {
    let steps = plan(writable: ["/tmp"]).steps
    #expect(!steps.contains { if case .keep("/tmp/tmp", _) = $0 { true } else { false } })
    #expect(steps.contains(.place(slot: 0, at: "/tmp")))
  }

  private static let hybrid = """
    30 29 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw
    31 30 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
    32 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw

    """

  private func covered(_ steps: [MountStep]) -> [String] {
    steps.indices.dropLast(2).compactMap { index in
      guard case .keep("/tmp/none", let slot) = steps[index], case .place(slot, let place) = steps[index + 1],
        steps[index + 2] == .makeReadOnly(place, recursively: false)
      else { return nil }
      return place
    }
  }

  @Test func allGroupsAreCoveredAtOnceWhereTheyLieTogether() {
    #expect(covered(plan(mounts: Self.hybrid).steps) == ["/sys/fs/cgroup"])
  }

  @Test func aMountElsewhereIsCoveredByItself() {
    let mounts = Self.hybrid + "33 29 0:29 / /mnt/groups rw - cgroup2 cgroup2 rw\n"
    #expect(
      covered(plan(mounts: mounts).steps) == ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/unified", "/mnt/groups"])
  }

  @Test func theOwnGroupsAreSeenReadOnly() {
    let steps = plan(mounts: Self.hybrid, hasOwnGroups: true).steps
    #expect(
      steps.contains {
        if case .mount("cgroup2", "/sys/fs/cgroup", let flags, _) = $0 {
          flags.contains(.readOnly)
        } else {
          false
        }
      })
  }

  @Test func theOwnGroupsAreMountedOnACoverWhereTheHostsAreMounted() throws {
    let steps = plan(
      mounts: "30 29 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", hasOwnGroups: true
    ).steps
    let own = try #require(
      steps.firstIndex { if case .mount("cgroup2", "/sys/fs/cgroup", _, _) = $0 { true } else { false } })
    guard case .place(_, "/sys/fs/cgroup") = steps[own - 2] else {
      Issue.record("nothing covers the host's: \(steps)")
      return
    }
  }

  /// A host as NixOS is, with systemd-resolved.
  private var running: MountPlan {
    var plan = plan(readable: ["/run/resolve/resolv.conf"], files: ["/run/resolve/resolv.conf"])
    plan.runtime.places = ["/run"]
    plan.runtime.links = [.init(path: "/run/current-system", target: "/nix/store/system")]
    return plan
  }

  @Test func theServicesFilesAreCoveredAndWhatProgramsNeedIsPutBack() throws {
    let steps = running.steps
    let taken = try index(of: .keep("/run/resolve/resolv.conf", slot: 0), in: steps)
    let covered = try placing("run", at: "/run", in: steps)
    let link = try index(of: .link("/run/current-system", to: "/nix/store/system"), in: steps)
    let locks = try index(of: .makeDirectory("/run/lock", mode: 0o1777), in: steps)
    let made = try index(of: .makeFile("/run/resolve/resolv.conf"), in: steps)
    let shown = try index(of: .place(slot: 0, at: "/run/resolve/resolv.conf"), in: steps)
    #expect(taken < covered && covered < link && covered < locks && covered < made && made < shown)
    #expect(try index(of: .makeDirectory("/run/resolve"), in: steps) < made)
    #expect(steps[(shown + 1)...].contains(.makeReadOnly("/run/resolve/resolv.conf", recursively: true)))
  }

  @Test func groupsThatLieBelowACoverNeedNoneOfTheirOwn() {
    var plan = plan(mounts: "30 29 0:27 / /run/groups rw - cgroup2 cgroup2 rw\n", hasOwnGroups: true)
    plan.runtime.places = ["/run"]
    #expect(covered(plan.steps) == [])
    #expect(!plan.steps.contains { if case .mount("cgroup2", _, _, _) = $0 { true } else { false } })
  }

  @Test func noDirectoryAboveWhatIsHiddenCanBeRenamed() throws {
    var plan = plan(writable: ["/home/a", "/home/a/.local"])
    plan.hidden = ["/home/a/.local/state/rmrun", "/home/b/.local/state/rmrun", "/home/a/books"]
    let steps = plan.steps
    let pinned = steps.indices.dropLast().compactMap { index -> String? in
      guard case .keep(let path, let slot) = steps[index] else { return nil }
      return steps[index + 1] == .place(slot: slot, at: path) ? path : nil
    }
    #expect(pinned == ["/home/a/.local", "/home/a/.local/state"])
    let pin = try #require(
      steps.lastIndex { if case .keep("/home/a/.local/state", _) = $0 { true } else { false } })
    #expect(covered(of: steps[(pin + 2)...(pin + 3)]) == "/home/a/.local/state/rmrun")
  }

  @Test func aWholeWritableRootShowsNothingOfWhatIsItsOwn() {
    var plan = plan(writable: ["/"])
    plan.runtime.places = ["/run"]
    plan.hidden = ["/run/rmrun", "/tmp/rmrun-0", "/var/lib/rmrun"]
    let covered = plan.secrets.flatMap(\.covering).compactMap {
      if case .place(_, let path) = $0 { path } else { nil }
    }
    #expect(covered == ["/var/lib/rmrun"])
  }

  @Test(
    "what is hidden is covered at the end, wherever it can be seen",
    arguments: [
      ("/var/run-7", [], true), ("/tmp/rmrun-7", [], false), ("/tmp/rmrun-7", ["/tmp"], true),
      ("/run/rmrun", [], false), ("/run/rmrun", ["/run/rmrun"], true), ("/run/rmrun", ["/run/other"], false),
    ] as [(String, [String], Bool)])
  func secrets(path: String, shown: [String], isCovered: Bool) throws {
    var plan = plan(readable: shown)
    plan.runtime.places = ["/run"]
    plan.hidden = [path]
    let isLast = covered(of: plan.steps.suffix(2)) == path
    #expect(isLast == isCovered)
    guard isCovered, case .place(let slot, _) = plan.steps[plan.steps.count - 2] else { return }
    let taken = try index(of: .keep("/tmp/none", slot: slot), in: plan.steps)
    #expect(taken < plan.steps.count - 2)
    #expect(
      plan.steps.count { if case .keep(_, slot) = $0 { true } else { false } } == 1, "nobody else's slot")
  }

  private func covered(of steps: ArraySlice<MountStep>) -> String? {
    guard let first = steps.first, case .place(_, let place) = first,
      steps.last == .makeReadOnly(place, recursively: false)
    else { return nil }
    return place
  }

  @Test func theMachinesSettingsAreSealedInAProcOfItsOwn() throws {
    let steps = plan().steps
    let proc = try #require(steps.firstIndex { if case .mount("proc", _, _, _) = $0 { true } else { false } })
    #expect(proc < (try index(of: .seal("/proc/sys"), in: steps)))
    #expect(!plan(hasOwnProcesses: false).steps.contains(.seal("/proc/sys")))
  }
}
