/// What a job's processes may ask the kernel for: a seccomp filter before it is compiled.
public struct CallPolicy: Sendable, Hashable {
  /// What it is for, in one line.
  public var summary: String
  /// What happens to a call that no rule is about.
  public var otherwise: CallAction
  /// The rules. Of two about the same call with other conditions each counts where its conditions hold.
  public var rules: [CallRule]

  /// Makes a policy.
  public init(summary: String, otherwise: CallAction, rules: [CallRule]) {
    self.summary = summary
    self.otherwise = otherwise
    self.rules = rules
  }

  /// The policy with rules of somebody's own: what they say about a call takes the place of all that was said about it.
  public func replacing(with own: [CallRule], otherwise: CallAction? = nil, summary: String) -> CallPolicy {
    let named = Set(own.flatMap(\.calls))
    let kept = rules.compactMap { rule in
      let calls = rule.calls.filter { !named.contains($0) }
      return calls.isEmpty ? nil : CallRule(calls, rule.action, when: rule.conditions)
    }
    return CallPolicy(summary: summary, otherwise: otherwise ?? self.otherwise, rules: kept + own)
  }

  /// Whether it ends processes.
  public var kills: Bool { otherwise == .kill || rules.contains { $0.action == .kill } }

  /// The built-in policy of a level; nil for none, and for a file.
  public static func builtIn(_ level: ConfinementLevel) -> CallPolicy? {
    switch level {
    case .standard: standard
    case .strict: strict
    case .none, .file: nil
    }
  }
}
