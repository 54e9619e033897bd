import LinuxSystem

/// Where the running system's services have their sockets and pipes, which whoever may write to them reaches through a read-only mount too,
/// and what of it programs need all the same.
package struct RuntimeFiles: Sendable, Hashable {
  /// `/run`, and `/var/run` where that is another one.
  package var places: [String] = []
  /// Files that are shown: what `/etc/resolv.conf` leads to, without which no name is resolved.
  package var files: [String] = []
  /// Links right below `/run` that lead out of it: NixOS and Guix have all their programs by one.
  package var links: [Link] = []

  /// A symbolic link.
  package struct Link: Sendable, Hashable {
    package var path: String
    package var target: String

    package init(path: String, target: String) {
      self.path = path
      self.target = target
    }
  }

  package init() {}

  /// As it is on this host: a few calls, of which each launch pays for every one.
  /// - Parameter resolvesNames: whether the job has a network to ask for names.
  package static func current(resolvesNames: Bool) -> RuntimeFiles {
    var found = RuntimeFiles()
    for name in ["/run", "/var/run"] {
      // As a rule the second leads to the first.
      guard (try? RealPath.link(name)) != "/run", let place = directory(name),
        !found.places.contains(where: place.isBelow)
      else { continue }
      found.places.append(place)
    }
    let names = "/etc/resolv.conf"
    if resolvesNames, (try? RealPath.link(names)) != nil, let file = try? RealPath.of(names),
      found.places.contains(where: file.isBelow)
    {
      found.files = [file]
    }
    if let place = found.places.first {
      found.links = Self.links.compactMap { link(place + "/" + $0, outOf: place) }
    }
    return found
  }

  /// NixOS, Guix, Debian.
  private static let links = ["current-system", "booted-system", "opengl-driver", "opengl-driver-32", "shm"]

  /// The directory of a name, where the links to it lead.
  private static func directory(_ name: String) -> String? {
    switch try? FileStatus.of(name, follow: false).kind {
    case .directory: return name
    case .symbolicLink:
      guard let place = try? RealPath.of(name), place != "/" else { return nil }
      return (try? FileStatus.of(place).kind) == .directory ? place : nil
    default: return nil
    }
  }

  private static func link(_ path: String, outOf place: String) -> Link? {
    guard let target = try? RealPath.link(path), target.hasPrefix("/"), !target.isBelow(place) else {
      return nil
    }
    return Link(path: path, target: target)
  }
}
