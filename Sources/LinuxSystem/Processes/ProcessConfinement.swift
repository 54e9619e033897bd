/// What a command is confined by, as the kernel takes it. Whoever plans it says why; here nothing is decided.
package struct ProcessConfinement: Sendable, Hashable {
  /// The namespaces that the command gets of its own.
  package var namespaces: NamespaceSet = []
  /// What is done to the mounts of its own mount namespace, in order.
  package var mounts: [MountStep] = []
  /// The working directory, by its path as it is once the mounts are made; nil: `SpawnRequest.workingDirectory`.
  package var directory: String?
  /// The user to become.
  package var user: UInt32?
  /// The group to become.
  package var group: UInt32?
  /// The supplementary groups, where user or group are set.
  package var groups: [UInt32] = []
  /// The capabilities that are kept, bit n for capability n; nil: none is taken.
  package var keptCapabilities: UInt64?
  /// Whether no program that the command executes gains privileges.
  package var noNewPrivileges = false
  /// A Landlock ruleset. Borrowed, as all descriptors of a request.
  package var landlock: Int32?
  /// The seccomp filter: `struct sock_filter` by `struct sock_filter`.
  package var filter: [UInt64] = []
  /// The same with refusals handed to a listener, and the socket on which that one is sent.
  package var notifyingFilter: [UInt64] = []
  package var listenerSocket: Int32?
  /// The descriptors above 2 that are passed on; nil: all that the supervisor was started with.
  package var keptDescriptors: [Int32]?

  /// Confines nothing.
  package init() {}
}

/// Namespaces by the kernel's flags. Source: linux/sched.h.
package struct NamespaceSet: OptionSet, Sendable, Hashable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  /// As the standard library's, and not generic: that one costs a launch more than the namespaces' entering.
  package init(arrayLiteral elements: NamespaceSet...) { rawValue = elements.reduce(0) { $0 | $1.rawValue } }

  package static let mount = NamespaceSet(rawValue: 0x0002_0000)
  package static let cgroup = NamespaceSet(rawValue: 0x0200_0000)
  package static let uts = NamespaceSet(rawValue: 0x0400_0000)
  package static let ipc = NamespaceSet(rawValue: 0x0800_0000)
  package static let user = NamespaceSet(rawValue: 0x1000_0000)
  package static let pid = NamespaceSet(rawValue: 0x2000_0000)
  package static let net = NamespaceSet(rawValue: 0x4000_0000)
}

/// One step of the making of a mount namespace.
package enum MountStep: Sendable, Hashable {
  /// Flags of mount(2).
  package struct Flags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }
    /// Not generic, as above.
    package init(arrayLiteral elements: Flags...) { rawValue = elements.reduce(0) { $0 | $1.rawValue } }

    package static let readOnly = Flags(rawValue: 1)
    package static let noSetID = Flags(rawValue: 2)
    package static let noDevices = Flags(rawValue: 4)
    package static let noExecution = Flags(rawValue: 8)
  }

  /// How many trees can be kept at a time.
  package static let slots = 128

  /// No mount below reaches other namespaces, or comes from them.
  case makePrivate(String)
  /// Keeps what is at a path, with all that is mounted below, as it is now.
  case keep(String, slot: Int32)
  /// Shows what was kept at a path.
  case place(slot: Int32, at: String)
  /// Makes the mount at a path read-only.
  case makeReadOnly(String, recursively: Bool)
  /// Shows a file or directory at its own place again, read-only.
  case seal(String)
  /// Mounts a new file system.
  case mount(type: String, at: String, flags: Flags, data: String)
  /// Makes a directory, if it isn't there.
  case makeDirectory(String, mode: UInt32 = 0o755)
  /// Makes an empty file, if it isn't there.
  case makeFile(String)
  /// Makes a symbolic link.
  case link(String, to: String)
}

extension MountStep: CustomStringConvertible {
  /// What it does, as an infinitive, for messages.
  package var description: String {
    switch self {
    case .makePrivate(let path): "cut off the mounts below \(path)"
    case .keep(let path, _): "take \(path) over"
    case .place(_, let path): "show \(path)"
    case .makeReadOnly(let path, _): "make \(path) read-only"
    case .seal(let path): "seal \(path)"
    case .mount(let type, let path, _, _): "mount a \(type) at \(path)"
    case .makeDirectory(let path, _), .makeFile(let path): "make \(path)"
    case .link(let path, _): "link \(path)"
    }
  }
}
