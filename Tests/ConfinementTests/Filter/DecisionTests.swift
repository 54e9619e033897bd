import Testing

@testable import Confinement
@testable import ResourceModel

@Suite("What a filter says")
struct DecisionTests {
  /// The decisions of all machines that have the call; one where they agree.
  private func decisions(
    _ level: ConfinementLevel, _ name: String, _ arguments: [UInt64] = []
  ) throws -> Set<FilterProgram.Decision> {
    var found = Set<FilterProgram.Decision>()
    for machine in Machine.allCases {
      guard let call = machine.call(name, arguments) else { continue }
      found.insert(try #require(FilterProgram.builtIn(level, for: machine.architecture)).decide(call))
    }
    return found
  }

  private static let notPermitted: Set<FilterProgram.Decision> = [.refuse(errno: 1)]
  private static let notImplemented: Set<FilterProgram.Decision> = [.refuse(errno: 38)]

  @Test(arguments: ["mount", "keyctl", "bpf", "perf_event_open", "io_uring_setup"])
  func theDefaultRefuses(name: String) throws {
    #expect(try decisions(.standard, name) == Self.notPermitted)
  }

  @Test(arguments: ["read", "openat", "execve", "ptrace", "socket", "ioctl", "clone", "unshare"])
  func theDefaultAllows(name: String) throws { #expect(try decisions(.standard, name) == [.allow]) }

  @Test func cloneThreeIsNotThereForItsFlagsCantBeSeen() throws {
    #expect(try decisions(.standard, "clone3") == Self.notImplemented)
    #expect(try decisions(.strict, "clone3") == Self.notImplemented)
  }

  @Test(arguments: CallPolicy.namespaceFlags.dropFirst())
  func noNamespaceIsMade(flag: UInt64) throws {
    #expect(try decisions(.standard, "clone", [flag | 17]) == Self.notPermitted)
    #expect(try decisions(.standard, "unshare", [flag]) == Self.notPermitted)
    #expect(try decisions(.strict, "clone", [flag | 17]) == Self.notImplemented)
    #expect(try decisions(.strict, "unshare", [flag]) == Self.notImplemented)
  }

  @Test func threadsAndProcessesAreMade() throws {
    // CLONE_VM | FS | FILES | SIGHAND | THREAD | SYSVSEM | SETTLS | PARENT_SETTID | CHILD_CLEARTID: glibc's threads.
    for flags: UInt64 in [0x003d_0f00, 0x0120_0011, 0x4111] {
      #expect(try decisions(.standard, "clone", [flags]) == [.allow])
      #expect(try decisions(.strict, "clone", [flags]) == [.allow])
    }
  }

  /// The kernel looks at the lower 32 bits of the request.
  @Test(arguments: [0x5412, 0x1_0000_5412, 0xffff_ffff_0000_5412] as [UInt64])
  func inputIsNotPushedIntoTheTerminal(request: UInt64) throws {
    for machine in [Machine.x86_64, .arm64, .x32] {
      let call = try #require(machine.call("ioctl", [0, request]))
      let program = try #require(FilterProgram.builtIn(.standard, for: machine.architecture))
      #expect(program.decide(call) == .refuse(errno: 1))
    }
  }

  @Test func theTerminalIsAsked() throws {
    #expect(try decisions(.strict, "ioctl", [0, 0x5401]) == [.allow])
    #expect(try decisions(.strict, "ioctl", [0, 0x5412]) == Self.notImplemented)
  }

  @Test func aMachineIsNotReachedThroughItsHost() throws {
    #expect(try decisions(.standard, "socket", [40, 1, 0]) == Self.notPermitted)
    #expect(try decisions(.standard, "socket", [2, 1, 0]) == [.allow])
  }

  @Test func personalitiesThatWeakenAreRefused() throws {
    #expect(try decisions(.standard, "personality", [0x0040000]) == Self.notPermitted)
    #expect(try decisions(.standard, "personality", [0x0400000]) == Self.notPermitted)
    #expect(try decisions(.standard, "personality", [8]) == [.allow])
    #expect(try decisions(.standard, "personality", [0xffff_ffff]) == [.allow])
    #expect(try decisions(.strict, "personality", [0x0040000]) == Self.notImplemented)
    #expect(try decisions(.strict, "personality", [0xffff_ffff]) == [.allow])
  }

  /// All bits but one: the kernel sets what is there of them.
  private static let nearTheQuestion = (0..<32).map { 0xffff_ffff ^ UInt64(1) << $0 }

  /// The kernel looks at the lower 32 bits, and at each by itself.
  @Test(
    arguments: [0x8004_0000, 0xf010_0000, 0x8040_0008, 0x1_0004_0000, 0xffff_ffff_8004_0000] + nearTheQuestion
  )
  func personalitiesThatWeakenAreRefusedWithMeaninglessBits(personality: UInt64) throws {
    #expect(try decisions(.standard, "personality", [personality]) == Self.notPermitted)
    #expect(try decisions(.strict, "personality", [personality]) == Self.notImplemented)
  }

  /// As C passes -1, it may fill 64 bits.
  @Test(arguments: [0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff, .max] as [UInt64])
  func ordinaryPersonalitiesAndTheQuestionAreAllowed(personality: UInt64) throws {
    #expect(try decisions(.standard, "personality", [personality]) == [.allow])
  }

  @Test(arguments: ["mount", "keyctl", "bpf", "ptrace", "socket", "perf_event_open", "io_uring_setup"])
  func theStrictOneRefuses(name: String) throws {
    #expect(try decisions(.strict, name) == Self.notImplemented)
  }

  @Test func aListenerGetsEveryRefusalAndNothingElse() throws {
    let program = try #require(FilterProgram.builtIn(.standard, for: .x86_64))
    for (name, number) in Machine.x86_64.numbers {
      let call = FilteredCall(number: number, architecture: Machine.x86_64.audit)
      let decision = program.decide(call)
      let notified = program.notifying.decide(call)
      if case .refuse = decision {
        #expect(notified == .notify, "\(name)")
      } else {
        #expect(notified == decision)
      }
    }
  }
}
