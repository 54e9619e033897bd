public import ResourceModel

extension HostReport {
  /// The schema that `json` follows; `doctor.schema.json` beside this module describes it.
  package static let schema = "rmrun.doctor/1"

  /// The report by the schema `rmrun.doctor/1`. What is unknown, or does not apply, is null.
  package var json: JSONValue {
    [
      "schema": .string(Self.schema),
      "user": ["id": .integer(user.id), "name": .text(user.name)],
      "kernelRelease": .string(machine.kernelRelease),
      "cpus": .integer(machine.facts.cpus),
      "memory": .integer(machine.facts.memory.bytes),
      "limits": Self.object(findings.filter { !$0.feature.isMeter && !$0.feature.isConfinement }),
      "meters": Self.object(findings.filter(\.feature.isMeter)),
      "confinement": Self.object(findings.filter(\.feature.isConfinement)),
      "groups": groups.json,
      "controllers": .object(
        controllers.map {
          JSONValue.Member(
            $0.name,
            .object([.init("available", .bool($0.shortcoming == nil))] + Self.members($0.shortcoming)))
        }),
      "files": .object(files.map { JSONValue.Member($0.name, .bool($0.isPresent)) }),
      "supervision": supervision.json(facts: machine.facts),
      "binding": [
        "runsAsOwnUser": .bool(binding.runsAsOwnUser), "isConfined": .bool(binding.isConfined),
        "holdsAgainstHostileJobs": .bool(binding.holdsAgainstHostileJobs),
      ],
    ]
  }

  /// `json` as text, a newline at the end.
  public var jsonText: String { json.text + "\n" }

  private static func object(_ findings: [Finding]) -> JSONValue {
    .object(
      findings.map {
        JSONValue.Member(
          $0.feature.rawValue,
          .object([.init("mechanism", .string($0.mechanism.rawValue))] + members($0.shortcoming)))
      })
  }

  fileprivate static func members(_ shortcoming: Shortcoming?) -> [JSONValue.Member] {
    [.init("cause", .text(shortcoming?.cause)), .init("remedy", .text(shortcoming?.remedy))]
  }
}

extension HostReport.Groups {
  fileprivate var json: JSONValue {
    let members: [JSONValue.Member] = [
      .init("mountPoint", .text(mountPoint)),
      .init("versionOneControllers", .array(versionOneControllers.map { .string($0) })),
      .init("ownGroup", .text(ownGroup)),
      .init("jobs", .text(jobs)),
      .init("supervisorLeaf", .text(supervisorLeaf)),
      .init("scope", .string(scopeName)),
      .init("scopeCause", .text(scopeCause)),
      .init("clonesIntoGroup", .bool(clonesIntoGroup)),
    ]
    return .object(members + HostReport.members(shortcoming))
  }

  private var scopeName: String {
    switch scope {
    case .notNeeded: "notNeeded"
    case .entered: "entered"
    case .unavailable: "unavailable"
    }
  }

  private var scopeCause: String? {
    if case .unavailable(let cause) = scope { cause } else { nil }
  }
}

extension HostReport.Supervision {
  fileprivate func json(facts: HostFacts) -> JSONValue {
    [
      "priority": .string(priority.rawValue),
      "priorityCause": .text(priorityShortcoming?.cause),
      "priorityRemedy": .text(priorityShortcoming?.remedy),
      "wakeLatency": .seconds(facts.wakeLatency),
      "accountingTick": .seconds(facts.tick),
      "overshootPerCPU": .seconds(overshootPerCPU),
      "overshootPerGiB": .seconds(overshootPerGiB),
      "guardian": .bool(guardianFailure == nil),
      "guardianFailure": .text(guardianFailure),
      "subreaper": .bool(isSubreaper),
    ]
  }
}

extension JSONValue {
  /// A truth value, or null.
  fileprivate static func bool(_ value: Bool?) -> JSONValue { value.map { .bool($0) } ?? .null }
}
