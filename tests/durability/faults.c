/* Preloaded into a job: counts its calls that touch files under a folder, writes them down, and makes one of them
   fail or kill the process. Settings come from the environment:
   FAULT_UNDER   the folder; without it nothing is counted
   FAULT_LOG     a file that gets a line per counted call: number, name, path, and a second path or nothing
   FAULT_MATCH   if set, only calls count whose path contains it
   FAULT_AT      the number of the call that fails, from 1
   FAULT_ERRNO   what it fails with; 0 kills the process before the call
   FAULT_STAYS   if set, every later call that writes fails too, as on a full disk */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int under(const char *path) {
    const char *folder = getenv("FAULT_UNDER");
    if (!folder || !path) return 0;
    if (path[0] == '/') return strncmp(path, folder, strlen(folder)) == 0;
    char here[PATH_MAX];
    return getcwd(here, sizeof here) && strncmp(here, folder, strlen(folder)) == 0;
}

static void name_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long size = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    path[size > 0 ? size : 0] = 0;
}

/* Returns 1 if the call shall fail; errno is set then. */
static int fault(const char *call, const char *path, const char *second, int writes) {
    if (!under(path) && !(second && under(second))) return 0;
    const char *match = getenv("FAULT_MATCH");
    if (match && !strstr(path, match) && !(second && strstr(second, match))) return 0;
    long number = ++calls;
    const char *log = getenv("FAULT_LOG"), *at = getenv("FAULT_AT"), *error = getenv("FAULT_ERRNO");
    if (log) {
        char line[3 * PATH_MAX];
        int size = snprintf(line, sizeof line, "%ld\t%s\t%s\t%s\n", number, call, path, second ? second : "");
        int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd >= 0) {
            if (syscall(SYS_write, fd, line, (size_t)size)) {}
            syscall(SYS_close, fd);
        }
    }
    if (!at) return 0;
    long wanted = atol(at);
    if (number != wanted && !(getenv("FAULT_STAYS") && writes && number > wanted)) return 0;
    if (!error || !atoi(error)) {
        syscall(SYS_kill, getpid(), SIGKILL);
    }
    errno = atoi(error);
    return 1;
}

static int fault_fd(const char *call, int fd, int writes) {
    if (!getenv("FAULT_UNDER")) return 0;
    char path[PATH_MAX];
    name_of(fd, path);
    return fault(call, path, 0, writes);
}

#define NEXT(type, name, ...) ((type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))
#define OPENS(flags) (((flags) & (O_WRONLY | O_RDWR | O_CREAT)) != 0)
#define MODE(flags, last) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list more; va_start(more, last); mode = va_arg(more, mode_t); va_end(more); }

int open(const char *path, int flags, ...) {
    MODE(flags, flags)
    if (fault("open", path, 0, OPENS(flags))) return -1;
    return NEXT(int, "open", const char *, int, ...)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    MODE(flags, flags)
    if (fault("open", path, 0, OPENS(flags))) return -1;
    return NEXT(int, "open64", const char *, int, ...)(path, flags, mode);
}
int openat(int dir, const char *path, int flags, ...) {
    MODE(flags, flags)
    if (fault("open", path, 0, OPENS(flags))) return -1;
    return NEXT(int, "openat", int, const char *, int, ...)(dir, path, flags, mode);
}
int openat64(int dir, const char *path, int flags, ...) {
    MODE(flags, flags)
    if (fault("open", path, 0, OPENS(flags))) return -1;
    return NEXT(int, "openat64", int, const char *, int, ...)(dir, path, flags, mode);
}
ssize_t read(int fd, void *data, size_t size) {
    if (fault_fd("read", fd, 0)) return -1;
    return NEXT(ssize_t, "read", int, void *, size_t)(fd, data, size);
}
ssize_t pread(int fd, void *data, size_t size, off_t at) {
    if (fault_fd("read", fd, 0)) return -1;
    return NEXT(ssize_t, "pread", int, void *, size_t, off_t)(fd, data, size, at);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
    if (fault_fd("read", fd, 0)) return -1;
    return NEXT(ssize_t, "pread64", int, void *, size_t, off64_t)(fd, data, size, at);
}
ssize_t write(int fd, const void *data, size_t size) {
    if (fault_fd("write", fd, 1)) return -1;
    return NEXT(ssize_t, "write", int, const void *, size_t)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    if (fault_fd("write", fd, 1)) return -1;
    return NEXT(ssize_t, "pwrite", int, const void *, size_t, off_t)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    if (fault_fd("write", fd, 1)) return -1;
    return NEXT(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (fault_fd("write", fd, 1)) return -1;
    return NEXT(ssize_t, "writev", int, const struct iovec *, int)(fd, parts, count);
}
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags) {
    if (fault_fd("write", out, 1)) return -1;
    return NEXT(ssize_t, "copy_file_range", int, off64_t *, int, off64_t *, size_t, unsigned)(in, from, out, to, size, flags);
}
ssize_t sendfile(int out, int in, off_t *at, size_t size) {
    if (fault_fd("write", out, 1)) return -1;
    return NEXT(ssize_t, "sendfile", int, int, off_t *, size_t)(out, in, at, size);
}
ssize_t sendfile64(int out, int in, off64_t *at, size_t size) {
    if (fault_fd("write", out, 1)) return -1;
    return NEXT(ssize_t, "sendfile64", int, int, off64_t *, size_t)(out, in, at, size);
}
int ftruncate(int fd, off_t size) {
    if (fault_fd("truncate", fd, 1)) return -1;
    return NEXT(int, "ftruncate", int, off_t)(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    if (fault_fd("truncate", fd, 1)) return -1;
    return NEXT(int, "ftruncate64", int, off64_t)(fd, size);
}
int fsync(int fd) {
    if (fault_fd("sync", fd, 1)) return -1;
    return NEXT(int, "fsync", int)(fd);
}
int fdatasync(int fd) {
    if (fault_fd("sync", fd, 1)) return -1;
    return NEXT(int, "fdatasync", int)(fd);
}
int rename(const char *from, const char *to) {
    if (fault("rename", from, to, 1)) return -1;
    return NEXT(int, "rename", const char *, const char *)(from, to);
}
int renameat(int a, const char *from, int b, const char *to) {
    if (fault("rename", from, to, 1)) return -1;
    return NEXT(int, "renameat", int, const char *, int, const char *)(a, from, b, to);
}
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    if (fault("rename", from, to, 1)) return -1;
    return NEXT(int, "renameat2", int, const char *, int, const char *, unsigned)(a, from, b, to, flags);
}
int link(const char *from, const char *to) {
    if (fault("link", from, to, 1)) return -1;
    return NEXT(int, "link", const char *, const char *)(from, to);
}
int linkat(int a, const char *from, int b, const char *to, int flags) {
    if (fault("link", from, to, 1)) return -1;
    return NEXT(int, "linkat", int, const char *, int, const char *, int)(a, from, b, to, flags);
}
int unlink(const char *path) {
    if (fault("unlink", path, 0, 1)) return -1;
    return NEXT(int, "unlink", const char *)(path);
}
int unlinkat(int dir, const char *path, int flags) {
    if (fault("unlink", path, 0, 1)) return -1;
    return NEXT(int, "unlinkat", int, const char *, int)(dir, path, flags);
}
int rmdir(const char *path) {
    if (fault("unlink", path, 0, 1)) return -1;
    return NEXT(int, "rmdir", const char *)(path);
}
int mkdir(const char *path, mode_t mode) {
    if (fault("mkdir", path, 0, 1)) return -1;
    return NEXT(int, "mkdir", const char *, mode_t)(path, mode);
}
int mkdirat(int dir, const char *path, mode_t mode) {
    if (fault("mkdir", path, 0, 1)) return -1;
    return NEXT(int, "mkdirat", int, const char *, mode_t)(dir, path, mode);
}
