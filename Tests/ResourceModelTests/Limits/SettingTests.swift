import ResourceModel
import Testing

@Suite("The table of settings")
struct SettingTests {
  @Test func everyKeyAndOptionIsThereOnce() {
    #expect(Set(Setting.all.map(\.key)).count == Setting.all.count)
    #expect(Set(Setting.all.map(\.option)).count == Setting.all.count)
  }

  @Test(arguments: [
    ("budget", "500"), ("budget", "max"), ("priority", "low"), ("warn-at", "70%"), ("emergency-at", "90%"),
    ("hard-at", "99.5%"), ("on-exhausted", "freeze"), ("cpu.max", "1.5"), ("cpu.max", "max"),
    ("cpu.weight", "10000"),
    ("cpuset.cpus", "0-3,7"), ("cpuset.mems", "0"), ("pids.max", "4096"), ("pids.max", "max"),
    ("memory.max", "1.50G"),
    ("memory.high", "max"), ("memory.swap.max", "0"), ("io.max.rbps", "/data=10M"), ("io.max.wbps", "10M"),
    ("io.max.riops", "100"), ("io.max.wiops", "8:0=100"), ("timeout", "1h30m"), ("cpu-time", "90s"),
    ("idle-timeout", "max"), ("grace", "0"), ("stop-signal", "INT"), ("warn-signal", "USR1"), ("wait", "all"),
    ("nice", "-20"), ("oom-score-adj", "1000"), ("rlimit", "nofile=1024:max"), ("rlimit", "core=0"),
    ("confine", "none"), ("confine", "default"), ("confine", "strict"), ("confine", "./rules"),
    ("confine", "rules.yaml"), ("isolate", "pid"), ("isolate", "user,net,mount"), ("isolate", "all"),
    ("isolate", "none"), ("write", "/work"), ("read", "input"), ("tmp-size", "1G"), ("cap-keep", "all"),
    ("cap-keep", "none"), ("cap-keep", "CAP_CHOWN,net_raw"), ("user", "nobody"), ("user", "65534"),
    ("group", "nogroup"), ("env-keep", "PATH"), ("env", "A="), ("env", "A=b=c"), ("keep-fd", "3"),
    ("network.bytes", "10M"), ("network.rate", "10Mbit"), ("network.rate", "1.5gbit"),
    ("network.rate", "max"), ("network.connections", "0"), ("network.connections", "max"),
    ("network.bytes", "0"), ("network.bytes", "max"), ("network.domains", "none"),
    ("network.domains", "api.example.com:443,*.example.org,10.0.0.0/8,localhost:8080,[2001:db8::]:53"),
    ("meter", "network"),
    ("meter", "cpu,network"), ("meter", "none"),
  ])
  func takesGoodValues(key: String, value: String) throws {
    let setting = try #require(Setting.named(key))
    var limits = JobLimits()
    try setting.apply(value, &limits)
  }

  @Test func everySettingHasAGoodValueAbove() throws {
    // Choices are tried with each value; the rest stand in the table of `takesGoodValues`.
    for setting in Setting.all where !setting.choices.isEmpty {
      for choice in setting.choices {
        var limits = JobLimits()
        try setting.apply(choice, &limits)
      }
    }
  }

  @Test(arguments: [
    ("budget", "-5"), ("budget", "unlimited"), ("priority", "LOW"), ("priority", "urgent"), ("warn-at", "80"),
    ("hard-at", "101%"),
    ("cpu.max", "0"), ("cpu.weight", "0"), ("cpu.weight", "10001"), ("cpu.weight", "max"), ("pids.max", "0"),
    ("pids.max", "1e3"), ("pids.max", "99999999999999999999"), ("memory.max", "4096"), ("memory.max", "-1G"),
    ("timeout", "0"), ("timeout", "10"), ("idle-timeout", "0s"), ("cpu-time", "-1s"), ("grace", "max"),
    ("io.max.rbps", "0B"), ("io.max.rbps", "=10M"), ("io.max.rbps", "/data="), ("io.max.riops", "10M"),
    ("io.max.riops", "4294967296"), ("stop-signal", "STOPP"), ("nice", "20"), ("nice", "-21"),
    ("oom-score-adj", "1001"),
    ("rlimit", "nofile"), ("rlimit", "nofiles=1"), ("rlimit", "nofile=2:1"), ("rlimit", "nofile=max:1"),
    ("rlimit", "nofile=-1"), ("rlimit", "nofile="), ("wait", ""), ("on-exhausted", "kill"),
    ("confine", "strikt"), ("confine", ""), ("isolate", "pids"), ("isolate", "pid,"), ("isolate", ""),
    ("write", ""), ("write", "a\0b"), ("read", ""), ("tmp-size", "0"), ("tmp-size", "64"),
    ("cap-keep", "chown,"), ("cap-keep", "net-raw"), ("user", ""), ("user", "a:b"), ("group", ""),
    ("env-clear", "yes"), ("env-keep", ""), ("env-keep", "A=B"), ("env", "A"), ("env", "=b"), ("env", ""),
    ("keep-fd", "2"), ("keep-fd", "-1"), ("keep-fd", "1048576"),
    ("network.bytes", "10"), ("network.rate", "10"), ("network.rate", "999"), ("network.rate", "0kbit"),
    ("network.rate", "1001Gbit"), ("network.rate", "10M"), ("network.connections", "-1"),
    ("network.connections", "65537"), ("network.domains", ""), ("network.domains", "a.example,"),
    ("network.domains", "a.example:0"), ("network.domains", "10.0.0.1/8"), ("meter", ""),
    ("meter", "network,"), ("meter", "memory.max"),
    ("meter", "Network"),
  ])
  func refusesBadValues(key: String, value: String) throws {
    let setting = try #require(Setting.named(key))
    var limits = JobLimits()
    #expect(throws: ValueError.self) { try setting.apply(value, &limits) }
    #expect(limits == JobLimits())
  }

  @Test(arguments: HostileNumberTests.everywhere)
  func noSettingTakesNonsense(text: String) {
    // A signed number is a niceness, and `1,5` is a list of CPUs.
    let tolerant = ["+1", "-0", "-1", "1,5"]
    // What is a path, a name or a file takes any text that one can be.
    let texts = [
      "write", "read", "user", "group", "env-keep", "env", "confine", "cap-keep", "env-clear",
      "network.domains",
    ]
    for setting in Setting.all where !tolerant.contains(text) && !texts.contains(setting.key) {
      var limits = JobLimits()
      #expect(throws: ValueError.self, "\(setting.key) took \(text.debugDescription)") {
        try setting.apply(text, &limits)
      }
    }
  }

  @Test func repeatedValuesAddUpAndTheLaterOneForTheSameThingWins() throws {
    var limits = JobLimits()
    for value in ["/a=1M", "/b=2M", "/a=3M"] { try Setting.named("io.max.rbps")?.apply(value, &limits) }
    try Setting.named("io.max.wbps")?.apply("/a=4M", &limits)
    let rates = limits.ioMax.map { "\($0.target) \($0.quantity.rawValue) \($0.perSecond >> 20)" }
    #expect(rates == ["/b rbps 2", "/a rbps 3", "/a wbps 4"])
    for value in ["nofile=1", "core=0", "nofile=2:3"] { try Setting.named("rlimit")?.apply(value, &limits) }
    #expect(limits.processLimits.map(\.name) == ["core", "nofile"])
    #expect(limits.processLimits.last?.hard == .atMost(3))
  }

  @Test func anUnknownProcessLimitNamesTheNearest() {
    let error = #expect(throws: ValueError.self) { try ProcessLimit(parsing: "nofiles=1") }
    #expect(
      error?.description == "'nofiles' is not a process limit known to setrlimit; did you mean 'nofile'?")
  }
}
