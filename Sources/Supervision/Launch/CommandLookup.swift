import LinuxSystem
import ResourceModel

/// Finds what a job runs, before anything is made for it.
enum CommandLookup {
  /// The executable, searched as execvp(3) does, in the environment and the working directory that the command will have.
  static func executable(of request: JobRequest) throws(SupervisionError) -> NativeString {
    guard let name = request.arguments.first else {
      throw SupervisionError(.failed, PlanError.noCommand.description)
    }
    let prefix = Array("PATH=".utf8)
    let path = request.environment.first { $0.bytes.starts(with: prefix) }
    do {
      let directory = try request.plan.spec.workingDirectory.map { path throws(SystemError) in
        try Descriptor.open(path, [.pathOnly, .directory]).take()
      }
      defer { if let directory { try? Descriptor(owning: directory).close() } }
      return try ExecutableSearch.find(
        name, searchPath: path.map { NativeString(bytes: $0.bytes.dropFirst(prefix.count)) }, from: directory)
    } catch let failure as ExecutableSearch.Failure {
      throw SupervisionError(failure)
    } catch {
      throw SupervisionError(.failed, "--chdir: \(error)")
    }
  }
}

extension SupervisionError {
  /// A command that can't be found is 127, one that can't be executed is 126, as shells have it.
  init(_ failure: ExecutableSearch.Failure) {
    switch failure {
    case .notFound: self.init(.notFound, failure.description)
    case .notExecutable, .isDirectory: self.init(.notExecutable, failure.description)
    }
  }

  /// A launch that failed between clone and exec, or before.
  init(_ error: SpawnError) {
    if error.isConfinement {
      self.init(.refused, error.description + "; nothing was run")
      return
    }
    let code: Code = error.isNotFound ? .notFound : error.isCommandsFault ? .notExecutable : .failed
    self.init(code, error.description)
  }
}
