import LinuxSystem
package import ResourceModel

/// Finds the price book that `--prices` names: the built-in `standard`, or a file.
package enum PriceBookStore {
  /// The price book of a value. `standard` reads no file.
  /// - Throws: `ConfigurationError`, with every fault of the file.
  package static func load(_ value: String) throws(ConfigurationError) -> PriceBook {
    if value == PriceBook.standard.name { return .standard }
    let parsed = try read(value)
    guard parsed.diagnostics.isEmpty else {
      throw ConfigurationError(.faulty, "use the price book", path: value, diagnostics: parsed.diagnostics)
    }
    return parsed.book
  }

  /// Every fault of a price book; none for a good one.
  package static func check(_ value: String) -> [Diagnostic] {
    if value == PriceBook.standard.name { return [] }
    do throws(ConfigurationError) {
      return try read(value).diagnostics
    } catch {
      return error.asDiagnostics
    }
  }

  private static func read(_ path: String) throws(ConfigurationError) -> ParsedPriceBook {
    do throws(SystemError) {
      return PriceBookFile.parse(try ConfigurationFile.read(path).bytes, file: path)
    } catch {
      let near = [PriceBook.standard.name].nearest(to: path)
      guard error.code == .notFound, let near else {
        throw ConfigurationError(.unreadable, "read the price book", path: path, underlying: error)
      }
      throw ConfigurationError(
        .unreadable, "read the price book", path: path, reason: "no such file; did you mean '\(near)'?")
    }
  }
}
