// Moves a known amount of data over a network.
//
// usage: traffic serve ADDRESS PORT
//            a server for the others: says "ready", then serves TCP connections one after the other, and takes datagrams
//        traffic tcp ADDRESS PORT CONNECTIONS SEND RECEIVE
//            in each connection sends so many bytes, ends its own half, and then receives so many
//        traffic udp ADDRESS PORT DATAGRAMS SIZE
//            sends so many datagrams of so many bytes; nothing comes back
//        traffic echo ADDRESS PORT DATAGRAMS SIZE
//            the same, but waits after each for one of the same size that comes back
//
// Prints what it moved: bytes sent and bytes received, as programs see them. An address is IPv4's or IPv6's.
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 1 << 16, LARGEST_DATAGRAM = 65507 };

struct order {
    uint64_t send, receive;
};

static unsigned char buffer[CHUNK];

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "traffic: %s: %s\n", what, strerror(errno));
    exit(1);
}

struct place {
    struct sockaddr_storage address;
    socklen_t length;
};

static struct place place(const char *address, const char *port) {
    struct place found = {.length = sizeof(struct sockaddr_in)};
    struct sockaddr_in *four = (struct sockaddr_in *)&found.address;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&found.address;
    in_port_t number = htons((uint16_t)atoi(port));
    if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = number;
    } else if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = number;
        found.length = sizeof *six;
    } else {
        fprintf(stderr, "traffic: not an address: %s\n", address);
        exit(2);
    }
    return found;
}

static int open_socket(const struct place *place, int kind) {
    int one = 1, opened = socket(place->address.ss_family, kind, 0);
    if (opened < 0) fail("socket");
    setsockopt(opened, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    return opened;
}

static int connected(const struct place *place, int kind) {
    int opened = open_socket(place, kind);
    if (connect(opened, (const struct sockaddr *)&place->address, place->length) < 0) fail("connect");
    return opened;
}

static int bound(const struct place *place, int kind) {
    int opened = open_socket(place, kind);
    if (bind(opened, (const struct sockaddr *)&place->address, place->length) < 0) fail("bind");
    return opened;
}

static int send_bytes(int socket, const void *data, size_t length) {
    for (size_t sent = 0; sent < length;) {
        ssize_t count = send(socket, (const char *)data + sent, length - sent, MSG_NOSIGNAL);
        if (count < 0) return -1;
        sent += (size_t)count;
    }
    return 0;
}

static int send_zeros(int socket, uint64_t length) {
    while (length > 0) {
        size_t part = length < CHUNK ? (size_t)length : CHUNK;
        if (send_bytes(socket, buffer, part) < 0) return -1;
        length -= part;
    }
    return 0;
}

static uint64_t receive_all(int socket) {
    uint64_t received = 0;
    ssize_t count;
    while ((count = recv(socket, buffer, CHUNK, 0)) > 0) received += (uint64_t)count;
    return received;
}

// A client that is killed is none of the server's failures.
static void serve_connection(int listener) {
    int peer = accept(listener, NULL, NULL);
    if (peer < 0) fail("accept");
    struct order order;
    if (recv(peer, &order, sizeof order, MSG_WAITALL) == (ssize_t)sizeof order) {
        receive_all(peer);
        send_zeros(peer, order.receive);
    }
    close(peer);
}

static void serve_datagram(int datagrams) {
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    ssize_t count = recvfrom(datagrams, buffer, CHUNK, 0, (struct sockaddr *)&from, &length);
    if (count > 0 && buffer[0] == 'e') sendto(datagrams, buffer, (size_t)count, 0, (struct sockaddr *)&from, length);
}

static _Noreturn void serve(struct place place) {
    int listener = bound(&place, SOCK_STREAM), datagrams = bound(&place, SOCK_DGRAM);
    if (listen(listener, 64) < 0) fail("listen");
    puts("ready");
    fflush(stdout);
    struct pollfd ready[] = {{.fd = listener, .events = POLLIN}, {.fd = datagrams, .events = POLLIN}};
    while (poll(ready, 2, -1) > 0) {
        if (ready[0].revents) serve_connection(listener);
        if (ready[1].revents) serve_datagram(datagrams);
    }
    fail("poll");
}

static void tcp(struct place place, uint64_t connections, struct order order) {
    uint64_t received = 0;
    for (uint64_t number = 0; number < connections; number++) {
        int peer = connected(&place, SOCK_STREAM);
        if (send_bytes(peer, &order, sizeof order) < 0 || send_zeros(peer, order.send) < 0) fail("send");
        shutdown(peer, SHUT_WR);
        received += receive_all(peer);
        close(peer);
    }
    printf("%llu %llu\n", (unsigned long long)(connections * (order.send + sizeof order)), (unsigned long long)received);
}

static void udp(struct place place, uint64_t datagrams, size_t size, int echoes) {
    int peer = connected(&place, SOCK_DGRAM);
    uint64_t received = 0;
    buffer[0] = echoes ? 'e' : 0;
    for (uint64_t number = 0; number < datagrams; number++) {
        // The queue of an interface can be full.
        while (send(peer, buffer, size, 0) < 0)
            if (errno != ENOBUFS && errno != EAGAIN) fail("send");
        ssize_t count = echoes ? recv(peer, buffer, CHUNK, 0) : 0;
        if (count < 0) fail("recv");
        received += (uint64_t)count;
    }
    printf("%llu %llu\n", (unsigned long long)(datagrams * size), (unsigned long long)received);
}

static uint64_t number(const char *text) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || end == text) {
        fprintf(stderr, "traffic: not a number: %s\n", text);
        exit(2);
    }
    return value;
}

int main(int count, char **words) {
    if (count == 4 && strcmp(words[1], "serve") == 0) serve(place(words[2], words[3]));
    if (count == 7 && strcmp(words[1], "tcp") == 0) {
        struct order order = {.send = number(words[5]), .receive = number(words[6])};
        tcp(place(words[2], words[3]), number(words[4]), order);
    } else if (count == 6 && (strcmp(words[1], "udp") == 0 || strcmp(words[1], "echo") == 0)) {
        uint64_t size = number(words[5]);
        if (size > LARGEST_DATAGRAM || size == 0) fail("size");
        udp(place(words[2], words[3]), number(words[4]), (size_t)size, words[1][0] == 'e');
    } else {
        fprintf(stderr, "usage: traffic serve|tcp|udp|echo ADDRESS PORT ...\n");
        return 2;
    }
    return 0;
}
