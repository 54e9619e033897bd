import Glibc

/// The bytes of a file as text; nil if it can't be read.
func readText(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
  return String(decoding: bytes, as: UTF8.self)
}

/// Writes a file; false if that failed.
func writeText(_ text: String, to path: String) -> Bool {
  guard let file = fopen(path, "w") else { return false }
  let written = fputs(text, file)
  return fclose(file) == 0 && written >= 0
}

/// An environment variable.
func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
