import ResourceModel

extension ListedJob {
  /// Running jobs as JSON by the schema `rmrun.jobs/1`: amounts are decimal strings, null is unknown or without bound. A newline at
  /// the end.
  public static func jsonText(of jobs: [ListedJob]) -> String {
    let document: JSONValue = ["schema": "rmrun.jobs/1", "jobs": .array(jobs.map(\.json))]
    return document.text + "\n"
  }

  private var json: JSONValue {
    let progress = job.progress
    return [
      "job": .string(job.id),
      "name": .string(progress.name),
      "user": .text(user),
      "account": .text(job.account?.description),
      "command": .array(job.command.map { .string($0) }),
      "state": .string(job.state.rawValue),
      "pid": .integer(job.pid),
      "supervisor": .integer(job.supervisor),
      "cgroup": .text(job.group),
      "startedAt": .string(job.startedAt.rfc3339),
      "elapsed": .seconds(progress.elapsed),
      "used": .text(progress.used.description),
      "budget": .text(progress.budget.bound?.description),
      "rate": .text(progress.rate?.description),
      "forecast": progress.forecast.map { forecast in
        [
          "earliest": .seconds(forecast.earliest), "expected": .seconds(forecast.expected),
          "latest": .seconds(forecast.latest),
        ]
      } ?? .null,
      "cpuTime": .seconds(progress.cpuTime),
      "cpusBusy": .scaled(progress.cpusBusy?.thousandths, places: 3),
      "memory": .integer(progress.memory?.bytes),
      "limits": .object(job.limits.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
    ]
  }
}
