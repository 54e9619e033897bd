extension [String] {
  /// The texts with a separator between them, as by `joined(separator:)`. That one is generic and comes unspecialised from the
  /// standard library: the first call of a process looks through all conformances of the executable, a thirtieth of a launch.
  package func concatenated(by separator: String) -> String {
    var text = first ?? ""
    for part in dropFirst() { text += separator + part }
    return text
  }
}
