import LinuxSystem
import ResourceModel
import Testing

@testable import CgroupPrograms

@Suite(
  "Refusing packets", .enabled(if: Stage.obstacle == nil, "needs what lets packets be counted"),
  .timeLimit(.minutes(15)))
struct NetworkHoldTests {
  /// A datagram of 72 bytes is 100 with its headers.
  private static let size = 72

  private static func allowance(
    bytes: Limit<ByteCount> = .unlimited, credits: Int64? = nil, _ prices: [Meter: Int64] = [:]
  ) -> NetworkAllowance {
    let rates = prices.mapValues { Rate(listUnitPrice: Credits(microcredits: $0), pricingUnit: .gb) }
    return NetworkAllowance(
      bytes: bytes, credits: credits.map { .atMost(Credits(microcredits: $0)) } ?? .unlimited, rates: rates,
      multiplier: .one)
  }

  private func stage(_ allowance: NetworkAllowance) throws -> (Stage, NetworkMeter) {
    let (stage, meter) = (try Stage(), try NetworkMeter(holds: true))
    try meter.allow(allowance)
    try meter.attach(to: stage.group)
    return (stage, meter)
  }

  /// Whether a datagram that is sent passes: what is refused, its sender is told.
  private func send(_ count: Int, from stage: Stage) throws {
    try stage.run(
      """
      for i in {1..\(count)}; do printf '%\(Self.size)s' x >/dev/udp/127.0.0.1/9; done 2>/dev/null
      true
      """)
  }

  @Test func withoutLimitsEverythingPasses() throws {
    let (stage, meter) = try stage(Self.allowance())
    try send(10, from: stage)
    let traffic = try meter.read()
    #expect(traffic.loopbackSent == .init(bytes: 1000, packets: 10))
    #expect(traffic.refused == .init())
  }

  /// At 1 microcredit for each byte sent over the loopback.
  @Test func notAPacketGoesBeyondTheCredits() throws {
    let (stage, meter) = try stage(Self.allowance(credits: 350, [.loopbackSent: 1_000_000_000]))
    try send(10, from: stage)
    let traffic = try meter.read()
    #expect(traffic.loopbackSent == .init(bytes: 300, packets: 3))
    #expect(traffic.refused == .init(forBytes: false, forCredits: true))
  }

  /// It goes round at 2⁶⁴ 65,536ths, which a fast network moves in a day.
  @Test func theSumOfWhatCostsMayGoRound() throws {
    let prices: [Meter: Int64] = [.loopbackSent: 1_000_000_000]
    for before in [UInt64.max - 200 << 16, .max, 1 << 63, 1 << 63 - 1] {
      let (stage, meter) = (try Stage(), try NetworkMeter(holds: true))
      let hold = try #require(meter.hold)
      try hold.use.write([0, before, 0, 0, 0, 0])
      try hold.look()
      try meter.allow(Self.allowance(credits: 350, prices))
      try meter.attach(to: stage.group)
      try send(5, from: stage)
      let traffic = try meter.read()
      #expect(traffic.loopbackSent == .init(bytes: 300, packets: 3))
      #expect(traffic.refused.forCredits)
      try meter.allow(Self.allowance(credits: 200, prices))
      #expect(try !meter.read().refused.forCredits)
      try send(5, from: stage)
      #expect(try meter.read().loopbackSent.packets == 5)
      try meter.allow(Self.allowance(credits: nil, prices))
      try send(5, from: stage)
      #expect(try meter.read().loopbackSent.packets == 10)
    }
  }

  @Test func whatCostsNothingPassesForNothing() throws {
    let (stage, meter) = try stage(Self.allowance(credits: 0, [.networkSent: 1_000_000_000]))
    try send(4, from: stage)
    #expect(try meter.read().loopbackSent.packets == 4)
  }

  @Test func theLoopbackIsNotOfTheBytesLimited() throws {
    let (stage, meter) = try stage(Self.allowance(bytes: .atMost(ByteCount(bytes: 0))))
    try send(4, from: stage)
    let traffic = try meter.read()
    #expect(traffic.loopbackSent.packets == 4 && traffic.refused == .init())
  }

  @Test func moreCreditsLetMorePassAndNoneIsCalledRefusedUnderThem() throws {
    let prices: [Meter: Int64] = [.loopbackSent: 1_000_000_000]
    let (stage, meter) = try stage(Self.allowance(credits: 200, prices))
    try send(5, from: stage)
    #expect(try meter.read().refused.forCredits)
    // So many are left, of another budget: none of the last is.
    try meter.allow(Self.allowance(credits: 500, prices))
    #expect(try !meter.read().refused.forCredits)
    try send(9, from: stage)
    let traffic = try meter.read()
    #expect(traffic.loopbackSent == .init(bytes: 700, packets: 7))
    #expect(traffic.refused.forCredits)
  }

  @Test func theLoopbackIsNotOfTheRate() throws {
    var allowance = Self.allowance()
    allowance.nanosecondsPerMebibyte = .max >> 20
    let (stage, meter) = try stage(allowance)
    try send(20, from: stage)
    #expect(try meter.read().loopbackSent.packets == 20)
  }

  @Test func connectionsAreCountedUntilTheyAreClosed() throws {
    let stage = try Stage()
    let limit = try ConnectionLimit(atMost: 2)
    try limit.attach(to: stage.group)
    try stage.run(
      """
      exec python3 -c '
      import socket
      server = socket.create_server(("127.0.0.1", 0))
      opened = [socket.create_connection(server.getsockname()) for _ in range(2)]
      try:
          socket.create_connection(server.getsockname())
      except PermissionError:
          opened.pop().close()
          opened.append(socket.create_connection(server.getsockname()))
      assert len(opened) == 2
      '
      """)
    // Those that were open at its end are closed.
    let open = try limit.open()
    #expect(open == 0)
  }

  /// Eight processes on all CPUs: the sum is exact.
  @Test func manyAtATimeStayWithinIt() throws {
    let (stage, meter) = try stage(Self.allowance(credits: 100_000, [.loopbackSent: 1_000_000_000]))
    try stage.run(
      """
      for j in 1 2 3 4 5 6 7 8; do
        (for i in {1..300}; do printf '%\(Self.size)s' x >/dev/udp/127.0.0.1/9; done 2>/dev/null) &
      done
      wait
      """)
    #expect(try meter.read().loopbackSent == .init(bytes: 100_000, packets: 1000))
  }
}
