import LinuxSystem
import ResourceModel

extension GroupDirectory {
  /// Has the group hand controllers on to the groups right below. Returns those that it would not, with why.
  /// The corresponding control file is `cgroup.subtree_control`.
  ///
  /// All in one write, as each write makes the kernel wait for all running RCU readers; one by one only where
  /// that is refused. On a group that holds processes the kernel refuses domain controllers (EBUSY), but
  /// takes the others silently, and turns the group "domain threaded" and its children "domain invalid". The
  /// plan makes sure that nobody is there; for who came in between, the type is checked afterwards, and all
  /// is taken back.
  func handOn(_ controllers: Set<Controller>) -> [Controller: Obstacle] {
    var refused: [Controller: Obstacle] = [:]
    do {
      try write("cgroup.subtree_control", Controller.switchText("+", controllers))
    } catch {
      for controller in controllers.sorted() {
        do {
          try write("cgroup.subtree_control", Controller.switchText("+", [controller]))
        } catch {
          refused[controller] = Obstacle(error)
        }
      }
    }
    let type = (try? read("cgroup.type", GroupType.init(parsing:))) ?? nil
    if let type, !type.allowsDomainChildren {
      takeBack(controllers)
      let cause = Obstacle.threaded(path: path, type: type.rawValue)
      return Dictionary(uniqueKeysWithValues: controllers.map { ($0, cause) })
    }
    return refused
  }

  /// Has the group hand controllers on no more. What can't be taken back (children use it) stays.
  func takeBack(_ controllers: Set<Controller>) {
    for controller in controllers.sorted() {
      try? write("cgroup.subtree_control", Controller.switchText("-", [controller]))
    }
  }
}
