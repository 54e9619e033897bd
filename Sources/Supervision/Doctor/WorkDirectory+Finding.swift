import LinuxSystem
import ResourceModel

extension WorkDirectory {
  /// Who would hold the size of the directory that this process is in.
  static func finding() -> HostReport.Finding {
    guard let cause = obstacleHere() else { return HostReport.Finding(.workSize, .kernel) }
    return HostReport.Finding(.workSize, .polled, HostReport.Shortcoming(cause: cause, remedy: remedy))
  }

  private static func obstacleHere() -> String? {
    do {
      let path = try RealPath.of(".")
      return obstacle(try Descriptor.open(path, [.readOnly, .directory]), path)
    } catch {
      return "\(error)"
    }
  }

  private static let remedy =
    "as root, for ext4: tune2fs -O project -Q prjquota DEVICE while it is not mounted, then mount it with -o prjquota; "
    + "for XFS: mount it with -o pquota; and run rmrun as root"
}
