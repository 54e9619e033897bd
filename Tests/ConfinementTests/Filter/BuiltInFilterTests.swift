import ResourceModel
import Testing

@testable import Confinement

@Suite("The filters that were compiled before")
struct BuiltInFilterTests {
  static let cases = [ConfinementLevel.standard, .strict].flatMap { level in
    FilterArchitecture.allCases.map { (level, $0) }
  }

  /// Arguments that some rule asks for, and some that none does.
  private static let arguments: [[UInt64]] = {
    let conditions = [CallPolicy.standard, .strict].flatMap { $0.rules.flatMap(\.conditions) }
    let values = Set(conditions.flatMap { [$0.value, $0.value | 1, $0.value | 1 << 40, ~$0.mask] }).union([
      0, .max, 17,
    ])
    return values.sorted().map { [UInt64](repeating: $0, count: 6) }
  }()

  /// By what they say and not by their instructions, which another version of the library writes otherwise.
  @Test(arguments: cases)
  func sayWhatThePoliciesSay(level: ConfinementLevel, architecture: FilterArchitecture) throws {
    let policy = try #require(CallPolicy.builtIn(level))
    let builtIn = try #require(FilterProgram.builtIn(level, for: architecture))
    let compiled = try FilterCompiler.compile(policy, for: architecture)
    #expect(!builtIn.instructions.isEmpty)
    var different: [FilteredCall] = []
    for token in architecture.tokens {
      // x32 calls carry a bit, and the machine's own architecture number.
      let isX32 = token == 0x4000_003e
      let base: UInt32 = isX32 ? 0x4000_0000 : 0
      let audit = isX32 ? 0xc000_003e : token
      for number in 0..<UInt32(600) {
        for arguments in Self.arguments {
          let call = FilteredCall(number: base + number, architecture: audit, arguments: arguments)
          if builtIn.decide(call) != compiled.decide(call) { different.append(call) }
        }
      }
    }
    #expect(
      different.isEmpty, "the programs are older than the policies: see Tests/FilterPrograms/main.swift")
  }

  @Test(arguments: cases)
  func endProgramsOfAnotherMachine(level: ConfinementLevel, architecture: FilterArchitecture) throws {
    let builtIn = try #require(FilterProgram.builtIn(level, for: architecture))
    // AUDIT_ARCH_S390X.
    #expect(builtIn.decide(FilteredCall(number: 1, architecture: 0x8000_0016)) == .kill)
  }

  @Test func thereAreNoneForOtherLevels() {
    #expect(FilterProgram.builtIn(.none) == nil)
    #expect(FilterProgram.builtIn(.file("/rules.yaml")) == nil)
  }
}
