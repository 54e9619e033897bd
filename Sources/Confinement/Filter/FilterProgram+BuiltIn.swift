package import ResourceModel
import CFilterPrograms

extension FilterProgram {
  /// The program of a built-in policy for this machine, as libseccomp compiled it before: to compile it at each launch would
  /// take half a millisecond. A test compares the two, call by call. Nil where the level has no built-in policy, or the
  /// machine no filter.
  package static func builtIn(_ level: ConfinementLevel) -> FilterProgram? {
    guard let architecture = FilterArchitecture.host else { return nil }
    return builtIn(level, for: architecture)
  }

  /// The same for any machine.
  package static func builtIn(_ level: ConfinementLevel, for architecture: FilterArchitecture)
    -> FilterProgram?
  {
    let isStrict: Bool
    switch level {
    case .standard: isStrict = false
    case .strict: isStrict = true
    case .none, .file: return nil
    }
    let raw =
      switch architecture {
      case .x86_64: isStrict ? rmrun_filter_strict_x86_64 : rmrun_filter_default_x86_64
      case .arm64: isStrict ? rmrun_filter_strict_aarch64 : rmrun_filter_default_aarch64
      }
    return FilterProgram(
      instructions: Array(UnsafeBufferPointer(start: raw.instructions, count: raw.count)))
  }
}
