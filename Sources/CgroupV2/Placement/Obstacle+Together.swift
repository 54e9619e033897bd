extension Obstacle {
  /// Obstacles of the same kind told as one, with one thing to do about all of them: nobody wants to boot five times.
  package struct Together: Sendable, Hashable {
    /// The controllers that can't be had because of it.
    package var controllers: Set<Controller>
    /// What stands in the way, as the middle of a sentence.
    package var cause: String
    /// What mends it.
    package var remedy: String
  }

  /// Takes together what v1 holds, and what one and the same group was not given; others stay alone, in the controllers' order.
  package static func together(_ missing: [Controller: Obstacle]) -> [Together] {
    var groups: [(key: Obstacle, controllers: [Controller])] = []
    for (controller, obstacle) in missing.sorted(by: { $0.key < $1.key }) {
      if let index = groups.firstIndex(where: { $0.key.isOfKind(obstacle) }) {
        groups[index].controllers.append(controller)
      } else {
        groups.append((obstacle, [controller]))
      }
    }
    return groups.map { obstacle, controllers in
      Together(
        controllers: Set(controllers), cause: obstacle.cause(for: controllers),
        remedy: obstacle.remedy(for: controllers))
    }
  }

  private func isOfKind(_ other: Obstacle) -> Bool {
    switch (self, other) {
    case (.heldByVersionOne, .heldByVersionOne): true
    case (.notHandedOn(_, let path), .notHandedOn(_, let otherPath)): path == otherPath
    default: self == other
    }
  }

  private func cause(for controllers: [Controller]) -> String {
    switch self {
    case .heldByVersionOne where controllers.count > 1:
      "cgroup v1 hierarchies hold the controllers "
        + controllers.map(\.versionOneName).joined(separator: ", ")
    case .notHandedOn(_, let path) where controllers.count > 1:
      "the group \(path) was not given the controllers " + controllers.map(\.rawValue).joined(separator: ", ")
    default: description
    }
  }

  private func remedy(for controllers: [Controller]) -> String {
    switch self {
    case .heldByVersionOne: Self.release(of: controllers)
    case .notHandedOn(_, let path): Self.handingOn(of: controllers, to: path)
    default: remedy
    }
  }
}
