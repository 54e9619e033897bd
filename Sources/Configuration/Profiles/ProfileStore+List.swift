import LinuxSystem
import ResourceModel

extension ProfileStore {
  /// A line of `rmrun profile list`.
  package struct Listing: Sendable, Hashable {
    /// The name that `--profile` takes.
    package var name: String
    /// The profile's own description.
    package var summary: String
    /// Where it came from.
    package var origin: LoadedProfile.Origin
    /// Why it can't be used under this name; nil if it can.
    package var obstacle: String?
  }

  /// Every profile that has a name: the built-in ones, then those of the directories, by name.
  ///
  /// Files that can't be used are listed with the reason. A directory that isn't there, or can't be read, has none.
  package func list() -> [Listing] {
    var listings = Profile.builtIn.map {
      Listing(name: $0.name, summary: $0.summary, origin: .builtIn, obstacle: nil)
    }
    for directory in directories {
      for name in Self.names(in: directory) {
        let path = directory + "/" + name + ".yaml"
        let earlier = listings.first { $0.name == name }
        listings.append(Self.listing(name, path: path, earlier: earlier))
      }
    }
    return listings
  }

  private static func listing(_ name: String, path: String, earlier: Listing?) -> Listing {
    var listing = Listing(name: name, summary: "", origin: .file(path), obstacle: nil)
    do throws(ConfigurationError) {
      let parsed = ProfileFile.parse(try read(path).bytes, file: path, name: name)
      listing.summary = parsed.profile.summary
      if !parsed.diagnostics.isEmpty { listing.obstacle = "faulty: see `rmrun profile check \(name)`" }
    } catch {
      listing.obstacle = error.underlying?.description ?? error.reason
    }
    if let earlier { listing.obstacle = hidden(by: earlier) }
    return listing
  }

  /// Why a file is ignored whose name is taken.
  static func hidden(by earlier: Listing) -> String {
    switch earlier.origin {
    case .builtIn: "ignored: the built-in profile '\(earlier.name)' can't be replaced; rename the file"
    case .file(let path): "ignored: \(path) comes first"
    }
  }

  private static func names(in directory: String) -> [String] {
    guard let entries = try? Descriptor.open(directory, [.readOnly, .directory]).entries() else { return [] }
    let names = entries.map(\.name).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
    return names.filter(ProfileReference.isName).sorted()
  }
}
