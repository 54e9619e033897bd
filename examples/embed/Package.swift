// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "embed",
  dependencies: [.package(name: "rmrun", path: "../..")],
  targets: [
    .executableTarget(name: "embed", dependencies: [.product(name: "ResourceManager", package: "rmrun")])
  ]
)
