/// What a job's processes may ask the kernel for: a seccomp filter before it is compiled.
public struct CallPolicy: Sendable, Hashable {
  /// What it is for, in one line.
  public var summary: String
  /// What happens to a call that no rule is about.
  public var otherwise: CallAction
  /// The rules. Of two about the same call with other conditions each counts where its conditions hold.
  public var rules: [CallRule]

  /// The rules of the policy that it was made of whose place its own rules take.
  public private(set) var replaced: [CallRule] = []

  /// Makes a policy.
  public init(summary: String, otherwise: CallAction, rules: [CallRule]) {
    self.summary = summary
    self.otherwise = otherwise
    self.rules = rules
  }

  /// The policy with rules of somebody's own: what they say about a call takes the place of all that was said about it.
  public func replacing(with own: [CallRule], otherwise: CallAction? = nil, summary: String) -> CallPolicy {
    let named = Set(own.flatMap(\.calls))
    func rules(about isMeant: (String) -> Bool) -> [CallRule] {
      self.rules.compactMap { rule in
        let calls = rule.calls.filter(isMeant)
        return calls.isEmpty ? nil : CallRule(calls, rule.action, when: rule.conditions)
      }
    }
    var policy = CallPolicy(
      summary: summary, otherwise: otherwise ?? self.otherwise, rules: rules { !named.contains($0) } + own)
    policy.replaced = rules(about: named.contains)
    return policy
  }

  /// The rules that a job gets by where the kernel looks at 32 bits of an argument of which they look at 64: with one of the upper bits set,
  /// what they refuse is another number, or what they allow. Which arguments these are only the kernel's source says: most numbers, and
  /// no pointers and sizes.
  public var evadable: [CallRule] {
    rules.filter { rule in rule.conditions.contains { $0.isEvaded(allowing: rule.action.isAllowing) } }
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
