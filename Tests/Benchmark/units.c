// A fixed amount of work, and what it cost: the same instructions in every run, so that CPU time per run tells what the
// surroundings take from it (interrupts, cache lines, time that is charged to the wrong one).
//
// usage: units COUNT     a unit is about a millisecond of CPU
//
// Prints a line of JSON: its own CPU time in seconds, exact to the microsecond, and the checksum of what it computed.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { WORDS = 32768, PASSES = 20 };  // 256 KiB: more than a first-level cache holds

static uint64_t words[WORDS];

static uint64_t unit(uint64_t sum) {
    for (int pass = 0; pass < PASSES; pass++)
        for (int i = 0; i < WORDS; i++) {
            words[i] = (words[i] ^ sum) * 0x9E3779B97F4A7C15u;
            sum += words[i] >> 17;
        }
    return sum;
}

int main(int argc, char **argv) {
    long count = argc == 2 ? strtol(argv[1], NULL, 10) : 0;
    if (count <= 0) {
        fprintf(stderr, "usage: units COUNT\n");
        return 2;
    }
    uint64_t sum = 1;
    for (long i = 0; i < count; i++) sum = unit(sum);

    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("{\"user\": %ld.%06ld, \"system\": %ld.%06ld, \"checksum\": %llu}\n", (long)used.ru_utime.tv_sec,
           (long)used.ru_utime.tv_usec, (long)used.ru_stime.tv_sec, (long)used.ru_stime.tv_usec, (unsigned long long)sum);
}
