/// The names that a job asked for and that aren't in its list, bounded: a job can ask for any number of them.
package struct RefusedNames: Sendable, Hashable {
  /// How many are kept by name: the first ones.
  package static let most = 64

  /// A name, printable, and how many queries were for it. One look-up may be several: for IPv4 and for IPv6, with each domain of a search
  /// list.
  package struct Entry: Sendable, Hashable {
    package let name: String
    package let count: UInt64
  }

  private var counts: [String: UInt64] = [:]
  /// Queries for other names.
  package private(set) var others: UInt64 = 0

  package init() {}

  /// The most frequent first, then by name.
  package var entries: [Entry] {
    counts.map { Entry(name: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
  }

  mutating func count(_ name: DomainName) {
    let name = name.description
    if counts[name] != nil || counts.count < Self.most {
      counts[name, default: 0] += 1
    } else {
      others += 1
    }
  }
}
