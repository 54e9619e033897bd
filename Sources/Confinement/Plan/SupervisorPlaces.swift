import LinuxSystem
import ResourceModel

/// What of the file tree belongs to supervisors, and is not for jobs: their sockets, and the books. All paths are absolute and without links.
package struct SupervisorPlaces: Sendable, Hashable {
  /// The directory with this user's sockets.
  package var sockets: String?
  /// Directories with ledgers and nothing else.
  package var ledgers: [String] = []
  /// The directory with the ledger that is in use, where that is another one: somebody chose it, and may have other things there.
  package var chosen: String?

  package init() {}

  /// What a job is not to look into. The directory that was chosen counts where the job could write to it, and asks for nothing in it.
  func covered(in plan: MountPlan, start: String) -> [String] {
    [sockets].compactMap { $0 } + ledgers
      + [open(in: plan)].compactMap { $0 }.filter { !isNeeded($0, plan, start) }
  }

  /// What can't be covered: where the job works beside a ledger, nothing keeps it from that, since SQLite removes some of its files and makes them
  /// anew. Source: https://sqlite.org/wal.html.
  func degradation(in plan: MountPlan, start: String) -> String? {
    open(in: plan).flatMap { isNeeded($0, plan, start) ? Self.text($0) : nil }
  }

  /// The same where Landlock holds the paths, which refuses nothing below what it allows.
  func degradation(writable: [String]) -> String? {
    let writable = writable.compactMap { try? RealPath.of($0) }
    return ([chosen].compactMap { $0 } + ledgers).first { writable.contains(where: $0.isBelow) }.map(
      Self.text)
  }

  private func open(in plan: MountPlan) -> String? {
    chosen.flatMap { place in plan.writable.contains { place.isBelow($0.path) } ? place : nil }
  }

  private func isNeeded(_ place: String, _ plan: MountPlan, _ start: String) -> Bool {
    ((plan.writable + plan.readable).map(\.path) + [start]).contains { $0.isBelow(place) }
  }

  private static func text(_ place: String) -> String {
    "the job may write to \(place.escapedForTerminal), where a ledger lies: it can change the books; keep them elsewhere"
  }
}
