// Goes ways to a socket that a filter of socket(2) doesn't see. Prints what came of it: what was read from a connection, "made", or an error.
//
//   detour ring ADDRESS PORT               makes a TCP socket and connects it by io_uring, then reads from it
//   detour call32 FAMILY TYPE PROTOCOL     makes a socket by socketcall(2) of 32-bit x86
//   detour direct32 FAMILY TYPE PROTOCOL   makes a socket by socket(2) of 32-bit x86
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static _Noreturn void fail(int error) {
    puts(strerrorname_np(error));
    exit(0);
}

static _Noreturn void usage(void) {
    fputs("usage: detour ring ADDRESS PORT | detour call32|direct32 FAMILY TYPE PROTOCOL\n", stderr);
    exit(2);
}

/// A ring of one entry at a time.
struct ring {
    int descriptor;
    struct io_uring_params parameters;
    char *submission;
    char *completion;
    struct io_uring_sqe *entries;
};

static struct ring make_ring(void) {
    struct ring ring = {0};
    ring.descriptor = (int)syscall(SYS_io_uring_setup, 4, &ring.parameters);
    if (ring.descriptor < 0) fail(errno);
    int access = PROT_READ | PROT_WRITE, flags = MAP_SHARED | MAP_POPULATE;
    size_t size = 1 << 16;
    ring.submission = mmap(NULL, size, access, flags, ring.descriptor, IORING_OFF_SQ_RING);
    ring.completion = mmap(NULL, size, access, flags, ring.descriptor, IORING_OFF_CQ_RING);
    ring.entries = mmap(NULL, 4 * sizeof *ring.entries, access, flags, ring.descriptor, IORING_OFF_SQES);
    if (ring.submission == MAP_FAILED || ring.completion == MAP_FAILED || ring.entries == MAP_FAILED) fail(errno);
    return ring;
}

static uint32_t *number(char *base, uint32_t offset) { return (uint32_t *)(base + offset); }

/// Has the kernel do it; its result, or minus an error.
static int32_t perform(struct ring *ring, struct io_uring_sqe entry) {
    uint32_t *tail = number(ring->submission, ring->parameters.sq_off.tail);
    uint32_t index = *tail & *number(ring->submission, ring->parameters.sq_off.ring_mask);
    ring->entries[index] = entry;
    number(ring->submission, ring->parameters.sq_off.array)[index] = index;
    __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring->descriptor, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) fail(errno);
    uint32_t *head = number(ring->completion, ring->parameters.cq_off.head);
    uint32_t place = *head & *number(ring->completion, ring->parameters.cq_off.ring_mask);
    struct io_uring_cqe *done = (struct io_uring_cqe *)(ring->completion + ring->parameters.cq_off.cqes) + place;
    int32_t result = done->res;
    __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
    return result;
}

static void by_ring(const char *address, const char *port) {
    struct ring ring = make_ring();
    // Linux 5.19.
    struct io_uring_sqe entry = {.opcode = 45 /* IORING_OP_SOCKET */, .fd = AF_INET, .off = SOCK_STREAM};
    int client = perform(&ring, entry);
    if (client < 0) fail(-client);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1) usage();
    struct io_uring_sqe reach = {
        .opcode = IORING_OP_CONNECT, .fd = client, .addr = (uint64_t)(uintptr_t)&to, .off = sizeof to};
    int result = perform(&ring, reach);
    if (result < 0) fail(-result);
    char answer[64] = "";
    if (read(client, answer, sizeof answer - 1) < 0) fail(errno);
    puts(answer);
}

#if defined(__x86_64__)
/// A system call of 32-bit x86, which a 64-bit program can make too; pointers lie in the lower 4 GiB.
static int32_t call32(uint32_t call, uint32_t first, uint32_t second, uint32_t third) {
    int32_t result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(call), "b"(first), "c"(second), "d"(third) : "memory", "r8", "r9", "r10", "r11");
    return result;
}

static void by_32_bits(int is_multiplexed, char **words) {
    uint32_t *arguments = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (arguments == MAP_FAILED) fail(errno);
    for (int index = 0; index < 3; index++) arguments[index] = (uint32_t)atoi(words[index]);
    enum { SOCKETCALL = 102, SOCKET = 359, MAKE = 1 };
    int32_t result = is_multiplexed ? call32(SOCKETCALL, MAKE, (uint32_t)(uintptr_t)arguments, 0)
                                    : call32(SOCKET, arguments[0], arguments[1], arguments[2]);
    if (result < 0) fail(-result);
    puts("made");
}
#else
static void by_32_bits(int is_multiplexed, char **words) {
    (void)is_multiplexed;
    (void)words;
    fail(ENOSYS);
}
#endif

int main(int count, char **words) {
    if (count == 4 && strcmp(words[1], "ring") == 0) {
        by_ring(words[2], words[3]);
    } else if (count == 5 && (strcmp(words[1], "call32") == 0 || strcmp(words[1], "direct32") == 0)) {
        by_32_bits(words[1][0] == 'c', words + 2);
    } else {
        usage();
    }
    return 0;
}
