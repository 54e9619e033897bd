// Writes the built-in policies as libseccomp compiles them for a machine.
// `write.sh` beside this file puts them where they are built in. ConfinementTests fail when the files and the policies say different things.

import Confinement
import Glibc
import ResourceModel

func literal(_ word: UInt64) -> String { "0x" + String(word, radix: 16) }

func lines(_ words: [UInt64]) -> [String] {
  stride(from: 0, to: words.count, by: 7).map { start in
    "  " + words[start..<min(start + 7, words.count)].map { literal($0) + "," }.joined(separator: " ")
  }
}

guard let machine = CommandLine.arguments.last.flatMap({ FilterArchitecture(rawValue: $0) }) else {
  print("usage: filter-programs x86_64|aarch64")
  exit(2)
}

print(
  "// Written by `swift run filter-programs` from the policies in Sources/ResourceModel/Confinement. Don't edit."
)
print("#include \"CFilterPrograms.h\"")
for level in [ConfinementLevel.standard, .strict] {
  guard let policy = CallPolicy.builtIn(level) else { continue }
  let words = try FilterCompiler.compile(policy, for: machine).instructions
  print("\nstatic const uint64_t \(level)_instructions[] = {")
  for line in lines(words) { print(line) }
  print("};")
  print(
    "const struct rmrun_filter_program rmrun_filter_\(level)_\(machine.rawValue) = {\(level)_instructions, \(words.count)};"
  )
}
