public import ResourceModel

/// What a job had used over time, for people.
public enum UsageHistoryText {
  /// A line for each reading, the oldest first, a newline at the end. A column for each meter that was ever read.
  public static func text(_ readings: [UsageReading]) -> String {
    guard !readings.isEmpty else { return "no reading of it has been booked\n" }
    let meters = Meter.priced.filter { meter in readings.contains { $0.quantities[meter] != nil } }
    var table = TextTable(columns: [.left, .right] + meters.map { _ in .right })
    table.rows =
      [["time", "credits"] + meters.map(\.rawValue)]
      + readings.map { reading in
        [reading.time.rfc3339, reading.used.description]
          + meters.map { meter in reading.quantities[meter].map { text($0, of: meter) } ?? "-" }
      }
    return table.text(indentation: "")
  }

  private static func text(_ quantity: UInt64, of meter: Meter) -> String {
    switch meter {
    case .cpu: quantity.microseconds.plainText
    // Byte-seconds.
    case .memory: "\(ByteCount(bytes: quantity))·s"
    case .storageRead, .storageWritten, .networkReceived, .networkSent, .loopbackReceived, .loopbackSent:
      "\(ByteCount(bytes: quantity))"
    case .storageReadOperations, .storageWriteOperations, .apiRequests, .processes, .pressure: "\(quantity)"
    }
  }
}

extension UsageReading {
  /// A job's readings as JSON by the schema `rmrun.usage/1`: seconds of CPU, byte-seconds of memory, bytes and operations; null is
  /// unmeasured. A newline at the end.
  public static func jsonText(of readings: [UsageReading], job: String) -> String {
    let document: JSONValue = [
      "schema": "rmrun.usage/1", "job": .string(job), "readings": .array(readings.map(\.json)),
    ]
    return document.text + "\n"
  }

  private var json: JSONValue {
    let meters = Meter.priced.map { meter in
      JSONValue.Member(meter.rawValue, Self.value(quantities[meter], of: meter))
    }
    return .object([
      .init("time", .string(time.rfc3339)), .init("used", .string(used.description)),
      .init("quantities", .object(meters)),
    ])
  }

  private static func value(_ quantity: UInt64?, of meter: Meter) -> JSONValue {
    meter == .cpu ? .scaled(quantity, places: 6) : .integer(quantity)
  }
}
