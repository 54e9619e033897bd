#include <bpf/bpf.h>
#include <bpf/libbpf_version.h>
#include <linux/bpf.h>

#if LIBBPF_MAJOR_VERSION < 1
#error "rmrun needs libbpf 1.0 or later: Debian 12 and Ubuntu 24.04 have it"
#endif
