import FoundationEssentials
import ResourceModel

/// Requests and replies as lines: one JSON object each, and a newline.
package enum ControlLine {
  /// The version of what is said. Fields that a version doesn't know are passed over; what it can't do without raises the version.
  package static let version = 1
  /// The longest request, in bytes: a limit of each kind with a long path fits many times.
  package static let longestRequest = 64 << 10
  /// The longest reply, in bytes: ten thousand jobs.
  package static let longestReply = 64 << 20

  /// A request as a line.
  package static func line(_ request: ControlRequest) -> [UInt8] { line(WireRequest(request)) }

  /// A reply as a line.
  package static func line(_ reply: ControlReply) -> [UInt8] { line(WireReply(reply)) }

  /// Reads a request, without its newline.
  package static func request(_ bytes: [UInt8]) throws(ControlFailure) -> ControlRequest {
    guard let wire = decode(WireRequest.self, bytes) else {
      throw ControlFailure(.badRequest, "the request is no line of JSON that has a version and a verb")
    }
    guard wire.version == version else {
      throw ControlFailure(
        .version,
        "the job is supervised by an rmrun that speaks version \(version), not \(wire.version); use that rmrun"
      )
    }
    guard let request = wire.request else {
      throw ControlFailure(.badRequest, "there is no request '\(wire.verb.escapedForTerminal)' like that")
    }
    return request
  }

  /// Reads a reply, without its newline.
  package static func reply(_ bytes: [UInt8]) throws(ControlFailure) -> ControlReply {
    guard let reply = decode(WireReply.self, bytes)?.reply else {
      throw ControlFailure(.failed, "the supervisor's answer makes no sense; is it another version of rmrun?")
    }
    return reply
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
    try? JSONDecoder().decode(type, from: Data(bytes))
  }

  /// What is encoded here has no number and no key that JSON lacks, so that encoding can't fail.
  private static func line(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let bytes = (try? encoder.encode(value)).map { [UInt8]($0) } ?? []
    return bytes + [UInt8(ascii: "\n")]
  }
}
