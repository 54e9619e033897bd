import CgroupPrograms
import LinuxSystem
import ResourceModel

extension Usage {
  /// Takes over what was counted of the network.
  mutating func take(_ traffic: NetworkTraffic) {
    (networkReceived, packets.received) = (traffic.received.bytes, traffic.received.packets)
    (networkSent, packets.sent) = (traffic.sent.bytes, traffic.sent.packets)
    (loopbackReceived, packets.loopbackReceived) =
      (traffic.loopbackReceived.bytes, traffic.loopbackReceived.packets)
    (loopbackSent, packets.loopbackSent) = (traffic.loopbackSent.bytes, traffic.loopbackSent.packets)
  }
}

extension NetworkTraffic {
  /// What the interfaces of a job's own namespace have moved. One packet there may be many on the way that were sent as one.
  init(_ interfaces: [InterfaceCounters.Interface]) {
    self.init()
    for interface in interfaces {
      let received = Amount(bytes: interface.receivedBytes, packets: interface.receivedPackets)
      let sent = Amount(bytes: interface.sentBytes, packets: interface.sentPackets)
      if interface.name == "lo" {
        (loopbackReceived, loopbackSent) = (received, sent)
      } else {
        self.received.add(received)
        self.sent.add(sent)
      }
    }
  }
}

extension NetworkTraffic.Amount {
  fileprivate mutating func add(_ other: Self) {
    bytes += other.bytes
    packets += other.packets
  }
}

extension HostReport.Shortcoming {
  /// Why the network can't be measured, and what mends it.
  init(ofNetwork error: SystemError) {
    switch error.code {
    case .permission:
      self.init(
        cause: "this process may not have the kernel run programs for groups (\(error))",
        remedy: "run rmrun as root (docker: --cap-add BPF --cap-add NET_ADMIN)")
    case .unsupported:
      self.init(
        cause: "this kernel runs no such programs for groups (\(error))",
        remedy: "use a kernel from 5.14 on with CONFIG_BPF_SYSCALL and CONFIG_CGROUP_BPF")
    case .busy:
      self.init(
        cause: "a group above has a program that it allows none beside",
        remedy: "start rmrun in a group of its own: systemd-run --scope -p Delegate=yes rmrun …")
    default: self.init(cause: "\(error)", remedy: nil)
    }
  }
}
