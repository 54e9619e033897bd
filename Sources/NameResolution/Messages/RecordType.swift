/// What a record holds, or a question asks for. (IANA, "Resource Record (RR) TYPEs")
package struct RecordType: RawRepresentable, Sendable, Hashable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let a = RecordType(rawValue: 1)
  package static let cname = RecordType(rawValue: 5)
  package static let ptr = RecordType(rawValue: 12)
  package static let mx = RecordType(rawValue: 15)
  package static let txt = RecordType(rawValue: 16)
  package static let aaaa = RecordType(rawValue: 28)
  package static let srv = RecordType(rawValue: 33)
  /// EDNS, RFC 6891.
  package static let opt = RecordType(rawValue: 41)
  /// RFC 9460.
  package static let svcb = RecordType(rawValue: 64)
  package static let https = RecordType(rawValue: 65)
}

/// To which of the systems a record belongs: the internet's is the only one in use.
package struct RecordClass: RawRepresentable, Sendable, Hashable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let internet = RecordClass(rawValue: 1)
}

/// How a query went; 12 bits with EDNS. (IANA, "DNS RCODEs")
package struct ResponseCode: RawRepresentable, Sendable, Hashable {
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  package static let noError = ResponseCode(rawValue: 0)
  package static let formatError = ResponseCode(rawValue: 1)
  package static let serverFailure = ResponseCode(rawValue: 2)
  /// NXDOMAIN.
  package static let noSuchName = ResponseCode(rawValue: 3)
  package static let notImplemented = ResponseCode(rawValue: 4)
  package static let refused = ResponseCode(rawValue: 5)
  /// An EDNS version that isn't known.
  package static let badVersion = ResponseCode(rawValue: 16)
}
