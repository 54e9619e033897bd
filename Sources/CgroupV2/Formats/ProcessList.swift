package import ResourceModel

/// `cgroup.procs`: the processes of one group, without those of its descendants, one number a line. Example:
///
///     1201
///     1207
///     0
///
/// 0 stands for a process outside of the reader's pid namespace. The list is not sorted, and a process that
/// was moved while it was read can stand in it twice.
package struct ProcessList: Sendable, Hashable {
  /// The processes that have a number here. None of them is below 1.
  package var visible: [Int32]
  /// How many have none here.
  package var hidden: Int

  /// Reads the file's text; an empty one is an empty group. Throws for a line that is no process number.
  package init(parsing bytes: [UInt8]) throws(ValueError) {
    (visible, hidden) = ([], 0)
    var text = ControlText(bytes)
    while let line = try text.line() {
      guard let number = line.unsigned.flatMap(Int32.init(exactly:)) else {
        throw ValueError(line.shown, expected: "a process number")
      }
      if number == 0 { hidden += 1 } else { visible.append(number) }
    }
  }

  /// Whether the group has no process of its own.
  package var isEmpty: Bool { visible.isEmpty && hidden == 0 }
}
