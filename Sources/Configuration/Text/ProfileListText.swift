import ResourceModel

/// What `rmrun profile list|show|check` print.
package enum ProfileListText {
  /// A line for each profile: name, where from, what for or why it can't be used.
  package static func list(_ listings: [ProfileStore.Listing]) -> String {
    var table = TextTable()
    table.add("NAME", "FROM", "WHAT FOR")
    for listing in listings {
      table.add(
        listing.name.escapedForTerminal, from(listing.origin),
        (listing.obstacle.map { "(\($0))" } ?? listing.summary).escapedForTerminal)
    }
    return table.text()
  }

  /// The settings in force, each with the profile that set it.
  package static func show(_ resolved: ResolvedProfile) -> String {
    var table = TextTable()
    table.add("KEY", "VALUE", "SET BY")
    for source in resolved.sources {
      table.add(source.key, source.value.escapedForTerminal, source.profile.escapedForTerminal)
    }
    let chain = resolved.chain.map { "\($0.profile.name.escapedForTerminal) (\(from($0.origin)))" }
    let summary = resolved.chain.last?.profile.summary ?? ""
    return resolved.name.escapedForTerminal + (summary.isEmpty ? "" : ": " + summary.escapedForTerminal)
      + "\n"
      + "applies: " + chain.joined(separator: ", then ") + "\n\n" + table.text() + "\n"
      + "Not set: " + unset(resolved).joined(separator: ", ") + "\n"
  }

  /// The faults, a line each, and their number; says so when there are none.
  package static func check(_ faults: [Diagnostic], of what: String) -> String {
    guard !faults.isEmpty else { return "\(what.escapedForTerminal): no faults\n" }
    let count = faults.count == 1 ? "1 fault" : "\(faults.count) faults"
    return (faults.map(\.description) + ["\(what.escapedForTerminal): \(count)"]).map { $0 + "\n" }.joined()
  }

  private static func unset(_ resolved: ResolvedProfile) -> [String] {
    let set = Set(resolved.sources.map(\.key))
    return Setting.all.map(\.key).filter { !set.contains($0) }
  }

  private static func from(_ origin: LoadedProfile.Origin) -> String {
    switch origin {
    case .builtIn: "built in"
    case .file(let path): path.escapedForTerminal
    }
  }
}
