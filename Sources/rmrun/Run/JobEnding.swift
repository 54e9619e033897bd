import Glibc
import LinuxSystem
import ResourceModel

/// How rmrun ends after a run.
enum JobEnding {
  /// With an exit status.
  case status(Int32)
  /// By the signal that the command died of, so that a shell's loop or a `make` notices.
  case signal(Signal)

  /// The command's own end, unless rmrun stopped it.
  init(_ report: JobReport) {
    if report.terminationReason?.exitStatus == nil, case .signaled(let signal) = report.outcome {
      self = .signal(signal)
    } else {
      self = .status(report.exitStatus)
    }
  }

  /// Ends this process.
  func leave() -> Never {
    switch self {
    // Nothing is buffered here, and nothing else has to be undone: handlers of the libraries would cost a launch more than its report.
    case .status(let status): _exit(status)
    case .signal(let signal):
      ProcessControl.die(by: signal)
      // A signal that does not kill (a stopped tracer, a sandbox) leaves the shell's convention.
      _exit(128 + signal.number)
    }
  }
}
