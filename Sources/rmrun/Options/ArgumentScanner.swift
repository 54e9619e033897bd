import ResourceModel

/// Bad usage: what was typed, and what to type instead. Exit status 125.
struct UsageError: Error, CustomStringConvertible {
  var description: String
}

/// Reads the command line of a run against the table of options.
///
/// ArgumentParser takes 3.3 ms for sixty options, three times what a whole launch costs; this takes microseconds. It follows the
/// same table and the same conventions: `--name value`, `--name=value`, `-p value`, `-pvalue`, `--` before the command. The
/// first word that is no option begins the command, which gets the rest unread.
enum ArgumentScanner {
  /// - Parameter options: those that may be given; all of a run.
  static func scan(
    _ words: ArraySlice<String>, options: [RunOption] = RunOption.all
  ) throws(UsageError) -> RunArguments {
    var arguments = RunArguments()
    var rest = words
    while let word = rest.first {
      if word == "--" {
        rest.removeFirst()
        break
      }
      guard word.hasPrefix("-"), word != "-" else { break }
      rest.removeFirst()
      if word == "--help" || word == "-h" {
        arguments.wantsHelp = true
        return arguments
      }
      try take(word, among: options, &rest, &arguments)
    }
    arguments.command = Array(rest)
    return arguments
  }

  private static func take(
    _ word: String, among options: [RunOption], _ rest: inout ArraySlice<String>,
    _ arguments: inout RunArguments
  ) throws(UsageError) {
    let (option, attached) = try match(word, among: options)
    var value = ""
    if option.valueName != nil {
      if let attached {
        value = attached
      } else {
        guard let next = rest.popFirst() else {
          throw UsageError(
            description: "--\(option.name) needs a value: --\(option.name) <\(option.valueName ?? "")>")
        }
        value = next
      }
    } else if attached != nil {
      throw UsageError(description: "--\(option.name) takes no value")
    }
    do {
      try option.apply(value, &arguments)
    } catch {
      throw UsageError(description: "--\(option.name): \(error)")
    }
  }

  /// The option that a word names, with the value that is attached to it.
  private static func match(_ word: String, among options: [RunOption]) throws(UsageError)
    -> (RunOption, String?)
  {
    if word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = options.first(where: { $0.name == name }) else {
        throw unknown("--" + name, options)
      }
      return (option, parts.count == 2 ? String(parts[1]) : nil)
    }
    let letter = word[word.index(after: word.startIndex)]
    guard let option = options.first(where: { $0.short == letter }) else {
      throw unknown("-\(letter)", options)
    }
    let attached = word.dropFirst(2)
    guard option.valueName == nil, !attached.isEmpty else {
      return (
        option, attached.isEmpty ? nil : String(attached.hasPrefix("=") ? attached.dropFirst() : attached)
      )
    }
    throw unknown(word, options)
  }

  private static func unknown(_ word: String, _ options: [RunOption]) -> UsageError {
    let names = options.map { "--" + $0.name } + ["--help", "--version"]
    let near = names.nearest(to: word).map { "; did you mean '\($0)'?" } ?? ""
    return UsageError(
      description: "unknown option '\(word.escapedForTerminal)'\(near) "
        + "(options of the command itself go behind it, or behind '--')")
  }
}
