import ResourceModel
import Testing

@testable import Confinement

@Suite("What keeps sockets to those that are held to destinations")
struct SocketFilterTests {
  private static let levels = [ConfinementLevel.none, .standard, .strict]

  private func program(_ level: ConfinementLevel, _ machine: Machine) -> FilterProgram {
    FilterProgram.keepingSockets(
      before: FilterProgram.builtIn(level, for: machine.architecture), for: machine.architecture)
  }

  private func made(_ name: String, _ machine: Machine, _ arguments: UInt64...) -> FilteredCall? {
    let numbers: [String: [Machine: UInt32]] = [
      "socket": [.x86_64: 41, .x32: 0x4000_0029, .x86: 359, .arm64: 198, .arm: 281],
      "socketpair": [.x86_64: 53, .x32: 0x4000_0035, .x86: 360, .arm64: 199, .arm: 288],
      "setsockopt": [.x86_64: 54, .x32: 0x4000_021d, .x86: 366, .arm64: 208, .arm: 294],
      "socketcall": [.x86: 102, .arm: 102],
      "io_uring_setup": [.x86_64: 425, .x32: 0x4000_01a9, .x86: 425, .arm64: 425, .arm: 425],
      "request_key": [.x86_64: 249, .x32: 0x4000_00f9, .x86: 287, .arm64: 218, .arm: 310],
      "io_uring_register": [.x86_64: 427, .x32: 0x4000_01ab, .x86: 427, .arm64: 427, .arm: 427],
    ]
    return numbers[name]?[machine].map {
      FilteredCall(number: $0, architecture: machine.audit, arguments: arguments)
    }
  }

  @Test("other families are refused, and packet sockets by their former name", arguments: Machine.allCases)
  func refusesFamilies(machine: Machine) throws {
    let program = program(.none, machine)
    // The kernel looks at the lower half; the flags SOCK_NONBLOCK and SOCK_CLOEXEC are above the type.
    let all: [UInt64] = [1, 2, 10, 16].flatMap { [$0, $0 | 1 << 40] }
    for family in UInt64(0)...64 where !all.contains(family) {
      for name in ["socket", "socketpair"] {
        let call = try #require(made(name, machine, family, 1))
        #expect(program.decide(call) == .refuse(errno: 97), "\(name) of family \(family)")
      }
    }
    for family in all {
      for type: UInt64 in [1, 2, 3, 5, 0x80801] {
        let call = try #require(made("socket", machine, family, type))
        #expect(program.decide(call) == .allow)
      }
      for type: UInt64 in [10, 0x8080a, 1 << 32 | 10] {
        let call = try #require(made("socket", machine, family, type))
        #expect(program.decide(call) == .refuse(errno: 97))
      }
    }
  }

  @Test("no socket is made where no filter looks", arguments: levels, Machine.allCases)
  func refusesDetours(level: ConfinementLevel, machine: Machine) throws {
    let program = program(level, machine)
    for name in ["io_uring_setup", "io_uring_register"] {
      #expect(program.decide(try #require(made(name, machine))) == .refuse(errno: 1))
    }
    guard machine == .x86 || machine == .arm else { return }
    for operation in UInt64(0)...20 {
      let isRefused = [1, 8, 14].contains(operation)
      let call = try #require(made("socketcall", machine, operation))
      let rest = FilterProgram.builtIn(level, for: machine.architecture)?.decide(call) ?? .allow
      #expect(program.decide(call) == (isRefused ? .refuse(errno: 1) : rest))
    }
  }

  @Test("no socket claims an address that isn't this host's", arguments: levels, Machine.allCases)
  func refusesClaims(level: ConfinementLevel, machine: Machine) throws {
    let program = program(level, machine)
    let rest = FilterProgram.builtIn(level, for: machine.architecture)
    let claims: [[UInt64]] = [[0, 15], [0, 19], [41, 75], [41, 78]]
    for socketLevel: UInt64 in [0, 1, 6, 17, 41] {
      for option in UInt64(0)...100 {
        let call = try #require(made("setsockopt", machine, 3, socketLevel, option, 0x1000, 4))
        let isClaim = claims.contains([socketLevel, option])
        #expect(program.decide(call) == (isClaim ? .refuse(errno: 1) : rest?.decide(call) ?? .allow))
        guard isClaim else { continue }
        // The kernel looks at the lower half.
        let high = try #require(made("setsockopt", machine, 3, socketLevel | 1 << 32, option | 7 << 40))
        #expect(program.decide(high) == .refuse(errno: 1))
      }
    }
  }

  @Test("the kernel starts no program that resolves names", arguments: levels, Machine.allCases)
  func refusesKeysFromElsewhere(level: ConfinementLevel, machine: Machine) throws {
    let program = program(level, machine)
    for information: UInt64 in [1, 0x7fff_0000, 1 << 32, .max] {
      let call = try #require(made("request_key", machine, 1, 2, information, 0))
      #expect(program.decide(call) == .refuse(errno: 1))
    }
    let search = try #require(made("request_key", machine, 1, 2, 0, 7))
    let rest = FilterProgram.builtIn(level, for: machine.architecture)
    #expect(program.decide(search) == rest?.decide(search) ?? .allow)
  }

  @Test("the rest is decided as without", arguments: levels, Machine.allCases)
  func leavesTheRest(level: ConfinementLevel, machine: Machine) throws {
    let program = program(level, machine)
    let rest = FilterProgram.builtIn(level, for: machine.architecture)
    for number in UInt32(0)..<470 where ![425, 426, 427].contains(number) {
      let call = FilteredCall(
        number: machine == .x32 ? number | 0x4000_0000 : number, architecture: machine.audit,
        arguments: [2, 1, 0])
      #expect(program.decide(call) == rest?.decide(call) ?? .allow)
    }
  }

  @Test("both what keeps sockets and what keeps projects are asked", arguments: Machine.allCases)
  func standsBeforeAnother(machine: Machine) throws {
    let projects = FilterProgram.keepingProjects(before: nil, for: machine.architecture)
    let both = FilterProgram.keepingSockets(before: projects, for: machine.architecture)
    #expect(both.decide(try #require(made("socket", machine, 17, 3))) == .refuse(errno: 97))
    #expect(both.decide(try #require(machine.call("ioctl", [3, 0x401c_5820]))) == .refuse(errno: 1))
    #expect(both.decide(try #require(made("socket", machine, 2, 1))) == .allow)
  }
}
