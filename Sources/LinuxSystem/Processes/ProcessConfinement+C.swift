import CLinuxSystem

extension ProcessConfinement {
  /// Calls `body` with the confinement as C takes it, which lasts for the call.
  func withC(_ body: (UnsafePointer<rmrun_confinement>) -> Int32) -> Int32 {
    withSteps { steps in
      withCStrings(directory.map { [NativeString($0)] } ?? []) { path in
        groups.withUnsafeBufferPointer { groups in
          filter.withUnsafeBufferPointer { filter in
            notifyingFilter.withUnsafeBufferPointer { notifying in
              (keptDescriptors ?? []).withUnsafeBufferPointer { kept in
                var raw = rmrun_confinement(
                  namespaces: namespaces.rawValue, mounts: steps.baseAddress, mount_count: steps.count,
                  directory: path.pointee.map { UnsafePointer($0) },
                  sets_user: user != nil, user: user ?? 0, sets_group: group != nil, group: group ?? 0,
                  groups: groups.baseAddress, group_count: groups.count,
                  drops_capabilities: keptCapabilities != nil, kept_capabilities: keptCapabilities ?? 0,
                  no_new_privileges: noNewPrivileges, landlock_fd: landlock ?? -1,
                  filter: filter.isEmpty ? nil : filter.baseAddress, filter_length: filter.count,
                  notifying_filter: notifying.isEmpty ? nil : notifying.baseAddress,
                  listener_socket: listenerSocket ?? -1,
                  kept_descriptors: kept.baseAddress, kept_descriptor_count: kept.count,
                  closes_descriptors: keptDescriptors != nil)
                return withUnsafePointer(to: &raw) { body($0) }
              }
            }
          }
        }
      }
    }
  }

  /// The strings of all steps lie one behind the other in one array.
  private func withSteps(_ body: (UnsafeBufferPointer<rmrun_mount_step>) -> Int32) -> Int32 {
    // Most jobs have none: what follows is to cost them nothing.
    if mounts.isEmpty { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    let parts = mounts.map(\.parts)
    return withCStrings(parts.flatMap { [$0.path, $0.type, $0.data].map { NativeString($0) } }) { strings in
      let steps = parts.enumerated().compactMap { index, part -> rmrun_mount_step? in
        guard let path = strings[3 * index] else { return nil }
        return rmrun_mount_step(
          kind: Int32(part.kind.rawValue), slot: part.slot, flags: part.flags, path: path,
          type: strings[3 * index + 1].map { UnsafePointer($0) },
          data: strings[3 * index + 2].map { UnsafePointer($0) })
      }
      return steps.withUnsafeBufferPointer(body)
    }
  }
}

extension MountStep {
  fileprivate struct Parts {
    var kind: rmrun_mount_kind
    var path: String
    var slot: Int32 = 0
    var flags: UInt64 = 0
    var type = ""
    var data = ""
  }

  fileprivate var parts: Parts {
    switch self {
    case .makePrivate(let path): Parts(kind: RMRUN_MOUNT_PRIVATE, path: path)
    case .keep(let path, let slot): Parts(kind: RMRUN_MOUNT_KEEP, path: path, slot: slot)
    case .place(let slot, let path): Parts(kind: RMRUN_MOUNT_PLACE, path: path, slot: slot)
    case .makeReadOnly(let path, let recursively):
      Parts(kind: RMRUN_MOUNT_READ_ONLY, path: path, flags: recursively ? 1 : 0)
    case .seal(let path): Parts(kind: RMRUN_MOUNT_SEAL, path: path)
    case .mount(let type, let path, let flags, let data):
      Parts(kind: RMRUN_MOUNT_FILE_SYSTEM, path: path, flags: flags.rawValue, type: type, data: data)
    case .makeDirectory(let path, let mode):
      Parts(kind: RMRUN_MOUNT_DIRECTORY, path: path, flags: UInt64(mode))
    case .makeFile(let path): Parts(kind: RMRUN_MOUNT_FILE, path: path)
    case .link(let path, let target): Parts(kind: RMRUN_MOUNT_LINK, path: path, data: target)
    }
  }
}
