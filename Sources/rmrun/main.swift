import Glibc
import LinuxSystem

// The launch path comes first: whatever is no subcommand is a command to be run, and takes no detour through
// ArgumentParser (see `ArgumentScanner`).

let started = Clock.boottime()
try? StandardStreams.reserve()

let words = CommandLine.arguments.dropFirst()
if Subcommands.takes(words.first) {
  Subcommands.run(Array(words))
}
JobRun(words, started: started).run().leave()
