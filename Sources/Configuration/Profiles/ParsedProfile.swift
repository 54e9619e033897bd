package import ResourceModel

/// A profile as its file has it, with the places of its keys and every fault.
package struct ParsedProfile: Sendable, Hashable {
  /// What could be read; complete only where there are no faults.
  package var profile: Profile
  /// Where each key stands.
  package var positions: [String: SourcePosition]
  /// Every fault, in the order of the file.
  package var diagnostics: [Diagnostic]
}
