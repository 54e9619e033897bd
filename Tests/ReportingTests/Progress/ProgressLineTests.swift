import ResourceModel
import Testing

@testable import Reporting

@Suite("The progress line")
struct ProgressLineTests {
  @Test("gives way as the terminal gets narrower")
  func givesWay() {
    let lines = [130, 120, 100, 80, 60, 40, 30, 25, 10, 3, 0].map { columns in
      ProgressLine(columns: columns, repertoire: .unicode).text(SampleProgress.budgeted) + "|\n"
    }
    #expect(lines.joined() == golden)
  }

  @Test(
    "shows no bar without a budget, and ASCII where the locale has no more",
    arguments: [
      (SampleProgress.metered, 80, "ci-step  400.0 credits  0.512/s  5m  1.99 CPUs  1.5 GiB"),
      (
        SampleProgress.budgeted, 80,
        "ci-step  [##############----]  80 %  400.0 of 500 credits  0.512/s  3m 20s left"
      ),
      (
        SampleProgress.fresh, 80,
        "ci-step  [----------------------------]  0 %  0.000 of 500 credits  <1s"
      ),
    ])
  func ascii(progress: JobProgress, columns: Int, line: String) {
    #expect(ProgressLine(columns: columns, repertoire: .ascii).text(progress) == line)
  }

  @Test(
    "fits, stays on its line and in its repertoire, for every width", arguments: TrickyText.all,
    [CharacterRepertoire.unicode, .ascii])
  func fits(name: String, repertoire: CharacterRepertoire) {
    for sample in [SampleProgress.budgeted, SampleProgress.metered, SampleProgress.fresh] {
      var progress = sample
      progress.name = name
      for columns in [-1, 0, 1, 2, 5, 17, 18, 19, 20, 31, 40, 53, 64, 79, 80, 81, 100, 132, 200, 1000] {
        let line = ProgressLine(columns: columns, repertoire: repertoire).text(progress)
        #expect(line.displayWidth <= max(0, columns - 1))
        #expect(!line.unicodeScalars.contains { TrickyText.isControl($0) })
        #expect(repertoire == .unicode || line.utf8.allSatisfy { $0 < 0x80 })
        #expect(columns < 25 || line.contains(progress.used.liveText))
      }
    }
  }

  @Test("has a bar that is full at the budget and not before")
  func barIsHonest() {
    let bar = BudgetBar(width: 10, repertoire: .unicode)
    let budget = Credits(microcredits: 500_000_000)
    let bars = [0, 1, 49_999_999, 50_000_000, 250_000_000, 499_999_999, 500_000_000, 900_000_000, -5].map {
      bar.text(Credits(microcredits: $0), of: budget).filter { $0 == "█" }.count
    }
    #expect(bars == [0, 0, 0, 1, 5, 9, 10, 10, 0])
    #expect(bar.text(.zero, of: .zero).filter { $0 == "█" }.count == 10)
    #expect(bar.text(.max, of: .max).filter { $0 == "█" }.count == 10)
  }

  @Test("is drawn over itself without being empty in between")
  func drawing() {
    #expect(LiveLine.drawing("abc") == "\rabc\u{1b}[K")
    #expect(LiveLine.clearing == "\r\u{1b}[K")
  }

  @Test(
    "knows the locale's characters",
    arguments: [
      (["LANG": "en_US.UTF-8"], .unicode), (["LANG": "C.utf8"], .unicode),
      (["LC_ALL": "C", "LANG": "en_US.UTF-8"], .ascii),
      (["LC_ALL": "", "LC_CTYPE": "de_DE.UTF-8@euro"], .unicode),
      (["LC_CTYPE": "C", "LANG": "x.UTF-8"], .ascii),
      (["LANG": "de_DE.ISO-8859-1"], .ascii), (["LANG": "POSIX"], .ascii), ([:], .ascii),
    ] as [([String: String], CharacterRepertoire)])
  func locale(variables: [String: String], expected: CharacterRepertoire) {
    #expect(CharacterRepertoire.detect { variables[$0] } == expected)
  }

  @Test("writes what ASCII has not as escapes")
  func asciiText() {
    #expect(CharacterRepertoire.ascii.text("é 12µs") == "\\u{e9} 12us")
    #expect(CharacterRepertoire.unicode.text("é 12µs") == "é 12µs")
  }
}

private let golden = #"""
  ci-step  ████████████████████████░░░░░░  80 %  400.0 of 500 credits  0.512/s  3m 20s left  (2m 50s to 4m)  1.99 CPUs  1.5 GiB|
  ci-step  ███████████████████░░░░░  80 %  400.0 of 500 credits  0.512/s  3m 20s left  (2m 50s to 4m)  1.99 CPUs  1.5 GiB|
  ci-step  ████████████████░░░░  80 %  400.0 of 500 credits  0.512/s  3m 20s left  1.99 CPUs  1.5 GiB|
  ci-step  ████████████████░░░░  80 %  400.0 of 500 credits  0.512/s  3m 20s left|
  ██████████████░░░░  80 %  400.0 of 500 credits  3m 20s left|
  ████████░░░  80 %  400.0 of 500 credits|
  80 %  400.0 of 500 credits|
  400.0 of 500 credits|
  400.0 ...|
  ..|
  |

  """#
