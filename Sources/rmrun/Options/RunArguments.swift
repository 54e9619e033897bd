import ResourceModel

/// What the command line of a run says, before profiles and prices are looked up.
struct RunArguments: Sendable {
  var command: [String] = []
  var profile = "default"
  var pricesFile: String?
  /// Settings in the order given; they win over the profile.
  var settings: [(setting: Setting, value: String)] = []
  /// The account that pays.
  var account: AccountPath?
  /// The ledger's file, `none`, or the user's own.
  var ledger: String?
  var name: String?
  var labels: [JobSpec.Label] = []
  var workingDirectory: String?
  var streams = JobSpec.Streams()
  var reports: [String] = []
  var cgroupParent: String?
  var required: Requirement = .nothing
  var bestEffort = false
  var dryRun = false
  var verbose = false
  var summary = false
  var quiet = false
  var progress = false
  /// `--help` among the options: nothing is run.
  var wantsHelp = false
}
