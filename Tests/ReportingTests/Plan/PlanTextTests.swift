import Reporting
import ResourceModel
import Testing

@Suite("The dry run's text")
struct PlanTextTests {
  @Test("has the exact form")
  func hasTheExactForm() throws {
    #expect(PlanText.text(try SamplePlans.full()) == fullGolden)
  }

  @Test("without a budget has no thresholds and no overshoot")
  func unlimited() throws {
    #expect(PlanText.text(try SamplePlans.unlimited()) == unlimitedGolden)
  }

  @Test("says what happens at the emergency threshold")
  func emergency() throws {
    var plan = try SamplePlans.full()
    plan.spec.limits.onExhausted = .freeze
    #expect(PlanText.text(plan).contains("95 % = 475 credits: the job is frozen\n"))
    plan.spec.limits.thresholds.emergency = plan.spec.limits.thresholds.hard
    #expect(PlanText.text(plan).contains("100 % = 500 credits: the same as hard\n"))
  }

  @Test("shows every limit that a setting can set")
  func showsEveryLimit() throws {
    let values = [
      "budget": "1", "priority": "low", "cpu.max": "1", "cpu.weight": "7", "cpuset.cpus": "0",
      "cpuset.mems": "0",
      "pids.max": "9", "memory.max": "1M", "memory.high": "1M", "memory.swap.max": "1M", "timeout": "1s",
      "cpu-time": "1s", "idle-timeout": "1s", "grace": "1s", "stop-signal": "INT", "warn-signal": "HUP",
      "on-exhausted": "freeze", "wait": "all", "nice": "1", "oom-score-adj": "1", "rlimit": "core=0",
      "warn-at": "10%", "emergency-at": "20%", "hard-at": "30%", "io.max.rbps": "1K", "io.max.wbps": "2K",
      "io.max.riops": "3", "io.max.wiops": "4", "work-size": "1M", "confine": "strict",
      "isolate": "pid,mount", "write": "/w",
      "read": "/r", "tmp-size": "1M", "cap-keep": "chown", "user": "1", "group": "2", "env-clear": "true",
      "env-keep": "A", "env": "B=1", "keep-fd": "3", "network.bytes": "1G",
      "network.connections": "3", "network.rate": "1Mbit", "network.domains": "a.example", "meter": "network",
    ]
    var spec = JobSpec(command: ["true"])
    let shown = ["warn-at": "10 %", "emergency-at": "20 %", "hard-at": "30 %"]
    for setting in Setting.all where setting.key != "net" {
      let value = try #require(values[setting.key], "no sample value for \(setting.key)")
      try setting.apply(value, &spec.limits)
    }
    let connected = PlanText.text(try JobPlan(spec, on: SamplePlans.host))
    // It goes with no list of destinations.
    spec.limits.destinations = nil
    spec.limits.confinement.network = .none
    let text = connected + PlanText.text(try JobPlan(spec, on: SamplePlans.host))
    for setting in Setting.all {
      let key = setting.key.hasPrefix("io.max") ? "io.max" : setting.key
      #expect(text.contains(shown[setting.key] ?? "\n  \(key) "), "\(setting.key) is not shown")
    }
    for rate in ["1 KiB read", "2 KiB written", "3 read operations", "4 write operations"] {
      #expect(text.contains("  \(rate) a second, device of .\n"))
    }
  }

  @Test("lets no text reach the terminal as control, or break a line", arguments: TrickyText.all)
  func isSafe(text: String) throws {
    var plan = try SamplePlans.full()
    plan.spec.command = [text]
    plan.spec.name = text
    plan.spec.profileName = text
    plan.spec.workingDirectory = text
    plan.spec.labels = [JobSpec.Label(key: text, value: text)]
    plan.warnings = [text]
    let rendered = PlanText.text(plan)
    #expect(!rendered.unicodeScalars.contains { TrickyText.isControl($0) && $0 != "\n" })
    #expect(rendered.split(separator: "\n").count == fullGolden.split(separator: "\n").count)
  }
}

private let fullGolden = #"""
  job
    command          /usr/bin/make -j 'it'\''s all'
    name             make
    profile          ci
    prices           sample, a credit is worth 0.000006058775 USD
    label            team=research
    directory        '/srv/my work'

  limits
    budget           500 credits = 0.00303 USD
    priority         normal
    cpu.max          4 CPUs
    cpu.weight       100
    cpuset.cpus      0-1
    pids.max         4096 processes and threads
    memory.max       1 GiB
    memory.swap.max  no swap
    io.max           10 MiB read a second, device of /data
    timeout          10m
    grace            10s
    stop-signal      SIGTERM
    warn-signal      SIGUSR1
    on-exhausted     stop
    wait             command
    nice             5
    rlimit           nofile=1024:4096
    rlimit           core=0
    confine          none

  thresholds
    warning          80 % = 400 credits: a line on stderr and SIGUSR1 to the job
    emergency        95 % = 475 credits: SIGTERM to every process, SIGKILL 10s later
    hard             100 % = 500 credits: SIGKILL to every process

  burn bound: the most that the job can spend in a second
    CPU              2, all of 2 CPUs busy
    memory           0.134037, up to memory.max (1 GiB)
    I/O              0.024415, all that io.max lets through
    together         2.158 credits a second
    without bound    a priced meter has no ceiling; it is read at a bounded interval

  readings
    warning          cannot be crossed before 3m 5s, unless by what has no ceiling
    hard             cannot be crossed before 3m 51s, unless by what has no ceiling
    memory           sampled at least every 1s

  overshoot bound: how far beyond its budget the job can get
    accounting       0.008001, what a running CPU has not yet accounted
    latency          0.006476, from a due reading to a finished kill
    resident         0.068044 for a GiB that the kernel has to free
    together         0.014477 credits, nothing resident
                     0.082521 credits, 1 GiB resident

  rmrun: warning: lowered to what this host has: cpu.max asks for 8 CPUs, this host has 4

  """#

private let unlimitedGolden = #"""
  job
    command          true
    name             true
    profile          default
    prices           own

  limits
    budget           none: metered only
    priority         normal
    cpu.weight       100
    memory.swap.max  no swap
    grace            10s
    stop-signal      SIGTERM
    on-exhausted     stop
    wait             command
    confine          none

  burn bound: the most that the job can spend in a second
    CPU              4, all of 4 CPUs busy
    memory           0.536145, up to all memory of this host
    together         4.536 credits a second

  readings
    memory           sampled at least every 1s

  """#
