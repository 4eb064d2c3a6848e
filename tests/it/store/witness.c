/* Preloaded into the program under test; sees what it does to its files, and can play a bad disk.
   WITNESS=file       a line per write and sync, in order
   RECORD=file        the same with every byte, below the folder RECORD_BELOW: a disk can be rebuilt from it
   BAD_DISK=file      while that file says so: "enospc", "eio": writes to the database fail; "slow": its
                      syncs take five seconds */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static void path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, size - 1);
    path[n < 0 ? 0 : n] = 0;
}

static void append(const char *log, struct iovec *parts, int count) {
    int out = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    syscall(SYS_writev, out, parts, count);
    syscall(SYS_close, out);
}

static void note(const char *what, int fd) {
    char path[512], line[600];
    const char *log = getenv("WITNESS");
    if (!log) return;
    path_of(fd, path, sizeof path);
    int len = snprintf(line, sizeof line, "%s %s\n", what, fd == 1 ? "stdout" : path);
    struct iovec whole = {line, len};
    append(log, &whole, 1);
}

/* kind, length of the name, place, length of the bytes; then the name and the bytes */
struct __attribute__((packed)) head {
    uint8_t kind;
    uint32_t name;
    uint64_t at, bytes;
};

static void record(char kind, const char *path, uint64_t at, const void *bytes, uint64_t count) {
    const char *log = getenv("RECORD"), *below = getenv("RECORD_BELOW");
    if (!log || !below || strncmp(path, below, strlen(below)) != 0) return;
    struct head head = {kind, strlen(path), at, bytes ? count : 0};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)path, head.name}, {(void *)bytes, head.bytes}};
    append(log, parts, 3);
}

static int is_database(const char *path) { return strstr(path, "frontdesk.sqlite") != NULL; }

/* What the disk is told to do now. */
static void mood(char *word, size_t size) {
    const char *file = getenv("BAD_DISK");
    word[0] = 0;
    if (!file) return;
    int in = syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
    if (in < 0) return;
    ssize_t n = syscall(SYS_read, in, word, size - 1);
    word[n < 0 ? 0 : n] = 0;
    syscall(SYS_close, in);
}

/* The error a write has to meet, or 0. */
static int refusal(const char *path) {
    char word[16];
    if (!is_database(path)) return 0;
    mood(word, sizeof word);
    if (strncmp(word, "enospc", 6) == 0) return ENOSPC;
    return strncmp(word, "eio", 3) == 0 ? EIO : 0;
}

static ssize_t put(int fd, const void *b, size_t n, off64_t at, int placed) {
    char path[512];
    path_of(fd, path, sizeof path);
    int no = refusal(path);
    if (no) {
        errno = no;
        return -1;
    }
    note("write", fd);
    pthread_mutex_lock(&turn);
    off64_t from = placed ? at : syscall(SYS_lseek, fd, 0, SEEK_CUR);
    ssize_t done = placed ? syscall(SYS_pwrite64, fd, b, n, at) : syscall(SYS_write, fd, b, n);
    int kept = errno;
    if (done > 0) record('w', path, from, b, done);
    pthread_mutex_unlock(&turn);
    errno = kept;
    return done;
}

static int sync_of(int fd, long call) {
    char path[512], word[16];
    path_of(fd, path, sizeof path);
    mood(word, sizeof word);
    if (is_database(path) && strncmp(word, "slow", 4) == 0) sleep(5);
    if (is_database(path) && strncmp(word, "eio", 3) == 0) {
        errno = EIO;
        return -1;
    }
    note("sync", fd);
    pthread_mutex_lock(&turn);
    int done = syscall(call, fd);
    if (done == 0) record('s', path, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t write(int fd, const void *b, size_t n) { return put(fd, b, n, 0, 0); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t at) { return put(fd, b, n, at, 1); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t at) { return put(fd, b, n, at, 1); }
int fdatasync(int fd) { return sync_of(fd, SYS_fdatasync); }
int fsync(int fd) { return sync_of(fd, SYS_fsync); }

static int cut(int fd, off64_t at) {
    char path[512];
    path_of(fd, path, sizeof path);
    pthread_mutex_lock(&turn);
    int done = syscall(SYS_ftruncate, fd, at);
    if (done == 0) record('t', path, at, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}
int ftruncate(int fd, off_t at) { return cut(fd, at); }
int ftruncate64(int fd, off64_t at) { return cut(fd, at); }

int unlink(const char *path) {
    pthread_mutex_lock(&turn);
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (done == 0) record('u', path, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return done;
}
