package import ResourceModel

/// The rules of a file, with every fault.
package struct ParsedCallPolicy: Sendable, Hashable {
  /// What could be read; complete only where there are no faults.
  package var policy: CallPolicy
  /// Every fault, in the order of the file.
  package var diagnostics: [Diagnostic]
}

/// The YAML form of rules about system calls.
///
///     description: A build that uses io_uring.
///     extends: default
///     rules:
///       - calls: [io_uring_setup, io_uring_enter, io_uring_register]
///         action: allow
///       - calls: socket
///         action: errno=EAFNOSUPPORT
///         when: [arg0 == 16]
///
/// `extends` is `default` (also where it is left out), `strict` or `none`. What a file says about a call takes the place of all that
/// the extended rules say about it. `otherwise` is what happens to calls that no rule is about; `action` is `allow`, `errno`,
/// `errno=NAME`, `kill` or `log`; all conditions in `when` have to hold.
package enum CallPolicyFile {
  private static let keys = ["description", "extends", "otherwise", "rules"]
  private static let ruleKeys = ["calls", "action", "when"]

  /// Reads rules. Never traps, whatever the bytes are.
  /// - Parameters:
  ///   - bytes: the file's contents.
  ///   - file: the file's name, for diagnostics.
  ///   - isCall: whether there is a system call of a name.
  package static func parse(
    _ bytes: [UInt8], file: String, isCall: (String) -> Bool
  ) -> ParsedCallPolicy {
    let document = YAMLDocument.parse(bytes, file: file)
    var faults = document.faults
    var policy = CallPolicy.standard
    if let root = document.root {
      policy = read(root, file: file, isCall, &faults)
    } else if faults.found.isEmpty {
      faults.add("the file is empty; it has rules at least", at: .start)
    }
    return ParsedCallPolicy(policy: policy, diagnostics: faults.inOrder)
  }

  private static func read(
    _ root: DocumentNode, file: String, _ isCall: (String) -> Bool, _ faults: inout Faults
  ) -> CallPolicy {
    let section = SectionReader(root, name: "a file of rules", knownKeys: keys, &faults)
    let base = section.value("extends", &faults, base) ?? .standard
    let otherwise = section.value("otherwise", &faults) { (text) throws(ValueError) in
      try CallAction(parsing: text)
    }
    let summary = section.text("description", &faults)?.text ?? file
    var rules: [CallRule] = []
    switch section.node("rules")?.content {
    case .list(let items): for item in items { rule(item, isCall, &faults).map { rules.append($0) } }
    case nil:
      if case .map = root.content, otherwise == nil {
        faults.add("a file of rules has to have rules", at: root.position)
      }
    case .text, .map:
      faults.add("rules takes a list", at: section.node("rules")?.position ?? root.position)
    }
    return base.replacing(with: rules, otherwise: otherwise, summary: summary)
  }

  private static func base(_ text: String) throws(ValueError) -> CallPolicy {
    switch text {
    case "default": return .standard
    case "strict": return .strict
    case "none": return CallPolicy(summary: "", otherwise: .allow, rules: [])
    default: throw ValueError(text, expected: "default, strict or none")
    }
  }

  private static func rule(_ node: DocumentNode, _ isCall: (String) -> Bool, _ faults: inout Faults)
    -> CallRule?
  {
    let section = SectionReader(node, name: "a rule", knownKeys: ruleKeys, &faults)
    guard case .map = node.content else { return nil }
    let calls = texts("calls", of: section, &faults).filter { name, position in
      if isCall(name) { return true }
      faults.add("\(name.shortened()): there is no such system call", at: position)
      return false
    }
    let action = section.value("action", &faults) { (text) throws(ValueError) in
      try CallAction(parsing: text)
    }
    let conditions = texts("when", of: section, &faults).compactMap { text, position -> ArgumentCondition? in
      do throws(ValueError) {
        return try ArgumentCondition(parsing: text)
      } catch {
        faults.add("when: \(error)", at: position)
        return nil
      }
    }
    if section.node("calls") == nil || section.node("action") == nil {
      faults.add("a rule has to have calls and an action", at: node.position)
    }
    guard let action, !calls.isEmpty else { return nil }
    return CallRule(calls.map(\.0), action, when: conditions)
  }

  /// One text or a list of them, with their places.
  private static func texts(
    _ key: String, of section: SectionReader, _ faults: inout Faults
  ) -> [(String, SourcePosition)] {
    guard let node = section.node(key) else { return [] }
    let items: [DocumentNode]
    if case .list(let list) = node.content { items = list } else { items = [node] }
    return items.compactMap { item in
      guard case .text(let text) = item.content, !text.isEmpty else {
        faults.add("\(key) takes a text or a list of them, not \(item.kind)", at: item.position)
        return nil
      }
      return (text, item.position)
    }
  }
}
