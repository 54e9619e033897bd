/// How much a job may use before its account has to hear of it.
///
/// A threshold of an account is noticed by what is in its books. What all jobs below it have used and not booked could pass it unseen, so
/// each of them books when it has used its share of what is left before the nearest threshold above it: together they use no more than
/// that before they have all booked.
public enum BookingShare {
  /// How soon a job books again, however small its share has become.
  public static let shortestInterval: Duration = .milliseconds(200)
  /// How soon it is read again for that: each reading gets nearer to a share by what the job burns less than it could.
  public static let shortestReading: Duration = .milliseconds(20)
  /// How soon a job that used no CPU of late is looked at for that.
  public static let idleInterval: Duration = .milliseconds(400)

  /// A job's share by its account and all above it; nil where no threshold lies ahead.
  public static func of(_ chain: [Account]) -> Credits? {
    chain.compactMap { account in
      account.distance.map { Credits(microcredits: $0.microcredits / max(1, account.liveJobs)) }
    }.min()
  }
}
