import Testing

@testable import LinuxSystem

@Suite("/etc/passwd")
struct AccountTests {
  @Test func homesAreRead() {
    let text = """
      root:x:0:0:root:/root:/bin/bash
      # a comment
      +::::::
      nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
      short:x:5:5
      big:x:4294967296:1::/:/
      neg:x:-1:1::/:/
      :x:7:7::/:/
      empty:x:8:8:::
      """
    let accounts = UserAccount.parse(text.bytes)
    #expect(accounts.map(\.name) == ["root", "nobody", "empty"])
    #expect(accounts.map(\.home) == ["/root", "/nonexistent", ""])
    #expect(accounts.map(\.user) == [0, 65534, 8])
  }

  @Test func aFileThatIsMissingHasNobody() {
    #expect(UserAccount.of(user: 0, file: "/nonexistent/passwd") == nil)
  }
}

@Suite("The host")
struct HostTests {
  @Test func memory() throws {
    let memory = try #require(
      Host.Memory(bytes: "MemTotal:       24689376 kB\nMemAvailable:    1024 kB\n".bytes))
    #expect(memory.total == 24_689_376 * 1024)
    #expect(memory.available == 1 << 20)
    #expect(Host.Memory(bytes: "MemTotal: 1 kB\n".bytes)?.available == nil)
  }

  @Test func thisOneCanBeRead() throws {
    #expect(try Host.memory().total > 1 << 20)
    #expect(try Host.bootID().count == 36)
    #expect(try Host.kernelRelease().contains("."))
    #expect(try !Host.name().isEmpty)
    #expect(try Host.ownExecutable().hasPrefix("/"))
    #expect(try ProcessControl.usableCPUs() >= 1)
  }
}
