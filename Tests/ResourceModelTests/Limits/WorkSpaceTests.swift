import ResourceModel
import Testing

@Suite("What a work directory may hold")
struct WorkSpaceTests {
  @Test(
    arguments: [
      (4096, 4096), (4 << 20, 4096), (4 << 20 + 1, 4096), (8 << 20, 8192), (10 << 30, 10_485_760),
    ] as [(UInt64, UInt64)])
  func aSizeHasRoomForSoManyFiles(bytes: UInt64, files: UInt64) {
    #expect(WorkSpace.files(in: ByteCount(bytes: bytes)) == files)
  }

  @Test(
    arguments: [
      (1 << 20, 1, true), (1 << 20 + 1, 1, false), (0, 4096, true), (0, 4097, false),
    ] as [(UInt64, UInt64, Bool)])
  func itHasToFitByBoth(bytes: UInt64, files: UInt64, fits: Bool) {
    let held = WorkSpace(space: ByteCount(bytes: bytes), files: files)
    #expect(held.fits(in: ByteCount(bytes: 1 << 20)) == fits)
  }

  @Test func whatCanNotBeCountedFitsNowhere() {
    let held = WorkSpace(space: ByteCount(bytes: 1), files: 1, isBeyondCounting: true)
    #expect(!held.fits(in: ByteCount(bytes: 1 << 40)))
  }
}
