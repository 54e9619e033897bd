import ResourceManager
import ResourceModel

// Three commands side by side, each under its own budget; the third asks for more than it has.

var manager = ResourceManager()
manager.onNotice = { notice in
  if case .crossed(let threshold, _, let progress) = notice {
    print("\(progress.name): \(threshold) threshold at \(progress.used.rounded) credits")
  }
}

func job(_ name: String, budget: Int64, _ script: String) throws -> JobSpec {
  var limits = try ResourceManager().limits(ofProfile: "agent")
  limits.budget = .atMost(.credits(Credits(microcredits: budget)))
  limits.grace = .milliseconds(100)
  var spec = JobSpec(command: ["sh", "-c", script], limits: limits)
  spec.name = name
  return spec
}

let reports = try manager.run([
  try job("quick", budget: 2_000_000, "exit 0"),
  try job("failing", budget: 2_000_000, "exit 3"),
  try job("greedy", budget: 300_000, "while :; do :; done"),
])

for report in reports.sorted(by: { $0.name < $1.name }) {
  let reason = report.terminationReason.map { "stopped: \($0)" } ?? "ended by itself"
  print("\(report.name): status \(report.exitStatus), \(reason), \(report.bill.used) credits")
}

let statuses = Dictionary(uniqueKeysWithValues: reports.map { ($0.name, $0.exitStatus) })
precondition(statuses == ["quick": 0, "failing": 3, "greedy": 120], "unexpected: \(statuses)")
