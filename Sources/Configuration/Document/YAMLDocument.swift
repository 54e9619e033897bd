import Yams

/// Reads YAML into nodes: the only file that knows the YAML library.
///
/// What the library can't be trusted with is settled first (`TextDecoding`, `AliasSearch`); its depth is bounded by libyaml itself (1000).
enum YAMLDocument {
  /// The file's one document, with every fault that its form has.
  static func parse(_ bytes: [UInt8], file: String) -> ParsedDocument {
    var faults = Faults(file: file)
    guard let text = TextDecoding.text(bytes, &faults) else {
      return ParsedDocument(root: nil, faults: faults)
    }
    if let alias = AliasSearch.firstAlias(in: text) {
      faults.add("aliases (*name) are not read here; write the value out", at: alias)
      return ParsedDocument(root: nil, faults: faults)
    }
    var keys = RepeatedKeys(text: text)
    while true {
      do {
        guard let node = try compose(keys.text) else { return ParsedDocument(root: nil, faults: faults) }
        var conversion = NodeConversion(faults: faults, keys: keys)
        let root = conversion.node(node, depth: 0)
        // A document of nothing (`---`) is an empty file.
        return ParsedDocument(root: root?.isEmpty == true ? nil : root, faults: conversion.faults)
      } catch YamlError.duplicatedKeysInMapping(let names, let context) {
        let first = SourcePosition(context.mark)
        if keys.rename(names.first ?? "", at: first) { continue }
        faults.add("the key '\((names.first ?? "").shortened())' stands here more than once", at: first)
      } catch {
        faults.add(error)
      }
      return ParsedDocument(root: nil, faults: faults)
    }
  }

  /// UTF-8 is named because the library else looks at an environment variable; `basic` leaves scalars as text.
  private static func compose(_ text: String) throws -> Node? {
    try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
  }
}

extension SourcePosition {
  init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}

extension Faults {
  fileprivate mutating func add(_ error: any Error) {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let doing = context.map { "\($0.text), " } ?? ""
      add("not valid YAML: \(doing)\(problem)", at: SourcePosition(mark))
    case YamlError.reader(let problem, _, _, _): add("not valid YAML: \(problem)", at: .start)
    default: add("not valid YAML", at: .start)
    }
  }
}

/// Turns the library's nodes into ours.
private struct NodeConversion {
  var faults: Faults
  let keys: RepeatedKeys

  /// Deeper than any of our formats; keeps the recursion short.
  private static let deepest = 16

  init(faults: Faults, keys: RepeatedKeys) {
    self.faults = faults
    self.keys = keys
  }

  mutating func node(_ node: Node, depth: Int) -> DocumentNode? {
    let position = node.mark.map { SourcePosition($0) } ?? .start
    guard depth < Self.deepest else {
      faults.add("sections are nested too deeply", at: position)
      return nil
    }
    switch node {
    case .scalar(let scalar): return DocumentNode(content: .text(scalar.string), position: position)
    case .sequence(let sequence):
      let items = sequence.compactMap { self.node($0, depth: depth + 1) }
      return DocumentNode(content: .list(items), position: position)
    case .mapping(let mapping):
      return DocumentNode(content: .map(entries(mapping, depth: depth)), position: position)
    case .alias: return nil
    }
  }

  private mutating func entries(_ mapping: Node.Mapping, depth: Int) -> [DocumentNode.Entry] {
    var entries: [DocumentNode.Entry] = []
    var firstLine: [String: Int] = [:]
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key else {
        faults.add("a key has to be a plain word", at: key.mark.map { SourcePosition($0) } ?? .start)
        continue
      }
      let position = scalar.mark.map { SourcePosition($0) } ?? .start
      let name = keys.originalName(at: position) ?? scalar.string
      if let line = firstLine[name] {
        faults.add("the key '\(name.shortened())' was set before, on line \(line); keep one", at: position)
      }
      firstLine[name] = firstLine[name] ?? position.line
      if let node = node(value, depth: depth + 1) {
        entries.append(DocumentNode.Entry(key: name, keyPosition: position, value: node))
      }
    }
    return entries
  }
}
