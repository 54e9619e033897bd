import CLinuxSystem
import SystemPackage

/// A system call that a filter has refused, and that waits for its answer.
package struct WaitingCall: Sendable, Hashable {
  /// Names it to the kernel.
  let id: UInt64
  /// The call's number in its architecture.
  package let number: UInt32
  /// The architecture's AUDIT_ARCH number.
  package let architecture: UInt32
  /// The six arguments.
  package let arguments: [UInt64]
}

/// Is told of every call that a filter refuses, and has to answer. Source: seccomp_unotify(2).
///
/// Once it is gone such calls fail by ENOSYS: nobody waits for somebody who does not listen.
package final class CallListener: Sendable {
  private let descriptor: Descriptor

  private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// The number, for a `Poller`.
  package var rawValue: Int32 { descriptor.rawValue }

  /// The next call that waits; nil if none does.
  /// - Throws: `SystemError`; its code is `unanswered` once nobody is left who could make one.
  package func next() throws(SystemError) -> WaitingCall? {
    var raw = rmrun_call()
    let result = rmrun_next_call(descriptor.rawValue, &raw)
    if result == -Errno.brokenPipe.rawValue { throw SystemError("listen for calls", code: .unanswered) }
    guard result >= 0 else { throw SystemError("listen for calls", errno: Errno(rawValue: -result)) }
    guard result == 1 else { return nil }
    let arguments = withUnsafeBytes(of: raw.arguments) { Array($0.bindMemory(to: UInt64.self)) }
    return WaitingCall(
      id: raw.id, number: raw.number, architecture: raw.architecture, arguments: arguments)
  }

  /// Lets a call fail. One whose caller was killed needs no answer.
  package func refuse(_ call: WaitingCall, errno: Int32) {
    _ = rmrun_refuse_call(descriptor.rawValue, call.id, errno)
  }

  /// The way on which a command hands its listener over, before its exec.
  package final class Channel: Sendable {
    private let near: Descriptor
    private let far: Descriptor

    /// Opens it.
    package init() throws(SystemError) {
      var sockets: [Int32] = [-1, -1]
      try shim("make a pair of sockets") {
        sockets.withUnsafeMutableBufferPointer { buffer in
          buffer.baseAddress.map { rmrun_socket_pair($0) } ?? -Errno.noMemory.rawValue
        }
      }
      near = Descriptor(owning: sockets[0])
      far = Descriptor(owning: sockets[1])
    }

    /// The command's end.
    package var commandsEnd: Int32 { far.rawValue }

    /// The listener, once the command was executed; nil where it has none (somebody else listens already, or it
    /// may have no descriptor for one).
    package func listener() -> CallListener? {
      let number = rmrun_receive_descriptor(near.rawValue)
      return number >= 0 ? CallListener(Descriptor(owning: number)) : nil
    }
  }
}
