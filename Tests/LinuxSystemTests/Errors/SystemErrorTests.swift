import Glibc
import SystemPackage
import Testing

@testable import LinuxSystem

@Suite("Error texts")
struct SystemErrorTests {
  @Test(
    "codes",
    arguments: [
      (ENOENT, .notFound), (ESRCH, .notFound), (ENODEV, .notFound), (EACCES, .permission),
      (EPERM, .permission),
      (EBUSY, .busy), (EAGAIN, .busy), (ENOSPC, .noSpace), (EDQUOT, .noSpace), (EFBIG, .noSpace),
      (EMFILE, .tooManyFiles),
      (ENFILE, .tooManyFiles), (EROFS, .readOnly), (ENOSYS, .unsupported), (EOPNOTSUPP, .unsupported),
      (EEXIST, .exists), (ETIMEDOUT, .timedOut), (EIO, .other),
    ] as [(Int32, SystemError.Code)])
  func codes(_ number: Int32, _ code: SystemError.Code) {
    #expect(SystemError("open", errno: Errno(rawValue: number)).code == code)
  }

  @Test func whatFailedOnWhatAndWhatToDo() {
    #expect(
      SystemError("open", path: "/a", errno: .noSuchFileOrDirectory).description
        == "can't open /a: No such file or directory; check the spelling, and that it still exists")
    #expect(SystemError("understand", path: "/a", code: .malformed).description.contains("documented form"))
  }

  @Test func aPathCanNotDriveTheTerminal() {
    #expect(!SystemError("open", path: "\u{1b}[2J", errno: .ioError).description.contains("\u{1b}"))
  }
}
