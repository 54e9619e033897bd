import ResourceModel
import Testing

/// What the account that pays does to a job.
struct AccountTransitionTests {
  @Test(arguments: [
    Story(
      "an account at its warning threshold changes nothing",
      [.init(.seconds(10), .account(.at(.warning)))], leaves: .running),
    Story(
      "at its emergency threshold the jobs below are asked to stop",
      [.init(.seconds(10), .account(.at(.emergency)), [.signalAll(.terminate)])],
      leaves: .asked(.budget, deadline: .after(.seconds(20))), cause: .budget),
    Story(
      "at its hard threshold they are killed",
      [.init(.seconds(10), .account(.at(.hard)), [.kill])],
      leaves: .killed(.budget, since: .after(.seconds(10))), cause: .budget),
    Story(
      "at its hard threshold they are killed within the grace as well",
      [
        .init(.seconds(10), .account(.at(.emergency)), [.signalAll(.terminate)]),
        .init(.seconds(11), .account(.at(.hard)), [.kill]),
      ], leaves: .killed(.budget, since: .after(.seconds(11))), cause: .budget),
    Story(
      "a job that was frozen for its account goes on once that has more", under: { $0.onExhausted = .freeze },
      [
        .init(.seconds(10), .account(.at(.emergency)), [.freeze]),
        .init(.seconds(60), .account(nil), [.thaw]),
      ], leaves: .running),
  ])
  func anAccount(_ story: Story) { story.check() }

  @Test(arguments: [
    Story(
      "as long as there is more to be had, thresholds are those of the budget",
      under: { $0.backing = .whole(50) },
      [.init(.seconds(49), .read(49))], leaves: .running),
    Story(
      "but nothing is spent that is not held", under: { $0.backing = .whole(50) },
      [.init(.seconds(50), .read(50), [.notify(.hard), .kill])],
      leaves: .killed(.budget, since: .after(.seconds(50))), cause: .budget),
    Story(
      "once there is nothing more, what is held is the budget",
      under: {
        $0.backing = .whole(50)
        $0.isBackingFinal = true
      },
      [
        .init(.seconds(40), .read(40), [.notify(.warning)]),
        .init(.seconds(48), .read(48), [.notify(.emergency), .signalAll(.terminate)]),
      ], leaves: .asked(.budget, deadline: .after(.seconds(58))), cause: .budget),
    Story(
      "what is held beyond the budget is not for this job", under: { $0.backing = .whole(500) },
      [.init(.seconds(100), .read(100), [.notify(.hard), .kill])],
      leaves: .killed(.budget, since: .after(.seconds(100))), cause: .budget),
  ])
  func aLease(_ story: Story) { story.check() }
}

extension AccountPath {
  fileprivate static let sample: AccountPath = {
    do {
      return try AccountPath(parsing: "acme/team")
    } catch {
      preconditionFailure("\(error)")
    }
  }()
}

extension AccountStanding {
  fileprivate static func at(_ threshold: Threshold) -> AccountStanding? {
    AccountStanding(account: .sample, threshold: threshold)
  }
}
