import ResourceModel

extension Duration {
  /// For people, without a unit that would be zero: `8m 12s`, `4m`, `12.3s`, `45ms`.
  var plainText: String {
    let text = shortText
    for zero in [" 0s", " 0m", " 0h"] where text.hasSuffix(zero) { return String(text.dropLast(zero.count)) }
    return text
  }

  /// For a forecast, which is not worth fractions: whole seconds, `3m 20s`, `12s`, `<1s`.
  var roughText: String {
    let nanoseconds = self.nanoseconds
    guard nanoseconds >= 1_000_000_000 else { return "<1s" }
    let whole = nanoseconds.addingReportingOverflow(500_000_000)
    return Duration.seconds((whole.overflow ? nanoseconds : whole.partialValue) / 1_000_000_000).plainText
  }
}

extension ExhaustionForecast {
  /// `2m 50s to 4m`; `at least 2m 50s` where no latest time is known; nil where both ends read the same.
  var rangeText: String? {
    guard let latest else { return "at least " + earliest.roughText }
    let (from, to) = (earliest.roughText, latest.roughText)
    return from == to ? nil : from + " to " + to
  }
}
