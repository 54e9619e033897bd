/// A machine that filters are compiled for, with every instruction set that its kernel runs: a filter for one alone would be
/// left by starting a program of another.
package enum FilterArchitecture: String, Sendable, CaseIterable {
  case x86_64 = "x86_64"
  case arm64 = "aarch64"

  /// This machine; nil where no filter is compiled for it.
  package static var host: FilterArchitecture? {
    #if arch(x86_64)
      .x86_64
    #elseif arch(arm64)
      .arm64
    #else
      nil
    #endif
  }

  /// The library's tokens, the machine's own first: x86-64, x86, x32; arm64, arm. Source: seccomp_arch_add(3), seccomp.h.
  var tokens: [UInt32] {
    switch self {
    case .x86_64: [0xc000_003e, 0x4000_0003, 0x4000_003e]
    case .arm64: [0xc000_00b7, 0x4000_0028]
    }
  }
}
