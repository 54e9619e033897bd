import CBPF

extension GroupProgram {
  /// When it is run.
  package enum Hook: Sendable, CaseIterable {
    /// On each IP packet that was received, and that is sent: `BPF_PROG_TYPE_CGROUP_SKB`.
    case received
    case sent
    /// Before a connection is made, over IPv4 and over IPv6: `BPF_PROG_TYPE_CGROUP_SOCK_ADDR`.
    case connect4
    case connect6
    /// After a socket was made: `BPF_CGROUP_INET_SOCK_CREATE`.
    case create
    /// After a socket was closed: `BPF_CGROUP_INET_SOCK_RELEASE` (Linux 5.9).
    case release
    /// Before a datagram goes where it says, over IPv4 and over IPv6: `BPF_CGROUP_UDP4_SENDMSG`.
    case send4
    case send6
    /// When a program is told who sent a datagram (Linux 5.2), and whom a socket is connected to (Linux 5.8).
    case receive4
    case receive6
    case peer4
    case peer6
    /// Before a socket is given its own address, over IPv4 and over IPv6: `BPF_CGROUP_INET4_BIND`.
    case bind4
    case bind6
    /// When a connection of TCP is begun, is there, or changes its state: `BPF_PROG_TYPE_SOCK_OPS`.
    case connections
  }
}

extension GroupProgram.Hook {
  var attachType: bpf_attach_type {
    switch self {
    case .received: BPF_CGROUP_INET_INGRESS
    case .sent: BPF_CGROUP_INET_EGRESS
    case .connect4: BPF_CGROUP_INET4_CONNECT
    case .connect6: BPF_CGROUP_INET6_CONNECT
    case .create: BPF_CGROUP_INET_SOCK_CREATE
    case .release: BPF_CGROUP_INET_SOCK_RELEASE
    case .send4: BPF_CGROUP_UDP4_SENDMSG
    case .send6: BPF_CGROUP_UDP6_SENDMSG
    case .receive4: BPF_CGROUP_UDP4_RECVMSG
    case .receive6: BPF_CGROUP_UDP6_RECVMSG
    case .peer4: BPF_CGROUP_INET4_GETPEERNAME
    case .peer6: BPF_CGROUP_INET6_GETPEERNAME
    case .bind4: BPF_CGROUP_INET4_BIND
    case .bind6: BPF_CGROUP_INET6_BIND
    case .connections: BPF_CGROUP_SOCK_OPS
    }
  }

  var programType: bpf_prog_type {
    switch self {
    case .received, .sent: BPF_PROG_TYPE_CGROUP_SKB
    case .create, .release: BPF_PROG_TYPE_CGROUP_SOCK
    case .connections: BPF_PROG_TYPE_SOCK_OPS
    case .connect4, .connect6, .send4, .send6, .receive4, .receive6, .peer4, .peer6, .bind4, .bind6:
      BPF_PROG_TYPE_CGROUP_SOCK_ADDR
    }
  }
}
