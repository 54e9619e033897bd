// Loads a ledger as supervisors do, and tells as JSON what was done and how long it took. For the test of many processes on one
// ledger, and for the benchmark.
//
//     ledger-load contend LEDGER ACCOUNT SECONDS SEED    reserves, charges and settles as fast as it can
//     ledger-load charges LEDGER ACCOUNT SECONDS JOBS    charges so many jobs in each batch
//     ledger-load readings LEDGER ACCOUNT SECONDS JOBS   the same with a reading of each job in each batch
//     ledger-load reservations LEDGER ACCOUNT COUNT      reserves and settles so many jobs, one after the other
//     ledger-load fill LEDGER ACCOUNT ENTRIES            books until there are so many entries

import CreditLedger
import Glibc
import LinuxSystem
import ResourceModel
import TestSupport

do {
  let arguments = try Arguments()
  let ledger = try SQLiteLedger(path: arguments.ledger)
  var load = Load(ledger, arguments.account)
  switch arguments.mode {
  case "contend": try load.contend(for: .seconds(arguments.number), seed: arguments.seed)
  case "charges":
    try load.charge(
      for: .seconds(arguments.number), jobs: Int(arguments.seed), resolution: UsageHistory.resolution)
  case "readings":
    try load.charge(for: .seconds(arguments.number), jobs: Int(arguments.seed), resolution: .zero)
  case "reservations": try load.reserve(count: arguments.number)
  case "fill": try load.fill(entries: arguments.number)
  default: throw Arguments.Unusable()
  }
  print(load.summary)
} catch {
  _ = StandardStreams.write("ledger-load: \(error)\n".utf8)
  exit(1)
}
