import ResourceModel

extension JobReport {
  /// What people call the job, on one line and safe for a terminal: its name where it was given one, else the command.
  var title: String {
    let program = command.first?.split(separator: "/").last.map(String.init)
    guard program == name, !command.isEmpty else { return name.titleText }
    return ([name] + command.dropFirst()).quotedForShell.shortened(to: 60)
  }
}

extension String {
  /// A name as reports show it: one line, safe for a terminal, not too long, never nothing.
  var titleText: String { isEmpty ? "(no name)" : escapedForTerminal.shortened(to: 60) }
}
