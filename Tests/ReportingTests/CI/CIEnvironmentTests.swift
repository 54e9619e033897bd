import Reporting
import ResourceModel
import Testing

@Suite("The CI system")
struct CIEnvironmentTests {
  @Test(
    "is known by its variables, and by nothing less",
    arguments: [
      (
        ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "/tmp/s.md"],
        .gitHubActions(summaryPath: "/tmp/s.md")
      ),
      (["GITHUB_ACTIONS": "true"], .gitHubActions(summaryPath: nil)),
      (["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": ""], .gitHubActions(summaryPath: nil)),
      (["GITHUB_ACTIONS": "false", "GITHUB_STEP_SUMMARY": "/tmp/s.md"], .none),
      (["GITHUB_STEP_SUMMARY": "/tmp/s.md"], .none), (["GITLAB_CI": "true"], .gitLab),
      (["GITLAB_CI": "1"], .none),
      (["CI": "true"], .none), ([:], .none),
    ] as [([String: String], CIEnvironment)])
  func isKnown(variables: [String: String], expected: CIEnvironment) {
    let found = CIEnvironment.detect { variables[$0] }
    #expect(found == expected)
    if case .gitHubActions(let path) = expected { #expect(found.summaryPath == path) }
  }

  @Test(
    "GitHub's commands are escaped as its runner reads them",
    arguments: [
      (GitHubCommand(.warning, message: "plain"), "::warning::plain"),
      (GitHubCommand(.error, title: "rmrun", message: "a: b, c"), "::error title=rmrun::a: b, c"),
      (GitHubCommand(.error, title: "a: b, 5%", message: "x"), "::error title=a%3A b%2C 5%25::x"),
      (
        GitHubCommand(.error, message: "100%\r\nnext\n::error::no"), "::error::100%25%0D%0Anext%0A::error::no"
      ),
      (GitHubCommand(.notice, message: "%0A"), "::notice::%250A"),
      (GitHubCommand(.group, message: "g"), "::group::g"),
      (GitHubCommand(.endgroup), "::endgroup::"),
    ])
  func isEscaped(command: GitHubCommand, line: String) {
    #expect(command.line == line)
  }

  @Test("gets an error for a stopped job and a warning for each of its warnings")
  func annotations() {
    let gitHub = CIEnvironment.gitHubActions(summaryPath: nil)
    #expect(
      gitHub.annotations(for: SampleReports.stopped) == [
        "::error title=rmrun::rmrun: make test: stopped: budget used up (500 of 500 credits) after 8m 12s; "
          + "asked at 95 %25, killed at 100 %25",
        "::warning title=rmrun%3A make test::memory.max is held by readings: this host has no memory controller",
      ])
    #expect(
      gitHub.annotations(for: SampleReports.notStarted) == [
        "::error title=rmrun::rmrun: nosuch --all: not started: nosuch: not found in PATH"
      ])
    #expect(gitHub.annotations(for: SampleReports.finished).isEmpty)
    #expect(CIEnvironment.gitLab.annotations(for: SampleReports.stopped).isEmpty)
    #expect(CIEnvironment.none.annotations(for: SampleReports.stopped).isEmpty)
  }

  @Test("gets a warning while the job runs")
  func noticeAnnotation() {
    let notice = ThresholdNotice(.warning, progress: SampleProgress.metered, limits: JobLimits())
    #expect(
      CIEnvironment.gitHubActions(summaryPath: nil).annotation(for: notice)
        == "::warning title=rmrun::ci-step has used 400 credits")
    #expect(CIEnvironment.gitLab.annotation(for: notice) == nil)
  }

  @Test("folds lines in its own way")
  func sections() {
    let time = WallTime(seconds: 1_795_464_493)
    func start(_ ci: CIEnvironment) -> String? {
      ci.sectionStart(name: "bill of/make", header: "The bill", at: time)
    }
    func end(_ ci: CIEnvironment) -> String? { ci.sectionEnd(name: "bill of/make", at: time) }
    let gitHub = CIEnvironment.gitHubActions(summaryPath: nil)
    #expect(start(gitHub) == "::group::The bill")
    #expect(end(gitHub) == "::endgroup::")
    #expect(
      start(.gitLab)
        == "\u{1b}[0Ksection_start:1795464493:bill_of_make[collapsed=true]\r\u{1b}[0KThe bill")
    #expect(end(.gitLab) == "\u{1b}[0Ksection_end:1795464493:bill_of_make\r\u{1b}[0K")
    #expect(start(.none) == nil && end(.none) == nil)
    let open = GitLabSection(name: "a", header: "h")
    #expect(open.start(at: time) == "\u{1b}[0Ksection_start:1795464493:a\r\u{1b}[0Kh")
  }

  @Test("gets each line as one line, whatever a job is called", arguments: TrickyText.all)
  func isOneLine(text: String) {
    let report = SampleReports.tricky(text)
    for line in CIEnvironment.gitHubActions(summaryPath: nil).annotations(for: report) {
      #expect(line.hasPrefix("::") && !line.unicodeScalars.contains { TrickyText.isControl($0) })
    }
    let section = GitLabSection(name: text, header: text)
    let start = section.start(at: WallTime(seconds: 0))
    #expect(start.unicodeScalars.filter { TrickyText.isControl($0) }.count == 3)
  }
}
