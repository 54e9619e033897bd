extension JobBase {
  /// Leaves the hierarchy as it was found: what `leave` does, and controllers taken back from groups that did not hand them
  /// on before, the real root included. What others have come to use meanwhile stays.
  ///
  /// For a look at a host, which must change nothing. After a run they stay on at the real root, since the next run would
  /// switch them on again.
  package func undo() {
    leave()
    for step in plan.enable.reversed() where step.path != plan.base || !plan.makesBase {
      (try? GroupDirectory(path: step.path))?.takeBack(step.controllers)
    }
  }
}
