import CgroupPrograms
import LinuxSystem
import ResourceModel

/// Holds a job to the destinations that are listed for it.
final class DestinationControl {
  private let limit: DestinationLimit

  private init(_ limit: DestinationLimit) { self.limit = limit }

  /// Loads what refuses destinations; nothing is refused yet.
  static func load(_ rules: DestinationRules) -> Result<DestinationControl, SystemError> {
    do throws(SystemError) {
      return .success(DestinationControl(try DestinationLimit(rules)))
    } catch {
      return .failure(error)
    }
  }

  /// Has a group, and all below, held to them.
  func attach(to group: borrowing Descriptor) throws(SystemError) { try limit.attach(to: group) }

  /// What was refused so far; nil if the kernel can't be asked.
  func refusals() -> NetworkRefusals? { try? limit.refusals() }
}
