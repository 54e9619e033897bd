// Attacks on what belongs to others: files, sockets, descriptors, shared memory, a terminal.
//
//   edit FILE            to write to a file (what stands there)
//   read FILE            to read a file
//   write FILE           to open a file for writing
//   plant DIRECTORY      to make a file in a directory
//   plant-setuid DIRECTORY   … that makes root of whoever executes it
//   link FILE PATH       to put a link to FILE where PATH will be written
//   ask DIRECTORY        to have a supervisor whose socket lies there grant its job a credit's millionth
//   socket PATH          to connect to a Unix socket
//   abstract NAME        to connect to an abstract socket
//   tcp PORT             to connect to a port of 127.0.0.1
//   shared ID            to attach System V shared memory
//   descriptor NUMBER    to read from a descriptor that the caller had open
//   terminal             to type on the caller's terminal (a space)
//   terminal-high        … by a request of which the kernel looks at the lower half only
#include <arpa/inet.h>
#include <dirent.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "attack.h"

static void edit(char **words) {
    char start[16];
    int file = (int)try(open(words[0], O_RDWR | O_CLOEXEC), "open");
    ssize_t length = try(pread(file, start, sizeof start, 0), "read");
    try(pwrite(file, start, (size_t)length, 0), "write");
}

static void read_file(char **words) {
    char start[16];
    if (!try(read_text(words[0], start, sizeof start), "read")) stopped_by(ENODATA, "read");
}

static void write_file(char **words) { try(open(words[0], O_WRONLY | O_NOCTTY | O_CLOEXEC), "open"); }

static void plant(char **words) {
    const char *path = path_in(words[0], ".rmrun-attack");
    try(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "open");
    unlink(path);
}

static void plant_setuid(char **words) {
    const char *path = path_in(words[0], ".rmrun-attack");
    struct stat file;
    int descriptor = (int)try(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700), "open");
    int result = fchmod(descriptor, 04755), error = errno;
    fstat(descriptor, &file);
    unlink(path);
    if (result) stopped_by(error, "fchmod");
    if (file.st_uid != 0 || !(file.st_mode & S_ISUID)) stopped_by(EPERM, "fchmod");
}

// Stays: whoever runs this sees what becomes of FILE.
static void plant_link(char **words) {
    unlink(words[1]);
    try(symlink(words[0], words[1]), "symlink");
}

// A socket is called as its job is.
static bool grants(int directory, const char *job) {
    char request[512], reply[4096];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%.64s", directory, job);
    int connection = (int)try(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    try(connect(connection, (struct sockaddr *)&address, sizeof address), "connect");
    snprintf(request, sizeof request,
             "{\"version\":1,\"verb\":\"grant\",\"job\":\"%.64s\",\"microcredits\":1}\n", job);
    try(send(connection, request, strlen(request), MSG_NOSIGNAL), "send");
    ssize_t length = try(recv(connection, reply, sizeof reply - 1, MSG_WAITALL), "recv");
    close(connection);
    reply[length] = 0;
    return strstr(reply, "\"done\"");
}

static void ask(char **words) {
    bool has_asked = false;
    DIR *sockets = opendir(words[0]);
    if (!sockets) stopped("open the directory");
    for (struct dirent *entry; (entry = readdir(sockets));) {
        if (entry->d_type != DT_SOCK || entry->d_name[0] == '.') continue;
        if (grants(dirfd(sockets), entry->d_name)) return;
        has_asked = true;
    }
    stopped_by(has_asked ? EACCES : ENOENT, has_asked ? "the supervisor's answer" : "find a socket");
}

// A name that begins with a zero byte is an abstract one, and as long as it is said to be. Source: unix(7).
static void connect_to(const char *name, size_t zeros) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strnlen(name, sizeof address.sun_path - 1);
    memcpy(address.sun_path + zeros, name, length);
    int connection = (int)try(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + zeros + length);
    try(connect(connection, (struct sockaddr *)&address, size), "connect");
}

static void unix_socket(char **words) { connect_to(words[0], 0); }

static void abstract(char **words) { connect_to(words[0], 1); }

static void tcp(char **words) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)word_number(words[0])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int connection = (int)try(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    try(connect(connection, (struct sockaddr *)&address, sizeof address), "connect");
}

static void shared(char **words) {
    if (shmat((int)word_number(words[0]), NULL, 0) == (void *)-1) stopped("shmat");
}

static void descriptor(char **words) {
    char byte;
    if (!try(pread((int)word_number(words[0]), &byte, 1, 0), "read")) stopped_by(ENODATA, "read");
}

static void terminal(char **words) {
    (void)words;
    try(ioctl(STDIN_FILENO, TIOCSTI, " "), "ioctl");
}

static void terminal_high(char **words) {
    (void)words;
    try(syscall(SYS_ioctl, STDIN_FILENO, 1UL << 32 | TIOCSTI, " "), "ioctl");
}

ATTACKS({"edit", edit}, {"read", read_file}, {"write", write_file}, {"plant", plant}, {"plant-setuid", plant_setuid},
        {"link", plant_link}, {"ask", ask}, {"socket", unix_socket}, {"abstract", abstract}, {"tcp", tcp},
        {"shared", shared}, {"descriptor", descriptor}, {"terminal", terminal}, {"terminal-high", terminal_high})
