// swift-tools-version: 6.2
import PackageDescription

// The order of the targets is the order of the modules: each imports only what stands above it in this file
// (`.ci/check-imports` holds the same order and fails when a module imports one above it).

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
/// SQLite's own functions, of the library that GRDB uses.
let databaseLibrary = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func module(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: settings)
}

let package = Package(
  name: "rmrun",
  products: [
    .library(name: "ResourceManager", targets: ["ResourceManager", "ResourceModel", "Reporting"]),
    .executable(name: "rmrun", targets: ["rmrun"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    module("ResourceModel"),
    .target(
      name: "CLinuxSystem",
      cSettings: [
        .define("_GNU_SOURCE"), .treatAllWarnings(as: .error),
      ]),
    .systemLibrary(
      name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(name: "CBPF", pkgConfig: "libbpf", providers: [.apt(["libbpf-dev"])]),
    .systemLibrary(name: "CCapability", pkgConfig: "libcap", providers: [.apt(["libcap-dev"])]),
    .target(name: "CFilterPrograms", cSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "CNetworkPrograms",
      exclude: [
        "connections.bpf.c", "destinations.bpf.c", "latency.bpf.c", "network.bpf.c", "pacing.bpf.c",
      ],
      cSettings: [.treatAllWarnings(as: .error)]),
    module("LinuxSystem", ["CBPF", "CLinuxSystem", "ResourceModel", system]),
    module("CgroupV2", ["LinuxSystem", "ResourceModel", system]),
    module("CgroupPrograms", ["CNetworkPrograms", "LinuxSystem", "ResourceModel", system]),
    module(
      "Confinement", ["CSeccomp", "CCapability", "CFilterPrograms", "LinuxSystem", "ResourceModel", system]),
    module("CreditLedger", ["LinuxSystem", "ResourceModel", system, database, databaseLibrary]),
    module("ControlSocket", ["LinuxSystem", "ResourceModel", system]),
    module("Configuration", ["LinuxSystem", "ResourceModel", system, "Yams"]),
    module("NameResolution", ["LinuxSystem", "ResourceModel", system]),
    module(
      "Supervision",
      [
        "CgroupPrograms", "Confinement", "ControlSocket", "CreditLedger", "CgroupV2", "LinuxSystem",
        "NameResolution", "ResourceModel", system, logging,
      ]),
    module(
      "Reporting", ["ResourceModel"],
      exclude: ["accounts.schema.json", "doctor.schema.json", "report.schema.json"]),
    module(
      "ResourceManager",
      [
        "Reporting", "Supervision", "Configuration", "ControlSocket", "CreditLedger", "CgroupV2",
        "LinuxSystem", "ResourceModel",
        system, logging,
      ]),
    .executableTarget(
      name: "rmrun",
      dependencies: [
        "ResourceManager", "Reporting", "Supervision", "Confinement", "Configuration", "ControlSocket",
        "CreditLedger", "CgroupV2", "LinuxSystem", "ResourceModel", system, logging, argumentParser,
      ],
      swiftSettings: settings),
    .target(
      name: "TestSupport", dependencies: ["LinuxSystem", "ResourceModel"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .executableTarget(
      name: "ledger-load", dependencies: ["CreditLedger", "LinuxSystem", "ResourceModel", "TestSupport"],
      path: "Tests/LedgerLoad", swiftSettings: settings),
    .executableTarget(
      name: "filter-programs", dependencies: ["Confinement", "ResourceModel"], path: "Tests/FilterPrograms",
      exclude: ["write.sh"], swiftSettings: settings),
    tests(of: "ResourceModel", ["TestSupport"]),
    tests(of: "LinuxSystem", ["ResourceModel", "TestSupport", system]),
    tests(of: "CgroupV2", ["LinuxSystem", "ResourceModel", system]),
    tests(of: "CgroupPrograms", ["LinuxSystem", "ResourceModel", system]),
    tests(of: "Confinement", ["LinuxSystem", "ResourceModel", "TestSupport", system]),
    tests(of: "CreditLedger", ["LinuxSystem", "ResourceModel", "TestSupport", system, database]),
    tests(of: "ControlSocket", ["LinuxSystem", "ResourceModel", "TestSupport", system]),
    tests(of: "Configuration", ["LinuxSystem", "ResourceModel", "TestSupport", system]),
    tests(of: "NameResolution", ["LinuxSystem", "ResourceModel", "TestSupport", system]),
    tests(
      of: "Supervision",
      [
        "CgroupV2", "ControlSocket", "CreditLedger", "LinuxSystem", "ResourceModel", "TestSupport", system,
        logging,
      ]),
    tests(of: "Reporting", ["ResourceModel"]),
  ]
)

// libFuzzer brings its own main, so the fuzzer is a target only where it is asked for (`Tests/Fuzz/run.sh`).
if Context.environment["RMRUN_FUZZ"] == "1" {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CgroupV2", "Configuration", "ControlSocket", "LinuxSystem", "NameResolution", "ResourceModel",
      ],
      path: "Tests/Fuzz", exclude: ["run.sh", "corpus"],
      swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}
