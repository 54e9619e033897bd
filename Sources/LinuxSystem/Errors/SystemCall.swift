import SystemPackage
import Glibc

/// The edge between C's conventions and thrown errors. Nothing else in the module looks at `errno`.

/// Calls what returns -1 and sets `errno`; goes on after interruptions by signals.
func checked(
  _ operation: @autoclosure () -> String, path: @autoclosure () -> String? = nil, _ call: () -> Int32
) throws(SystemError) -> Int32 {
  while true {
    let result = call()
    if result >= 0 { return result }
    let failure = errno
    if failure != EINTR { throw SystemError(operation(), path: path(), errno: Errno(rawValue: failure)) }
  }
}

/// As `checked`, for reads and writes.
func checkedCount(
  _ operation: @autoclosure () -> String, path: @autoclosure () -> String? = nil, _ call: () -> Int
) throws(SystemError) -> Int {
  while true {
    let result = call()
    if result >= 0 { return result }
    let failure = errno
    if failure != EINTR { throw SystemError(operation(), path: path(), errno: Errno(rawValue: failure)) }
  }
}

/// Calls one of our C functions, which return `-errno`; goes on after interruptions by signals.
@discardableResult
func shim<Result: FixedWidthInteger & SignedInteger>(
  _ operation: @autoclosure () -> String, path: @autoclosure () -> String? = nil, _ call: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    if result != -Result(EINTR) {
      throw SystemError(operation(), path: path(), errno: Errno(rawValue: -Int32(result)))
    }
  }
}
