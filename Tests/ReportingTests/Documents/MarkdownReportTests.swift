import ResourceModel
import Testing

@testable import Reporting

@Suite("The Markdown report")
struct MarkdownReportTests {
  @Test("has the exact form")
  func hasTheExactForm() {
    #expect(SampleReports.stopped.rendered(as: .markdown) == golden)
  }

  @Test("keeps its structure whatever a job is called", arguments: TrickyText.all)
  func keepsItsStructure(text: String) {
    let lines = SampleReports.tricky(text).rendered(as: .markdown).split(separator: "\n")
    let plain = SampleReports.tricky("plain").rendered(as: .markdown).split(separator: "\n")
    #expect(lines.count == plain.count)
    for (line, expected) in zip(lines, plain) {
      #expect(line.filter { $0 == "|" }.count == expected.filter { $0 == "|" }.count)
      #expect(line.prefix(2) == expected.prefix(2))
    }
  }

  @Test("has no markup but its own", arguments: TrickyText.all)
  func hasNoForeignMarkup(text: String) {
    var rest = SampleReports.tricky(text).rendered(as: .markdown)
    #expect(!rest.unicodeScalars.contains { TrickyText.isControl($0) && $0 != "\n" })
    for tag in ["<code>", "</code>", "<details>", "</details>", "<summary>", "</summary>", "**Warnings**"] {
      rest = rest.split(separator: tag, omittingEmptySubsequences: false).joined()
    }
    rest.removeFirst("###".count)
    #expect(rest.replacing(/&#[0-9]+;/, with: "").allSatisfy { !"<>`*_[]#&$@~!\\\"'".contains($0) })
  }

  @Test(
    "escapes what could be structure",
    arguments: [
      ("a|b", "a&#124;b"), ("`x`", "&#96;x&#96;"), ("<b>&", "&#60;b&#62;&#38;"),
      ("a\nb", "a&#92;u&#123;a&#125;b"),
      ("http://x", "http&#58;//x"), ("why: so", "why: so"), ("end:", "end&#58;"), ("日本", "日本"),
      ("1.5 GiB", "1.5 GiB"),
    ])
  func escapes(text: String, escaped: String) {
    #expect(text.escapedForMarkdown() == escaped)
  }

  @Test(
    "begins no list inside a list",
    arguments: [("- x", "&#45; x"), ("1. x", "&#49;. x"), ("plain", "plain"), ("", "")])
  func escapesTheStart(text: String, escaped: String) {
    #expect(text.escapedForMarkdown(startsLine: true) == escaped)
  }

  @Test("shortens what would fill the page")
  func shortens() {
    let text = SampleReports.tricky(String(repeating: "x", count: 100_000)).rendered(as: .markdown)
    #expect(text.utf8.count < 110_000)
  }
}

/// What `SampleReports.stopped` has to look like.
private let golden = #"""
  ### <code>make test</code>: stopped: budget used up (500 of 500 credits) after 8m 12s

  |  |  |
  |---|---|
  | result | stopped: budget used up (500 of 500 credits) |
  | steps | asked at 95 %, killed at 100 % |
  | exit status | 120 (the command died of SIGKILL) |
  | used | 500 of 500 credits (100 %) |
  | overdraft | 0.000123 credits, the stated bound is 0.012 |
  | crossed | warning (80 %) after 6m 40s, emergency (95 %) after 7m 50s, hard (100 %) after 8m 12s |
  | wall time | 8m 12s |
  | CPU time | 8m 16s (user 8m, system 16.21s), 1.01 CPUs on average |
  | memory | peak 1.5 GiB, anonymous peak 1 GiB, mean 58.8 MiB &#91;polled&#93; |
  | storage | read 12 MiB in 345 operations, written 0 B |
  | latency | &#91;fd77&#58;&#58;2&#93;&#58;443 connect 3.4ms, round trip 3.4ms, 12 connections; and 1 more |
  | processes | peak 12 |
  | waited for | CPU 3s, I/O 12.5ms |

  | meter | quantity | unit | price | credits | USD |  |
  |---|--:|---|---|--:|--:|---|
  | cpu | 496.212 | core-second | 1 | 496.212 | 0.00301 |  |
  | memory | 28.26 | GiB-second | 0.134036 | 3.788 | 0.0000229 | polled |
  | total |  |  |  | 500 | 0.00303 |  |

  **Warnings**

  - memory.max is held by readings: this host has no memory controller

  <details><summary>Details</summary>

  |  |  |
  |---|---|
  | job | <code>make-3f2a</code> |
  | name | <code>make</code> |
  | command | <code>/usr/bin/make test</code> |
  | profile | ci |
  | prices | sample |
  | label | <code>team=research</code> |
  | started | 2026-11-23T20&#58;08&#58;13.042Z |
  | ended | 2026-11-23T20&#58;16&#58;25.387Z |
  | limits held by | kernel: cpu.max, pids.max; polled: memory.max; unavailable: io.max |
  | confined | default; refused: mount (2), bpf |
  | readings | 9 |
  | time spent | setup 1.2ms, run 8m 12s, settle 830µs |

  </details>

  """#
