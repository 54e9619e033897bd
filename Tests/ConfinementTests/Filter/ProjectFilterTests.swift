import ResourceModel
import Testing

@testable import Confinement

@Suite("What keeps files in their projects")
struct ProjectFilterTests {
  /// FS_IOC_FSSETXATTR, FS_IOC_SETFLAGS, FS_IOC32_SETFLAGS; the kernel looks at the lower half.
  private static let requests: [UInt64] = [0x401c_5820, 0x4008_6602, 0x4004_6602, 0x1_401c_5820]

  private func program(_ level: ConfinementLevel, _ machine: Machine) -> FilterProgram {
    FilterProgram.keepingProjects(
      before: FilterProgram.builtIn(level, for: machine.architecture), for: machine.architecture)
  }

  @Test(
    "a file's project stays as it is", arguments: [ConfinementLevel.none, .standard, .strict],
    Machine.allCases)
  func refuses(level: ConfinementLevel, machine: Machine) throws {
    let program = program(level, machine)
    for request in Self.requests {
      let call = try #require(machine.call("ioctl", [3, request]))
      #expect(program.decide(call) == .refuse(errno: 1))
    }
    let number: UInt32 = machine == .x32 ? 0x4000_01d5 : 469
    #expect(program.decide(FilteredCall(number: number, architecture: machine.audit)) == .refuse(errno: 1))
  }

  @Test(
    "the rest is decided as without", arguments: [ConfinementLevel.none, .standard, .strict], Machine.allCases
  )
  func leavesTheRest(level: ConfinementLevel, machine: Machine) throws {
    let program = program(level, machine)
    let rest = FilterProgram.builtIn(level, for: machine.architecture)
    for number in UInt32(0)..<468 {
      let call = FilteredCall(
        number: machine == .x32 ? number | 0x4000_0000 : number, architecture: machine.audit,
        arguments: [3, 0x5413])
      #expect(program.decide(call) == rest?.decide(call) ?? .allow)
    }
    // To ask for attributes (FS_IOC_FSGETXATTR, FS_IOC_GETFLAGS) changes none.
    for request: UInt64 in [0x801c_581f, 0x8008_6601] {
      let call = try #require(machine.call("ioctl", [3, request]))
      #expect(program.decide(call) == rest?.decide(call) ?? .allow)
    }
  }
}
