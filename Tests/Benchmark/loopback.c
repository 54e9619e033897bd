// How fast this machine talks to itself.
//
// usage: loopback stream|connections MILLISECONDS
//
// Prints a rate: bytes a second of one TCP stream, or short TCP connections a second (a byte each way), one after the other.
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 17 };

static char buffer[CHUNK];

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "loopback: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int listening(struct sockaddr_in *place) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t length = sizeof *place;
    *place = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (listener < 0 || bind(listener, (struct sockaddr *)place, length) < 0 || listen(listener, 128) < 0 ||
        getsockname(listener, (struct sockaddr *)place, &length) < 0)
        fail("listen");
    return listener;
}

// Takes what comes, until somebody connects and sends nothing; answers each end with a byte.
static _Noreturn void serve(int listener) {
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        if (peer < 0) fail("accept");
        ssize_t count, total = 0;
        while ((count = recv(peer, buffer, CHUNK, 0)) > 0) total += count;
        if (total == 0) _exit(0);
        send(peer, "", 1, MSG_NOSIGNAL);
        close(peer);
    }
}

static int connected(const struct sockaddr_in *place) {
    int peer = socket(AF_INET, SOCK_STREAM, 0);
    if (peer < 0 || connect(peer, (const struct sockaddr *)place, sizeof *place) < 0) fail("connect");
    return peer;
}

static void end(int peer) {
    shutdown(peer, SHUT_WR);
    while (recv(peer, buffer, 1, 0) > 0) continue;
    close(peer);
}

static double stream(const struct sockaddr_in *place, double duration) {
    int peer = connected(place);
    double begin = seconds(), now = begin;
    uint64_t sent = 0;
    for (; now - begin < duration; now = seconds()) {
        ssize_t count = send(peer, buffer, CHUNK, MSG_NOSIGNAL);
        if (count < 0) fail("send");
        sent += (uint64_t)count;
    }
    end(peer);
    return (double)sent / (now - begin);
}

static double connections(const struct sockaddr_in *place, double duration) {
    double begin = seconds(), now = begin;
    uint64_t count = 0;
    for (; now - begin < duration; now = seconds()) {
        int peer = connected(place);
        if (send(peer, buffer, 1, MSG_NOSIGNAL) != 1) fail("send");
        end(peer);
        count++;
    }
    return (double)count / (now - begin);
}

int main(int count, char **words) {
    if (count != 3 || (strcmp(words[1], "stream") != 0 && strcmp(words[1], "connections") != 0)) {
        fprintf(stderr, "usage: loopback stream|connections MILLISECONDS\n");
        return 2;
    }
    struct sockaddr_in place;
    int listener = listening(&place);
    pid_t server = fork();
    if (server < 0) fail("fork");
    if (server == 0) serve(listener);
    double duration = atof(words[2]) / 1e3;
    printf("%.0f\n", words[1][0] == 's' ? stream(&place, duration) : connections(&place, duration));
    end(connected(&place));
    waitpid(server, NULL, 0);
    return 0;
}
