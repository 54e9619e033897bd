import ResourceModel

/// Takes known keys out of a section; what is left over is unknown, and a fault.
struct SectionReader {
  /// What the section is called in messages: `a price book`, `rates.cpu`.
  let name: String
  private let entries: [DocumentNode.Entry]
  private let knownKeys: [String]

  /// Reports keys that are not `knownKeys`, and a node that is no section at all.
  init(_ node: DocumentNode, name: String, knownKeys: [String], _ faults: inout Faults) {
    self.name = name
    self.knownKeys = knownKeys
    guard case .map(let entries) = node.content else {
      faults.add("\(name) is keys with values; this is \(node.kind)", at: node.position)
      self.entries = []
      return
    }
    self.entries = entries
    for entry in entries where !knownKeys.contains(entry.key) {
      let near = knownKeys.nearest(to: entry.key).map { "; did you mean '\($0)'?" }
      let known = "; it has " + knownKeys.joined(separator: ", ")
      faults.add("\(entry.key.shortened()): no such key in \(name)" + (near ?? known), at: entry.keyPosition)
    }
  }

  /// The entries with known keys, in the file's order.
  var known: [DocumentNode.Entry] { entries.filter { knownKeys.contains($0.key) } }

  /// The node of a key; nil if the section does not have it.
  func node(_ key: String) -> DocumentNode? { entries.first { $0.key == key }?.value }

  /// The text of a key and its place; nil if there is none, or something else stands there (reported).
  func text(_ key: String, _ faults: inout Faults) -> (text: String, position: SourcePosition)? {
    guard let node = node(key) else { return nil }
    guard case .text(let text) = node.content, !text.isEmpty else {
      faults.add(
        "\(key) takes a text or number" + (node.isEmpty ? "" : ", not \(node.kind)"), at: node.position)
      return nil
    }
    return (text, node.position)
  }

  /// What `parse` makes of the text of a key; nil if there is none or it can't be read (reported).
  func value<Value>(
    _ key: String, _ faults: inout Faults, _ parse: (String) throws(ValueError) -> Value
  ) -> Value? {
    guard let (text, position) = text(key, &faults) else { return nil }
    do throws(ValueError) {
      return try parse(text)
    } catch {
      faults.add("\(key): \(error)", at: position)
      return nil
    }
  }
}

extension DocumentNode {
  /// A key with nothing behind it.
  var isEmpty: Bool { content == .text("") }
}
