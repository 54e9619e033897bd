import Reporting

/// The part of JSON Schema (2020-12) that the report's schema uses. Stricter than the standard in two ways: a keyword that
/// it does not know is a fault, and so is a property that the schema does not name.
struct SchemaCheck {
  let root: JSONValue

  /// What is wrong with `value`, a line each, with its place.
  func faults(_ value: JSONValue) throws -> [String] { try faults(value, root, at: "$") }

  private func faults(_ value: JSONValue, _ schema: JSONValue, at place: String) throws -> [String] {
    guard case .object(let keywords) = schema else { return [place + ": the schema is no object"] }
    return try keywords.flatMap { keyword -> [String] in
      switch keyword.key {
      case "$schema", "$id", "$defs", "title", "description": []
      case "$ref": try faults(value, definition(keyword.value), at: place)
      case "type": types(keyword.value).contains { value.has(type: $0) } ? [] : [place + ": wrong type"]
      case "const": value == keyword.value ? [] : [place + ": is not the constant"]
      case "enum": elements(keyword.value).contains(value) ? [] : [place + ": is none of the values"]
      case "minimum", "maximum": bound(value, keyword, at: place)
      case "pattern": try pattern(value, keyword.value, at: place)
      case "anyOf":
        try elements(keyword.value).contains { try faults(value, $0, at: place).isEmpty }
          ? [] : [place + ": anyOf"]
      case "items":
        try elements(value).enumerated().flatMap { try faults($1, keyword.value, at: "\(place)[\($0)]") }
      case "required":
        elements(keyword.value).compactMap(\.string).filter { value[$0] == nil && value.has(type: "object") }
          .map { "\(place): \($0) is missing" }
      case "properties": try properties(value, keyword.value, schema, at: place)
      case "propertyNames":
        try members(value).flatMap {
          try faults(.string($0.key), keyword.value, at: "\(place).\($0.key) (name)")
        }
      case "additionalProperties":
        schema["properties"] != nil
          ? [place + ": properties and additionalProperties together"]
          : try members(value).flatMap { try faults($0.value, keyword.value, at: "\(place).\($0.key)") }
      default: ["\(place): unknown keyword \(keyword.key)"]
      }
    }
  }

  private func properties(
    _ value: JSONValue, _ named: JSONValue, _ schema: JSONValue, at place: String
  ) throws -> [String] {
    try members(value).flatMap { member -> [String] in
      let inner = "\(place).\(member.key)"
      guard let schema = named[member.key] else { return [inner + ": not in the schema"] }
      return try faults(member.value, schema, at: inner)
    }
  }

  private func definition(_ reference: JSONValue) -> JSONValue {
    let name = reference.string?.split(separator: "/").last.map(String.init) ?? ""
    return root["$defs"]?[name] ?? .null
  }

  private func bound(_ value: JSONValue, _ keyword: JSONValue.Member, at place: String) -> [String] {
    guard case .number(let number) = value, case .number(let limit) = keyword.value else { return [] }
    let isBelow = number.isNegative || (number.places == 0 && number.magnitude < limit.magnitude)
    let isAbove = !number.isNegative && number.places == 0 && number.magnitude > limit.magnitude
    return (keyword.key == "minimum" ? isBelow && !(limit.magnitude == 0 && !number.isNegative) : isAbove)
      ? ["\(place): past the \(keyword.key)"] : []
  }

  private func pattern(_ value: JSONValue, _ pattern: JSONValue, at place: String) throws -> [String] {
    guard let text = value.string, let pattern = pattern.string else { return [] }
    return try text.contains(Regex(pattern)) ? [] : ["\(place): '\(text)' does not match \(pattern)"]
  }

  private func types(_ value: JSONValue) -> [String] {
    value.string.map { [$0] } ?? elements(value).compactMap(\.string)
  }

  private func elements(_ value: JSONValue) -> [JSONValue] {
    if case .array(let values) = value { values } else { [] }
  }

  private func members(_ value: JSONValue) -> [JSONValue.Member] {
    if case .object(let members) = value { members } else { [] }
  }
}

extension JSONValue {
  fileprivate func has(type: String) -> Bool {
    switch self {
    case .null: type == "null"
    case .bool: type == "boolean"
    case .number(let number): type == "number" || (type == "integer" && number.places == 0)
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }
}
