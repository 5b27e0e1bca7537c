/* A disk of our own for one process, by LD_PRELOAD: it stands still when told to, writes down what
 * it is asked to do, and keeps a copy of each recording as it was at its last flush, which is what
 * a power cut leaves in the worst case.
 *
 *   SIAGA112_DISK        the folder this is about; everything outside goes through untouched
 *   SIAGA112_DISK_STALL  while this file exists, whatever changes the folder waits
 *   SIAGA112_DISK_LOG    one line for each write and flush of a .wav: kind, µs of begin and end on
 *                        the monotonic clock, place, length, path
 *   SIAGA112_DISK_KEPT   a folder for copies of .wav files as of their last flush
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int is_ours(const char *path) {
    const char *folder = getenv("SIAGA112_DISK");
    return folder != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

/* The path behind a descriptor; 0 if it is not in the folder. */
static int find(int fd, char *path, size_t room) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, room - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return is_ours(path);
}

static void wait_while_stalled(void) {
    const char *stall = getenv("SIAGA112_DISK_STALL");
    while (stall != NULL && access(stall, F_OK) == 0) usleep(50 * 1000);
}

static int is_sound(const char *path) {
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".wav") == 0;
}

static long long now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void note(const char *kind, long long began, long long at, size_t length, const char *path) {
    const char *log = getenv("SIAGA112_DISK_LOG");
    if (log == NULL) return;
    int fd = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return;
    char line[4200];
    int count = snprintf(line, sizeof line, "%s %lld %lld %lld %zu %s\n", kind, began, now_us(), at, length, path);
    if (write(fd, line, (size_t)count) < 0) abort();
    close(fd);
}

/* What has been flushed stays; made under another name first, so that it is whole or not there. */
static void keep(const char *path) {
    const char *folder = getenv("SIAGA112_DISK_KEPT");
    if (folder == NULL) return;
    char kept[4200], fresh[4210], piece[65536];
    snprintf(kept, sizeof kept, "%s/%s", folder, strrchr(path, '/') + 1);
    snprintf(fresh, sizeof fresh, "%s.new", kept);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    int to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t count;
    while ((count = read(from, piece, sizeof piece)) > 0)
        if (write(to, piece, (size_t)count) != count) abort();
    close(from);
    close(to);
    REAL(rename);
    if (real(fresh, kept) != 0) abort();
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    REAL(pwrite64);
    char path[4096];
    if (!find(fd, path, sizeof path)) return real(fd, bytes, length, at);
    wait_while_stalled();
    long long began = now_us();
    ssize_t written = real(fd, bytes, length, at);
    if (is_sound(path) && written > 0) note("write", began, at, (size_t)written, path);
    return written;
}

static int flush(int fd, int (*real)(int)) {
    char path[4096];
    if (!find(fd, path, sizeof path)) return real(fd);
    wait_while_stalled();
    long long began = now_us();
    int result = real(fd);
    int failed = errno;
    struct stat what;
    if (result == 0 && fstat(fd, &what) == 0) {
        if (S_ISDIR(what.st_mode)) note("folder", began, 0, 0, path);
        if (is_sound(path)) {
            note("flush", began, 0, (size_t)what.st_size, path);
            keep(path);
        }
    }
    errno = failed;
    return result;
}

int fdatasync(int fd) {
    REAL(fdatasync);
    return flush(fd, real);
}

int fsync(int fd) {
    REAL(fsync);
    return flush(fd, real);
}

int ftruncate64(int fd, off64_t length) {
    REAL(ftruncate64);
    char path[4096];
    if (find(fd, path, sizeof path)) wait_while_stalled();
    return real(fd, length);
}

int open64(const char *path, int flags, ...) {
    REAL(open64);
    va_list more;
    va_start(more, flags);
    mode_t mode = (flags & O_CREAT) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if ((flags & (O_CREAT | O_TRUNC)) && is_ours(path)) wait_while_stalled();
    return real(path, flags, mode);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    if (is_ours(from)) wait_while_stalled();
    return real(from, to);
}

int unlink(const char *path) {
    REAL(unlink);
    if (is_ours(path)) wait_while_stalled();
    return real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    if (is_ours(path)) wait_while_stalled();
    return real(path, mode);
}
