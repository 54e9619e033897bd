/// Keys that stand in a map more than once.
///
/// The YAML library stops at the first such key and names the place of its first occurrence only. So that *all* faults can be
/// reported in one run, that occurrence gets another name of the same length, and the text is read again; what was renamed is
/// remembered by its place, which has not moved.
struct RepeatedKeys {
  private(set) var text: String
  private var originalNames: [SourcePosition: String] = [:]

  /// Bytes that may be read again: a page some hundred times, a mebibyte not once.
  private var bytesLeft = 1 << 19
  /// So many names there are to give.
  private static let most = 1024
  /// From the private use area: no key has it in earnest.
  private static let firstMark: UInt32 = 0xe100

  init(text: String) { self.text = text }

  /// The name that a renamed key had; nil if the key there was not renamed.
  func originalName(at position: SourcePosition) -> String? { originalNames[position] }

  /// Renames the key at `position`; false if that can't be done, or was done too often.
  mutating func rename(_ name: String, at position: SourcePosition) -> Bool {
    var scalars = text.unicodeScalars
    bytesLeft -= text.utf8.count
    guard bytesLeft >= 0, originalNames.count < Self.most, originalNames[position] == nil,
      let mark = Unicode.Scalar(Self.firstMark + UInt32(originalNames.count)),
      let start = Self.index(of: position, in: scalars)
    else { return false }
    let isQuoted = scalars[start] == "'" || scalars[start] == "\""
    let index = isQuoted ? scalars.index(after: start) : start
    // A key that does not begin with its name's first character is a list or a map, or has a tag or an anchor before it.
    guard index < scalars.endIndex, scalars[index] == name.unicodeScalars.first else { return false }
    scalars.replaceSubrange(index...index, with: CollectionOfOne(mark))
    text = String(scalars)
    originalNames[position] = name
    return true
  }

  private static func index(
    of position: SourcePosition, in scalars: String.UnicodeScalarView
  ) -> String.UnicodeScalarView.Index? {
    var place = TextPlace()
    for index in scalars.indices {
      if place.position == position { return index }
      place.pass(scalars[index])
    }
    return nil
  }
}
