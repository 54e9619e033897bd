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

  /// Nobody has more than a few.
  private static let mostLinks = 16

  /// As it is on this host.
  /// - Parameter resolvesNames: whether the job has a network to ask for names.
  package static func current(resolvesNames: Bool) -> RuntimeFiles {
    var found = RuntimeFiles()
    for name in ["/run", "/var/run"] {
      guard let place = try? RealPath.of(name), place != "/", !found.places.contains(where: place.isBelow),
        (try? FileStatus.of(place).kind) == .directory
      else { continue }
      found.places.append(place)
    }
    if resolvesNames, let file = try? RealPath.of("/etc/resolv.conf"),
      found.places.contains(where: file.isBelow)
    {
      found.files = [file]
    }
    if let place = found.places.first { found.links = links(in: place) }
    return found
  }

  private static func links(in place: String) -> [Link] {
    let entries = try? Descriptor.open(place, [.readOnly, .directory]).entries()
    let links = (entries ?? []).lazy.filter { $0.kind == .symbolicLink }.compactMap { entry -> Link? in
      let path = place + "/" + entry.name
      guard let target = try? RealPath.link(path), target.hasPrefix("/"), !target.isBelow(place) else {
        return nil
      }
      return Link(path: path, target: target)
    }
    return Array(links.prefix(mostLinks))
  }
}
