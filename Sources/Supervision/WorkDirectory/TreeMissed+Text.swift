import LinuxSystem
import SystemPackage

extension TreeMissed {
  /// A sentence that says what was not reached; nil where all was.
  func sentence(of what: String) -> String? {
    let causes = [
      others > 0 ? foreign : nil, deep > 0 ? depths : nil, isEndless ? rest : nil,
      unopened > 0 ? closed : nil,
    ]
    .compactMap { $0 }
    return causes.isEmpty ? nil : "\(what): \(causes.joined(separator: "; "))"
  }

  private var foreign: String {
    let names = projects.prefix(4).map { "\($0.rawValue)" }.joined(separator: ", ")
    return "files in it, \(others) of them, belong to other projects (\(names))"
  }

  private var depths: String {
    "what lies deeper than \(Self.depth) directories is neither bounded nor counted"
  }

  private var rest: String { "of its files only \(Self.entries) are looked at" }

  private var closed: String {
    "files in it, \(unopened) of them, can't be reached (\(failure.map { "\($0)" } ?? "unknown"))"
  }
}
