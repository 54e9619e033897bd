package import ResourceModel

/// A query or its answer (RFC 1035, 4), with exactly one question unless it answers what could not be read.
///
/// Of the records only the answers are kept, and of those behind them the EDNS one: nothing else is used.
package struct Message: Sendable, Hashable {
  package static let mostBytes = 65_535

  package var id: UInt16
  package var isResponse = false
  /// 0: a query; 4 bits.
  package var opcode: UInt8 = 0
  package var isAuthoritative = false
  package var isTruncated = false
  package var recursionDesired = false
  package var recursionAvailable = false
  package var code = ResponseCode.noError
  package var question: Question?
  package var answers: [Record] = []
  package var edns: EDNS?

  package init(id: UInt16, question: Question?) { (self.id, self.question) = (id, question) }
}

/// What is asked for.
package struct Question: Sendable, Hashable {
  package var name: DomainName
  package var type: RecordType
  package var `class`: RecordClass

  package init(_ name: DomainName, _ type: RecordType, class: RecordClass = .internet) {
    (self.name, self.type, self.class) = (name, type, `class`)
  }
}

/// One fact about a name.
package struct Record: Sendable, Hashable {
  package var name: DomainName
  package var type: RecordType
  package var `class`: RecordClass
  /// For how many seconds it may be kept.
  package var timeToLive: UInt32
  package var data: RecordData

  package init(
    _ name: DomainName, _ type: RecordType, class: RecordClass = .internet, timeToLive: UInt32,
    _ data: RecordData
  ) {
    (self.name, self.type, self.class, self.timeToLive, self.data) = (name, type, `class`, timeToLive, data)
  }
}

/// What a record says. Names inside are whole: pointers mean nothing outside of their message.
package enum RecordData: Sendable, Hashable {
  /// Of A and AAAA.
  case address(IPAddress)
  /// Of CNAME.
  case name(DomainName)
  /// Of MX.
  case exchange(preference: UInt16, DomainName)
  /// Of SRV (RFC 2782).
  case service(priority: UInt16, weight: UInt16, port: UInt16, DomainName)
  /// Of all others.
  case bytes([UInt8])
}

/// The extension mechanism's record (RFC 6891).
package struct EDNS: Sendable, Hashable {
  /// How long a message the sender takes over UDP.
  package var udpSize: UInt16
  package var version: UInt8 = 0
  package var flags: UInt16 = 0
  package var options: [Option] = []

  package struct Option: Sendable, Hashable {
    package var code: UInt16
    package var data: [UInt8]
  }

  package init(udpSize: UInt16) { self.udpSize = udpSize }
}
