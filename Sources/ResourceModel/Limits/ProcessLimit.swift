/// A limit of each single process of a job, as setrlimit(2) sets it.
public struct ProcessLimit: Sendable, Hashable {
  /// The name as `prlimit` and `ulimit` users know it: `nofile`, `core`, `stack`, ….
  public var name: String
  /// The soft limit.
  public var soft: Limit<UInt64>
  /// The hard limit.
  public var hard: Limit<UInt64>

  /// The resources by name with their Linux numbers. Source: getrlimit(2), asm-generic/resource.h.
  public static let resources: [String: Int32] = [
    "cpu": 0, "fsize": 1, "data": 2, "stack": 3, "core": 4, "rss": 5, "nproc": 6, "nofile": 7, "memlock": 8,
    "as": 9, "locks": 10, "sigpending": 11, "msgqueue": 12, "nice": 13, "rtprio": 14, "rttime": 15,
  ]

  /// Reads `nofile=1024` or `nofile=1024:4096` (soft and hard); `max` and `1G` are understood.
  public init(parsing text: String) throws(ValueError) {
    let expected = "a process limit NAME=SOFT[:HARD], such as nofile=1024:4096"
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw ValueError(text, expected: expected) }
    guard Self.resources[parts[0]] != nil else {
      let near = Self.resources.keys.sorted().nearest(to: parts[0]).map { "; did you mean '\($0)'?" } ?? ""
      throw ValueError(parts[0], expected: "a process limit known to setrlimit" + near)
    }
    let values = parts[1].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    name = parts[0]
    soft = try Self.value(values[0], expected)
    hard = try Self.value(values[values.count - 1], expected)
    guard (soft.bound ?? .max) <= (hard.bound ?? .max) else {
      throw ValueError(text, expected: "a soft limit that is at most the hard limit")
    }
  }

  private static func value(_ text: String, _ expected: String) throws(ValueError) -> Limit<UInt64> {
    if text == "max" || text == "unlimited" { return .unlimited }
    if let number = UInt64(text) { return .atMost(number) }
    guard let size = try? ByteCount(parsing: text) else { throw ValueError(text, expected: expected) }
    return .atMost(size.bytes)
  }
}
