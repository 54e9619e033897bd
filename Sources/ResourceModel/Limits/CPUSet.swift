/// A set of CPUs or memory nodes in the kernel's list form, such as `0-3,7`. Source: cpuset(7), "List format".
public struct CPUSet: Sendable, Hashable, CustomStringConvertible {
  /// The numbers in ascending order, without repetition.
  public let members: [Int]
  /// The text as given.
  public let description: String

  /// Reads the list form; a set has at most 65,536 members. Throws `ValueError` for anything else.
  public init(parsing text: String) throws(ValueError) {
    let expected = "a list of CPUs or nodes, such as 0-3,7"
    // The kernel reads at most a page; without a bound, a long list of wide ranges would take minutes.
    guard text.utf8.count <= 4096, text.utf8.allSatisfy({ "0123456789,-".utf8.contains($0) }) else {
      throw ValueError(text, expected: expected)
    }
    var members = Set<Int>()
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, 0 <= first, first <= last,
        last < 65_536
      else { throw ValueError(text, expected: expected) }
      members.formUnion(first...last)
    }
    self.members = members.sorted()
    self.description = text
  }
}
