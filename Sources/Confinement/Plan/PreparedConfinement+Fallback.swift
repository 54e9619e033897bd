package import LinuxSystem
package import ResourceModel

extension PreparedConfinement {
  /// The same, or what comes nearest to it on this host: where its namespaces can't be had, none, with Landlock for the rules about paths.
  /// Finds that out by starting a process in them.
  /// - Returns: the confinement, and why it is not what was asked for.
  package static func nearest(
    to confinement: JobConfinement, policy: CallPolicy?, directory: String?, keepsProjects: Bool = false,
    keepsSockets: Bool = false, hidden: SupervisorPlaces = SupervisorPlaces()
  ) throws(ConfinementError) -> (PreparedConfinement, degradation: String?) {
    let prepared = try PreparedConfinement(
      confinement, policy: policy, directory: directory, keepsProjects: keepsProjects,
      keepsSockets: keepsSockets, hidden: hidden)
    guard !confinement.namespaces.isEmpty, let refusal = prepared.trial() else { return (prepared, nil) }
    var rest = confinement
    // Which may be implied by what goes.
    rest.level = confinement.level
    rest.isolated = []
    rest.network = .host
    let fallback = try PreparedConfinement(
      rest, policy: policy, directory: directory, keepsProjects: keepsProjects, keepsSockets: keepsSockets,
      hidden: hidden, lacking: confinement.namespaces)
    let names = confinement.namespaces.sorted().map(\.rawValue).joined(separator: ",")
    return (
      fallback,
      "the namespaces \(names) can't be had here (\(refusal)); Landlock holds the paths, and nothing the rest"
    )
  }

  /// Starts a process in the namespaces, and says why that could not be; nil where it could.
  package func trial() -> SpawnError? {
    guard let executable = try? ExecutableSearch.find("true", searchPath: nil) else { return nil }
    var request = SpawnRequest(
      executable: executable, arguments: ["true"], environment: [], signals: .current())
    var trial = process
    // Somebody would have to listen.
    trial.notifyingFilter = []
    trial.listenerSocket = nil
    // What the job inherits was not asked for here.
    trial.keptDescriptors = []
    request.confinement = trial
    do throws(SpawnError) {
      let child = try withExtendedLifetime(self) { () throws(SpawnError) in try Spawner.spawn(request) }
      _ = try? child.wait()
      return nil
    } catch {
      return error
    }
  }
}
