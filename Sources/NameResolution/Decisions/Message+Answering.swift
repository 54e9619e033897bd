extension Message {
  /// How long an answer rmrun's resolver takes over UDP, and how long a query over TCP may be: a query is a name and a few options.
  static let mostQueryBytes: UInt16 = 4096

  /// An answer to this query that says how it went, and why where the asker understands that (EDNS).
  func answered(_ code: ResponseCode, _ answers: [Record] = [], because reason: ExtendedError? = nil)
    -> Message
  {
    var answer = Message(id: id, question: question)
    answer.isResponse = true
    answer.opcode = opcode
    answer.recursionDesired = recursionDesired
    answer.recursionAvailable = true
    answer.code = code
    // In the asker's own spelling, which some compare.
    if let question {
      answer.answers = answers.map { $0.name == question.name ? $0.renamed(question.name) : $0 }
    }
    if edns != nil {
      answer.edns = EDNS(udpSize: Self.mostQueryBytes)
      answer.edns?.options = reason.map { [$0.option] } ?? []
    }
    return answer
  }

  /// How long an answer to it may be over UDP.
  var answerLimit: Int { edns.map { Int(min(max($0.udpSize, 512), Self.mostQueryBytes)) } ?? 512 }

  /// The answer to what could not be read: its number, and that it could not be read (RFC 1035, 4.1.1). Nil if it isn't long enough to
  /// be a query, or claims to be an answer: two who answer answers never stop.
  static func answer(toUnreadable bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 12, bytes[2] & 0x80 == 0 else { return nil }
    var answer = Message(id: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), question: nil)
    answer.isResponse = true
    answer.opcode = bytes[2] >> 3 & 0xf
    answer.code = .formatError
    return answer.encoded(limit: 512)
  }
}

extension Record {
  fileprivate func renamed(_ name: DomainName) -> Record {
    var record = self
    record.name = name
    return record
  }
}

/// Why a query went as it did, for people (RFC 8914).
struct ExtendedError: Sendable, Hashable {
  let code: UInt16
  let text: String

  /// Blocked: "due to a block list of the operator of the server".
  static let notListed = ExtendedError(code: 15, text: "not in rmrun's list of destinations")
  /// Filtered: the same "as requested by the client", whom rmrun stands for here.
  static let privateAddress = ExtendedError(
    code: 17,
    text: "names an address of this host or of a private network that isn't in rmrun's list of destinations")
  /// Prohibited.
  static let prohibited = ExtendedError(
    code: 18, text: "rmrun resolves names of the internet only, not addresses")
  /// Not supported.
  static let notSupported = ExtendedError(
    code: 21, text: "rmrun asks for A, AAAA, CNAME, MX, SRV and TXT only")
  /// No reachable authority.
  static let unreachable = ExtendedError(code: 22, text: "no name server could tell")
  /// Other error.
  static let notAllowed = ExtendedError(code: 0, text: "rmrun could not let the addresses through")

  var option: EDNS.Option {
    EDNS.Option(code: 15, data: [UInt8(code >> 8), UInt8(code & 0xff)] + Array(text.utf8))
  }
}
