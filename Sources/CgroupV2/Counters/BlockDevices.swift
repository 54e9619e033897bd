package import LinuxSystem
import ResourceModel
import Synchronization

/// The block devices of this host, as `/sys/dev/block` describes them.
///
/// What goes through a stack of devices (a file system on a device-mapper volume on a disk) is counted by the
/// kernel at each level, so only the lowest counts: a device that has others in its `slaves` directory is
/// left out, and so is a loop device whose file lies on a block device.
package final class BlockDevices: Sendable {
  private let root: String
  private let known = Mutex<[DeviceNumber: Bool]>([:])

  /// The devices below a directory like `/sys/dev/block`.
  package init(root: String = "/sys/dev/block") { self.root = root }

  /// Whether a device's amounts count. The answer is kept: the stack below a device that is in use does not
  /// change. A device that is gone, or that can't be looked at, counts.
  package func isLeaf(_ device: DeviceNumber) -> Bool {
    if let answer = known.withLock({ $0[device] }) { return answer }
    let answer = !isPartition(device) && !hasDevicesBelow(device) && !isFileOnDevice(device)
    known.withLock { $0[device] = answer }
    return answer
  }

  /// The whole device that holds a file or directory, for `io.max`, which takes no partitions. Throws
  /// `.noBlockDevice` where there is none, or where the kernel hides it: btrfs, overlayfs, tmpfs, network
  /// file systems.
  package func device(holding path: String) throws(Obstacle) -> DeviceNumber {
    let device: DeviceNumber
    do {
      device = try FileStatus.of(path).device
    } catch {
      throw .refused(path: path, reason: error.description)
    }
    if device.isAnonymous { throw .noBlockDevice(path: path) }
    guard isPartition(device) else { return device }
    // `8:1` is a link to …/block/sda/sda1: the directory above is the disk's.
    guard let text = try? SmallFile.read("\(root)/\(device)/../dev"),
      let disk = DeviceNumber(text: text.prefix { $0 != KernelText.newline })
    else { throw .noBlockDevice(path: path) }
    return disk
  }

  private func isPartition(_ device: DeviceNumber) -> Bool {
    (try? FileStatus.of("\(root)/\(device)/partition")) != nil
  }

  private func hasDevicesBelow(_ device: DeviceNumber) -> Bool {
    guard let slaves = try? Descriptor.open("\(root)/\(device)/slaves", [.readOnly, .directory]),
      let entries = try? slaves.entries()
    else { return false }
    return !entries.isEmpty
  }

  /// A loop device over a file in tmpfs has nothing below that counts; over one that can't be found, it has.
  private func isFileOnDevice(_ device: DeviceNumber) -> Bool {
    guard let text = try? SmallFile.read("\(root)/\(device)/loop/backing_file") else { return false }
    let path = KernelText.string(text.prefix { $0 != KernelText.newline })
    guard let holder = try? FileStatus.of(path).device else { return true }
    return !holder.isAnonymous
  }
}
