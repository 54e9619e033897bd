import CgroupPrograms
import LinuxSystem
import ResourceModel

/// Where a job lives, so that all of it can be found, measured and stopped: a group of its own, or, where none can be had,
/// the descendants of its command.
protocol Containment: AnyObject {
  /// Who holds each limit that was set, and the parts of the mechanism.
  var enforcement: [Feature: Mechanism] { get }
  /// What is not as it should be on this host by now, a sentence each.
  var degradations: [String] { get }
  /// How much longer a kill takes than by one write to the kernel.
  var delay: Duration { get }
  /// A descriptor that becomes readable (`EPOLLPRI`) when the job may have become empty; nil where one has to look.
  var eventDescriptor: Int32? { get }

  /// The directory of the job's group; nil where it has none.
  var groupPath: String? { get }

  /// Adds to the request for the command what keeps it in here.
  func prepare(_ request: inout SpawnRequest)
  /// Tells the guardian whom to kill when this process dies.
  func register(with guardian: borrowing Guardian, id: UInt64) throws(SystemError)
  /// The command has been started.
  func adopt(command pid: Int32)
  /// A child of this process was reaped; it may be another job's, or nobody's.
  func noteReaped(_ end: ChildEnd)

  /// Whether any process of the job is alive.
  func isPopulated() throws -> Bool
  /// The processes of the job that are alive, as of the last counters where looking costs more than reading a file.
  func processes() throws -> [Int32]
  /// The CPU time used so far in microseconds, where that takes one small read; nil where it does not.
  func cpuTime() -> UInt64?
  /// Has the kernel refuse packets beyond that, where it can.
  func allow(_ allowance: NetworkAllowance) throws
  /// For want of what packets were refused, as of the last counters.
  var refusals: NetworkTraffic.Refusals { get }
  /// Where the job wanted to connect and send to, and was refused; nil where it is not held to a list.
  func refusedDestinations() -> NetworkRefusals?
  /// What the kernel counted. What it does not count on this host stays nil.
  func counters(final: Bool) throws -> Usage
  /// The part of it that moves without CPU time of the job: the kernel sends what it was given, and receives, by itself.
  func traffic() -> Usage
  /// How long its connections took; nil where nobody times them. All have ended with the last process.
  func latency() -> NetworkLatency?

  /// Freezes, signals every process, continues and thaws.
  func signalAll(_ signal: Signal) throws
  /// Stops all processes for a while.
  func freeze() throws
  /// Lets them go on.
  func thaw() throws
  /// SIGKILL to every process.
  func kill() throws

  /// Changes limits of the running job: those that differ. Nothing is changed where one of them can't be held here.
  /// - Throws: `SupervisionError`.
  func resize(from old: JobLimits, to new: JobLimits) throws
  /// What the kernel's OOM counters say; asked after the last process is gone.
  func memoryVerdict() -> TerminationReason?
  /// Removes what was made for the job. Returns whether it is gone; if not, a later sweep takes it.
  func remove() -> Bool
}
