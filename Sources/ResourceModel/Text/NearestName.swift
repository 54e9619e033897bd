extension Sequence where Element == String {
  /// The name nearest to `text` by edit distance, if it is near enough to be what was meant (a third of its letters).
  package func nearest(to text: String) -> String? {
    var best: (name: String, distance: Int)?
    for name in self {
      // So many letters more or fewer are as many edits; what is a mebibyte of nonsense is never compared.
      guard abs(text.utf8.count - name.utf8.count) <= Swift.max(1, name.utf8.count / 3) else { continue }
      let distance = editDistance(Array(text.utf8), Array(name.utf8))
      if distance <= Swift.max(1, name.utf8.count / 3), distance < best?.distance ?? .max {
        best = (name, distance)
      }
    }
    return best?.name
  }
}

/// Edits (insert, delete, replace, swap neighbours) that turn one text into the other: optimal string alignment.
private func editDistance(_ from: [UInt8], _ to: [UInt8]) -> Int {
  guard !from.isEmpty, !to.isEmpty else { return Swift.max(from.count, to.count) }
  var beforeLast = [Int]()
  var last = Array(0...to.count)
  for row in 1...from.count {
    var current = [row]
    for column in 1...to.count {
      let replace = last[column - 1] + (from[row - 1] == to[column - 1] ? 0 : 1)
      var least = Swift.min(replace, last[column] + 1, current[column - 1] + 1)
      if row > 1, column > 1, from[row - 1] == to[column - 2], from[row - 2] == to[column - 1] {
        least = Swift.min(least, beforeLast[column - 2] + 1)
      }
      current.append(least)
    }
    (beforeLast, last) = (last, current)
  }
  return last[to.count]
}
