// Goes ways to a socket, or to an option of one, that a filter of socket(2) and setsockopt(2) doesn't see. Prints what came of it: what was
// read from a connection, "made", "set", or an error.
//
//   detour ring ADDRESS PORT               makes a TCP socket and connects it by io_uring, then reads from it
//   detour call32 FAMILY TYPE PROTOCOL     makes a socket by socketcall(2) of 32-bit x86
//   detour direct32 FAMILY TYPE PROTOCOL   makes a socket by socket(2) of 32-bit x86
//   detour option LEVEL NAME               sets an option of a UDP socket of IPv6 to 1
//   detour optioncall32 LEVEL NAME         the same by socketcall(2) of 32-bit x86
//   detour optiondirect32 LEVEL NAME       the same by setsockopt(2) of 32-bit x86
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
    fputs("usage: detour ring ADDRESS PORT | detour call32|direct32 FAMILY TYPE PROTOCOL |"
          " detour option|optioncall32|optiondirect32 LEVEL NAME\n", stderr);
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
enum { ARGUMENTS = 5 };

/// A system call of 32-bit x86, which a 64-bit program can make too; pointers lie in the lower 4 GiB.
static int32_t call32(uint32_t call, const uint32_t arguments[static ARGUMENTS]) {
    int32_t result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(call), "b"(arguments[0]), "c"(arguments[1]), "d"(arguments[2]), "S"(arguments[3]), "D"(arguments[4])
                     : "memory", "r8", "r9", "r10", "r11");
    return result;
}

/// The same by socketcall(2), whose arguments lie in memory.
static int32_t multiplexed32(uint32_t operation, const uint32_t arguments[static ARGUMENTS]) {
    enum { SOCKETCALL = 102 };
    uint32_t *place = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (place == MAP_FAILED) fail(errno);
    memcpy(place, arguments, ARGUMENTS * sizeof *arguments);
    return call32(SOCKETCALL, (uint32_t[ARGUMENTS]){operation, (uint32_t)(uintptr_t)place});
}

static int32_t make_by_32_bits(int is_multiplexed, const uint32_t arguments[static ARGUMENTS]) {
    enum { SOCKET = 359, MAKE = 1 };
    return is_multiplexed ? multiplexed32(MAKE, arguments) : call32(SOCKET, arguments);
}

static int32_t set_by_32_bits(int is_multiplexed, int descriptor, uint32_t level, uint32_t name) {
    enum { SETSOCKOPT = 366, SET = 14 };
    int *on = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (on == MAP_FAILED) fail(errno);
    *on = 1;
    uint32_t arguments[ARGUMENTS] = {(uint32_t)descriptor, level, name, (uint32_t)(uintptr_t)on, sizeof *on};
    return is_multiplexed ? multiplexed32(SET, arguments) : call32(SETSOCKOPT, arguments);
}
#else
enum { ARGUMENTS = 5 };

static int32_t make_by_32_bits(int is_multiplexed, const uint32_t arguments[static ARGUMENTS]) {
    (void)is_multiplexed;
    (void)arguments;
    return -ENOSYS;
}

static int32_t set_by_32_bits(int is_multiplexed, int descriptor, uint32_t level, uint32_t name) {
    (void)is_multiplexed;
    (void)descriptor;
    (void)level;
    (void)name;
    return -ENOSYS;
}
#endif

static void by_32_bits(int is_multiplexed, char **words) {
    uint32_t arguments[ARGUMENTS] = {0};
    for (int index = 0; index < 3; index++) arguments[index] = (uint32_t)atoi(words[index]);
    int32_t result = make_by_32_bits(is_multiplexed, arguments);
    if (result < 0) fail(-result);
    puts("made");
}

static void set_option(const char *way, char **words) {
    int level = atoi(words[0]), name = atoi(words[1]), on = 1;
    int descriptor = socket(AF_INET6, SOCK_DGRAM, 0);
    if (descriptor < 0) fail(errno);
    if (strcmp(way, "option") == 0) {
        if (setsockopt(descriptor, level, name, &on, sizeof on) < 0) fail(errno);
    } else {
        int32_t result = set_by_32_bits(strcmp(way, "optioncall32") == 0, descriptor, (uint32_t)level, (uint32_t)name);
        if (result < 0) fail(-result);
    }
    puts("set");
}

int main(int count, char **words) {
    if (count == 4 && strcmp(words[1], "ring") == 0) {
        by_ring(words[2], words[3]);
    } else if (count == 5 && (strcmp(words[1], "call32") == 0 || strcmp(words[1], "direct32") == 0)) {
        by_32_bits(words[1][0] == 'c', words + 2);
    } else if (count == 4 && strncmp(words[1], "option", 6) == 0) {
        set_option(words[1], words + 2);
    } else {
        usage();
    }
    return 0;
}
