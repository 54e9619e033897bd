/// A line of a terminal that is drawn again and again.
public enum LiveLine {
  /// What to write to replace the line's old text: back to its beginning, the text, and clear what is left of the old.
  /// So there is no moment at which the line is empty, and nothing flickers. Source: ECMA-48, CR and EL.
  public static func drawing(_ text: String) -> String { "\r" + text + "\u{1b}[K" }

  /// What to write to leave the line empty, for another text to be printed in its place.
  public static let clearing = "\r\u{1b}[K"
}
