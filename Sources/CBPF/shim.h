#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
