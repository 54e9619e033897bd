import Testing

@testable import CgroupV2

@Suite("Whose memory limit it was")
struct OOMVerdictTests {
  typealias Ancestor = OOMVerdict.Ancestor

  struct Case: Sendable {
    var hierarchical: MemoryEvents
    var local: MemoryEvents? = MemoryEvents()
    var before: [Ancestor] = []
    var now: [Ancestor] = []
    var verdict: OOMVerdict?
  }

  static let cases: [Case] = [
    Case(hierarchical: MemoryEvents(max: 9, oom: 1), verdict: nil),
    Case(
      hierarchical: MemoryEvents(max: 3, oom: 1, oomKill: 2), local: MemoryEvents(max: 3, oom: 1),
      verdict: .ownLimit),
    Case(hierarchical: MemoryEvents(oom: 1, oomGroupKill: 1), local: nil, verdict: .ownLimit),
    Case(hierarchical: MemoryEvents(oom: 1, oomKill: 1), verdict: .nestedLimit),
    Case(hierarchical: MemoryEvents(oomKill: 1), verdict: .hostMemory),
    Case(
      hierarchical: MemoryEvents(max: 5000, oomKill: 1), local: MemoryEvents(max: 5000), verdict: .hostMemory),
    Case(
      hierarchical: MemoryEvents(oomKill: 1),
      before: [
        Ancestor(path: "/b/a", events: MemoryEvents(oom: 4)),
        Ancestor(path: "/b", events: MemoryEvents(oom: 1)),
      ],
      now: [
        Ancestor(path: "/b/a", events: MemoryEvents(oom: 4)),
        Ancestor(path: "/b", events: MemoryEvents(oom: 2)),
      ],
      verdict: .ancestorLimit(path: "/b")),
    Case(
      hierarchical: MemoryEvents(oomKill: 1), before: [],
      now: [Ancestor(path: "/b", events: MemoryEvents(oom: 2))], verdict: .hostMemory),
  ]

  @Test("by the counts of the group and of those above", arguments: cases)
  func verdict(of sample: Case) {
    let verdict = OOMVerdict.judge(
      hierarchical: sample.hierarchical, local: sample.local, before: sample.before, now: sample.now)
    #expect(verdict == sample.verdict)
  }
}
