import ResourceModel

/// The words of the command line.
struct Arguments {
  var mode: String
  var ledger: String
  var account: AccountPath
  var number: Int64
  var seed: UInt64 = 0

  struct Unusable: Error, CustomStringConvertible {
    var description: String { "usage: see main.swift" }
  }

  init() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    guard words.count >= 4, let number = Int64(words[3]) else { throw Unusable() }
    (mode, ledger, account, self.number) = (words[0], words[1], try AccountPath(parsing: words[2]), number)
    if words.count > 4, let seed = UInt64(words[4]) { self.seed = seed }
  }
}
