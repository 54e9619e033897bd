/// What a work directory holds.
public struct WorkSpace: Sendable, Hashable {
  /// The blocks of all that lies there.
  public var space: ByteCount
  /// Files of all kinds, directories among them: an empty one takes no block, but the file system has only so many.
  public var files: UInt64
  /// Whether there is more, which can't be counted. Nothing bounds that, so that it fits nowhere.
  public var isBeyondCounting: Bool

  /// Makes a count.
  public init(space: ByteCount, files: UInt64, isBeyondCounting: Bool = false) {
    (self.space, self.files, self.isBeyondCounting) = (space, files, isBeyondCounting)
  }

  /// Whether a directory of that size may hold it.
  public func fits(in size: ByteCount) -> Bool {
    !isBeyondCounting && space <= size && files <= Self.files(in: size)
  }

  /// How many files a directory of a size may hold: one for each KiB, and 4096 at least.
  public static func files(in size: ByteCount) -> UInt64 { max(4096, size.bytes / 1024) }
}
