package import LinuxSystem

/// Loads programs on a thread of its own: the kernel checks and translates one for as long as the rest of a launch takes.
package struct ProgramLoading<Loaded: Sendable>: Sendable {
  private let work: AsideWork<Result<Loaded, SystemError>>

  /// Starts it.
  package static func start(
    _ load: @escaping @Sendable () throws(SystemError) -> Loaded
  ) -> Result<ProgramLoading, SystemError> {
    Result { () throws(SystemError) in
      ProgramLoading(work: try AsideWork { () -> Result<Loaded, SystemError> in Result(catching: load) })
    }
  }

  /// What was loaded, once it is.
  package func loaded() throws(SystemError) -> Loaded { try work.wait().get() }
}
