import ResourceModel

/// The share of a budget that is used, as a bar.
struct BudgetBar {
  /// Columns, its ends included.
  var width: Int
  /// What the terminal can show.
  var repertoire: CharacterRepertoire

  /// The bar for `used` of `budget`: full at the budget and beyond, and not before.
  func text(_ used: Credits, of budget: Credits) -> String {
    let room = max(0, repertoire == .unicode ? width : width - 2)
    let micro = Int128(max(Credits.zero, used).microcredits)
    let share = budget > .zero ? micro * Int128(room) / Int128(budget.microcredits) : Int128(room)
    let filled = Int(min(share, Int128(room)))
    switch repertoire {
    case .unicode:
      return String(repeating: "█", count: filled) + String(repeating: "░", count: room - filled)
    case .ascii:
      return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: room - filled) + "]"
    }
  }
}
