import ResourceModel
import Testing

@testable import Confinement

@Suite("Policies of one's own")
struct FilterCompilerTests {
  private func program(_ rules: [CallRule], otherwise: CallAction = .allow) throws -> FilterProgram {
    try FilterCompiler.compile(
      CallPolicy(summary: "", otherwise: otherwise, rules: rules), for: .x86_64)
  }

  private func decide(_ program: FilterProgram, _ name: String, _ arguments: UInt64...) throws
    -> FilterProgram.Decision
  {
    program.decide(try #require(Machine.x86_64.call(name, arguments)))
  }

  @Test func everyAction() throws {
    let program = try program([
      CallRule(["mount"], .kill), CallRule(["bpf"], .log),
      CallRule(["socket"], .refuse(try CallError(parsing: "EAFNOSUPPORT"))),
    ])
    #expect(try decide(program, "mount") == .kill)
    #expect(try decide(program, "bpf") == .log)
    #expect(try decide(program, "socket") == .refuse(errno: 97))
    #expect(try decide(program, "read") == .allow)
  }

  @Test(
    arguments: [
      ("arg0 == 5", 5, 6), ("arg0 != 5", 6, 5), ("arg0 < 5", 4, 5), ("arg0 <= 5", 5, 6), ("arg0 > 5", 6, 5),
      ("arg0 >= 5", 5, 4), ("arg0 & 0xf0 == 0x50", 0x5f, 0x6f), ("arg0 > 0x100000000", 1 << 33, 1 << 31),
      ("arg0 & 0xffffffff != 5", 1 << 40 | 4, 1 << 40 | 5), ("arg0 & 0xf0 != 0x50", 0x1f, 0x5a),
      ("arg0 & 0xf000000000 != 0", 1 << 37, 1 << 35),
    ] as [(String, UInt64, UInt64)])
  func everyComparison(text: String, matching: UInt64, other: UInt64) throws {
    let rule = CallRule(["socket"], .kill, when: [try ArgumentCondition(parsing: text)])
    let program = try program([rule])
    #expect(try decide(program, "socket", matching) == .kill)
    #expect(try decide(program, "socket", other) == .allow)
  }

  @Test func allConditionsOfARuleHaveToHold() throws {
    let conditions = [ArgumentCondition(argument: 0, .equal, 1), ArgumentCondition(argument: 2, .equal, 3)]
    let program = try program([CallRule(["socket"], .kill, when: conditions)])
    #expect(try decide(program, "socket", 1, 0, 3) == .kill)
    #expect(try decide(program, "socket", 1, 0, 4) == .allow)
  }

  /// libseccomp itself takes one condition for each argument.
  @Test func twoMasksOfAnArgumentGoTogether() throws {
    let texts = ["arg0 & 0xf0 == 0x50", "arg0 & 0xff != 0x57", "arg1 == 1"]
    let program = try program([
      CallRule(["socket"], .kill, when: try texts.map { text in try ArgumentCondition(parsing: text) })
    ])
    #expect(try decide(program, "socket", 0x56, 1) == .kill)
    for (family, type) in [(0x56, 2), (0x57, 1), (0x66, 1)] as [(UInt64, UInt64)] {
      #expect(try decide(program, "socket", family, type) == .allow)
    }
  }

  @Test func conditionsThatAreTooManyRulesAreAnError() throws {
    let conditions = try (0..<3).map { try ArgumentCondition(parsing: "arg\($0) & 0xffffffff != 1") }
    #expect(throws: ConfinementError.self) { try program([CallRule(["socket"], .kill, when: conditions)]) }
  }

  @Test func ownRulesTakeThePlaceOfTheBuiltInOnes() throws {
    let policy = CallPolicy.standard.replacing(
      with: [CallRule(["io_uring_setup"], .allow), CallRule(["read"], .kill)], summary: "")
    let program = try FilterCompiler.compile(policy, for: .x86_64)
    #expect(try decide(program, "io_uring_setup") == .allow)
    #expect(try decide(program, "read") == .kill)
    #expect(try decide(program, "bpf") == .refuse(errno: 1))
  }

  private func rules(about call: String, _ actions: CallAction...) throws -> [CallRule] {
    try actions.enumerated().map { index, action in
      CallRule([call], action, when: [try ArgumentCondition(parsing: "arg0 & 0xffffffff == \(16 + index)")])
    }
  }

  /// libseccomp would keep one of them without a word: 32-bit programs have one call for all that is done with sockets.
  @Test func rulesThatCantBeToldApartAreAnError() throws {
    let contradictory = try rules(about: "socket", .kill, .refuse(.notPermitted))
    #expect(throws: ConfinementError.self) { try program(contradictory) }
    let likeMinded = try program(try rules(about: "socket", .kill, .kill))
    #expect(try decide(likeMinded, "socket", 16) == .kill)
    #expect(try decide(likeMinded, "socket", 17) == .kill)
    let elsewhere = try program(try rules(about: "ioctl", .kill, .refuse(.notPermitted)))
    #expect(try decide(elsewhere, "ioctl", 16) == .kill)
    #expect(try decide(elsewhere, "ioctl", 17) == .refuse(errno: 1))
  }

  @Test func aCallThatDoesNotExistIsAnError() {
    #expect(throws: ConfinementError.self) { try program([CallRule(["mountt"], .kill)]) }
    #expect(!FilterCompiler.knows("mountt"))
    #expect(FilterCompiler.knows("mount"))
  }

  @Test func aFilterThatIsTooLongIsAnError() {
    let rules = (0..<3000).map {
      CallRule(["socket"], .kill, when: [ArgumentCondition(argument: 0, .equal, UInt64($0) << 32 | 7)])
    }
    #expect(throws: ConfinementError.self) { try program(rules) }
  }

  @Test func callsHaveNames() throws {
    #expect(FilterCompiler.name(of: try #require(Machine.x86_64.call("mount"))) == "mount")
    #expect(FilterCompiler.name(of: try #require(Machine.arm64.call("mount"))) == "mount")
    #expect(FilterCompiler.name(of: FilteredCall(number: 5000, architecture: 0xc000_003e)) == nil)
  }

  /// What no filter is: it is run to its end all the same.
  @Test func programsThatMakeNoSenseAreToldSo() {
    #expect(FilterProgram(instructions: []).decide(FilteredCall(number: 0, architecture: 0)) == .invalid)
    #expect(
      FilterProgram(instructions: [0xff]).decide(FilteredCall(number: 0, architecture: 0)) == .invalid)
    // A load from beside the structure.
    let load: UInt64 = 0x40 << 32 | 0x20
    #expect(FilterProgram(instructions: [load]).decide(FilteredCall(number: 0, architecture: 0)) == .invalid)
  }
}
