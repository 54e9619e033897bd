import Glibc

extension ResourceLimit {
  /// A limit of this process, as a child inherits it. Throws for a number that the kernel does not know.
  package static func current(number: Int32, name: String) throws(SystemError) -> ResourceLimit {
    var raw = rlimit()
    _ = try checked("read the limit \(name)") { getrlimit(__rlimit_resource_t(number), &raw) }
    func bound(_ value: rlim_t) -> UInt64? { value == .max ? nil : UInt64(value) }
    return ResourceLimit(number: number, name: name, soft: bound(raw.rlim_cur), hard: bound(raw.rlim_max))
  }
}
