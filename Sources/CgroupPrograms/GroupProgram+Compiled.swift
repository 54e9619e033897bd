import CNetworkPrograms
import LinuxSystem

extension GroupProgram {
  /// Loads a program that was compiled before, with its maps.
  convenience init(
    for hook: Hook, name: String, _ compiled: rmrun_network_program,
    _ maps: [rmrun_network_map.RawValue: any ProgramMap]
  ) throws(SystemError) {
    var uses: [(instruction: Int, map: any ProgramMap)] = []
    for use in UnsafeBufferPointer(start: compiled.uses, count: compiled.use_count) {
      guard let map = maps[use.map.rawValue] else { preconditionFailure("a program without one of its maps") }
      uses.append((Int(use.instruction), map))
    }
    let instructions = Array(UnsafeBufferPointer(start: compiled.instructions, count: compiled.count))
    try self.init(for: hook, name: name, instructions, uses: uses)
  }
}
