import LinuxSystem

/// What is sent upstream for a question, and what counts as the answer to it.
///
/// All of it is made here: a number that nobody can guess, the name in lower case, no options. The job's own spelling, number and
/// options would be a way to tell a name server more than the name.
struct UpstreamQuery: Sendable, Hashable {
  let id: UInt16
  let question: Question

  init(_ question: Question) throws(SystemError) {
    self.init(id: UInt16(truncatingIfNeeded: try RandomName.number()), question)
  }

  init(id: UInt16, _ question: Question) {
    (self.id, self.question) = (id, Question(question.name.lowercased, question.type, class: question.class))
  }

  /// Without EDNS: what is longer than 512 bytes comes over TCP, as the C library's own resolver does it.
  var bytes: [UInt8] {
    var message = Message(id: id, question: question)
    message.recursionDesired = true
    return message.encoded(limit: 512)
  }

  /// The answer; nil if the bytes are none to this query. "Unmatching responses … MUST be ignored." (RFC 5452, 9.1)
  func answer(in bytes: [UInt8]) -> Message? {
    guard let message = try? Message(decoding: bytes), message.isResponse, message.id == id,
      message.opcode == 0,
      message.question == question
    else { return nil }
    return message
  }
}
