import ArgumentParser

/// `rmrun doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "doctor", abstract: "Say what this host can enforce.")
}
