package import ResourceModel

/// A set of signals in the kernel's form: bit n-1 is signal n.
package struct SignalSet: Sendable, Hashable, ExpressibleByArrayLiteral {
  package var bits: UInt64

  package init(bits: UInt64) { self.bits = bits }

  package init(_ signals: some Sequence<Signal>) {
    bits = 0
    for signal in signals { insert(signal) }
  }

  package init(arrayLiteral elements: Signal...) { self.init(elements) }

  package mutating func insert(_ signal: Signal) { bits |= Self.bit(signal) }

  package func contains(_ signal: Signal) -> Bool { bits & Self.bit(signal) != 0 }

  package func subtracting(_ other: SignalSet) -> SignalSet { SignalSet(bits: bits & ~other.bits) }

  package func union(_ other: SignalSet) -> SignalSet { SignalSet(bits: bits | other.bits) }

  /// Numbers outside of 1…64 are in no set.
  private static func bit(_ signal: Signal) -> UInt64 {
    (1...64).contains(signal.number) ? 1 << UInt64(signal.number - 1) : 0
  }
}
