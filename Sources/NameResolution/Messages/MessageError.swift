/// Bytes that are no message of the Domain Name System, or a message that can't be written.
package struct MessageError: Error, Sendable, Hashable {
  /// What is wrong with it: an open set.
  package struct Code: Sendable, Hashable {
    private let name: String
    private init(_ name: String) { self.name = name }

    /// It ends before it is complete.
    package static let cutOff = Code("cutOff")
    /// It is longer than 65,535 bytes.
    package static let tooLong = Code("tooLong")
    /// It doesn't ask exactly one question.
    package static let notOneQuestion = Code("notOneQuestion")
    /// A name is longer than 255 bytes, or has a label of a kind that isn't in use.
    package static let badName = Code("badName")
    /// A pointer in a name doesn't lead backwards, or is one of too many.
    package static let badPointer = Code("badPointer")
    /// A record's data isn't what its type has.
    package static let badRecord = Code("badRecord")
    /// A query has records that none has.
    package static let crowdedQuery = Code("crowdedQuery")
    /// Something follows it.
    package static let trailingBytes = Code("trailingBytes")
  }

  package let code: Code
  /// At which byte.
  package let offset: Int

  package init(_ code: Code, at offset: Int) { (self.code, self.offset) = (code, offset) }
}
