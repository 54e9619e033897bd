/// Finds YAML aliases (`*name` for what `&name` marked) before the YAML library sees the text.
///
/// A few lines of aliases of aliases stand for billions of nodes ("billion laughs"), and the library visits them all when such an alias is a
/// key. Nothing in these files needs an alias, so they are refused. Finding them takes no YAML: an alias needs its anchor, so
/// a text that has both `&name` and `*name` for one name, wherever they stand, has one, or says so in a comment
/// that can be worded otherwise.
enum AliasSearch {
  /// The place of the first alias; nil if there is none.
  static func firstAlias(in text: String) -> SourcePosition? {
    guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else { return nil }
    let anchors = Set(names(after: "&", in: text).map(\.name))
    return names(after: "*", in: text).first { anchors.contains($0.name) }?.position
  }

  private static func names(
    after sign: Unicode.Scalar, in text: String
  ) -> [(name: Substring, position: SourcePosition)] {
    var found: [(name: Substring, position: SourcePosition)] = []
    var place = TextPlace()
    let scalars = text.unicodeScalars
    for index in scalars.indices {
      if scalars[index] == sign {
        let rest = scalars[scalars.index(after: index)...]
        let name = rest.prefix { isNameScalar($0) }
        if !name.isEmpty { found.append((Substring(name), place.position)) }
      }
      place.pass(scalars[index])
    }
    return found
  }

  /// Source: libyaml's `IS_ALPHA`, which is what its anchors are made of.
  private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
    default: false
    }
  }
}
