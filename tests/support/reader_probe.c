/* Locks itself up like a reader and tries one thing. Exit code: 0 it could, 100 EPERM, 101 another
 * refusal, 102 no lock, 103 no such attempt. Whoever started it sees a kill for himself. */
#include "gateway/reader/lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY_BYTES (256u * 1024 * 1024)

/* What was open before the lock. */
static int socket_pair[2], file_fd;
static gpointer page;

static long open_to_read(void)
{
    return open("/etc/passwd", O_RDONLY);
}
static long open_to_create(void)
{
    return openat(AT_FDCWD, "/tmp/reader-probe", O_CREAT | O_WRONLY, 0600);
}
static long open_how(void)
{
    return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", NULL, 0);
}
static long list_folder(void)
{
    return open("/", O_RDONLY | O_DIRECTORY);
}
static long see_file(void)
{
    struct stat facts;
    return stat("/etc/passwd", &facts);
}
static long read_link(void)
{
    char path[64];
    return readlink("/proc/self/exe", path, sizeof path);
}
static long remove_file(void)
{
    return unlink("/tmp/reader-probe");
}
static long make_folder(void)
{
    return mkdir("/tmp/reader-probe", 0700);
}
static long open_memfd(void)
{
    return memfd_create("x", 0);
}
static long socket_inet(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}
static long socket_unix(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}
static long socket_netlink(void)
{
    return socket(AF_NETLINK, SOCK_RAW, 0);
}
static long connect_socket(void)
{
    struct sockaddr address = {.sa_family = AF_UNIX};
    return connect(socket_pair[1], &address, sizeof address);
}
static long send_elsewhere(void)
{
    struct iovec part = {.iov_base = page, .iov_len = 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return sendmsg(socket_pair[1], &message, MSG_NOSIGNAL);
}
static long write_file(void)
{
    return write(file_fd, "x", 1);
}
static long cut_file(void)
{
    return ftruncate(file_fd, 0);
}
static long map_file_shared(void)
{
    void *map = mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_SHARED, file_fd, 0);
    return map == MAP_FAILED ? -1 : 0;
}
static long execute(void)
{
    char name[] = "true";
    char *arguments[] = {name, NULL};
    return execve("/bin/true", arguments, NULL);
}
static long fork_process(void)
{
    return fork();
}
static long clone_thread(void)
{
    return syscall(SYS_clone3, NULL, 0);
}
static long kill_parent(void)
{
    return kill(getppid(), 0);
}
static long kill_parent_thread(void)
{
    return syscall(SYS_tgkill, 1, 1, 0);
}
static long trace_parent(void)
{
    return ptrace(PTRACE_ATTACH, 1, NULL, NULL);
}
static long read_parent_memory(void)
{
    struct iovec local = {.iov_base = page, .iov_len = 1}, remote = local;
    return process_vm_readv(1, &local, 1, &remote, 1, 0);
}
static long map_executable(void)
{
    void *map = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return map == MAP_FAILED ? -1 : 0;
}
static long make_executable(void)
{
    return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}
static long raise_limit(void)
{
    return syscall(SYS_prlimit64, 0, 9, NULL, NULL);
}
static long become_dumpable(void)
{
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}
static long ring(void)
{
    return syscall(SYS_io_uring_setup, 1, NULL);
}
static long change_root(void)
{
    return chroot("/");
}
static long other_machine(void)
{
#ifdef __x86_64__
    /* The 32-bit table has other numbers: a filter that looks at numbers alone lets it in. */
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    return result;
#else
    return syscall(-2);
#endif
}
static long other_numbers(void)
{
    return syscall(0x40000000 + SYS_getpid);
}

static long much_memory(void)
{
    void *map = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return map == MAP_FAILED ? -1 : 0;
}
static long some_memory(void)
{
    char *block = malloc(MEMORY_BYTES / 8);
    if (!block)
        return -1;
    memset(block, 1, MEMORY_BYTES / 8);
    free(block);
    return 0;
}
static long talk(void)
{
    struct iovec part = {.iov_base = page, .iov_len = 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    return sendmsg(socket_pair[0], &message, MSG_NOSIGNAL);
}
static long read_file(void)
{
    char byte;
    return lseek(file_fd, 0, SEEK_SET) < 0 ? -1 : read(file_fd, &byte, 1);
}
static long copy_descriptor(void)
{
    int copy = dup(file_fd);
    return copy < 0 ? -1 : close(copy);
}
static long descriptors(void)
{
    for (int i = 0; i < 32; i++)
        if (dup(file_fd) < 0)
            return -1;
    return 0;
}
static long give_up(void)
{
    abort();
}

static const struct {
    const char *name;
    long (*run)(void);
} attempts[] = {
    {"open-to-read", open_to_read},
    {"open-to-create", open_to_create},
    {"openat2", open_how},
    {"list-folder", list_folder},
    {"stat", see_file},
    {"readlink", read_link},
    {"unlink", remove_file},
    {"mkdir", make_folder},
    {"memfd", open_memfd},
    {"socket-inet", socket_inet},
    {"socket-unix", socket_unix},
    {"socket-netlink", socket_netlink},
    {"connect", connect_socket},
    {"send-elsewhere", send_elsewhere},
    {"write-file", write_file},
    {"truncate-file", cut_file},
    {"map-file-executable", map_file_shared},
    {"execve", execute},
    {"fork", fork_process},
    {"clone3", clone_thread},
    {"kill-parent", kill_parent},
    {"tgkill-other", kill_parent_thread},
    {"ptrace", trace_parent},
    {"read-other-memory", read_parent_memory},
    {"map-executable", map_executable},
    {"make-executable", make_executable},
    {"raise-limit", raise_limit},
    {"become-dumpable", become_dumpable},
    {"io-uring", ring},
    {"chroot", change_root},
    {"32-bit-call", other_machine},
    {"x32-call", other_numbers},
    {"much-memory", much_memory},
    {"some-memory", some_memory},
    {"talk", talk},
    {"read-file", read_file},
    {"dup", copy_descriptor},
    {"many-descriptors", descriptors},
    {"abort", give_up},
};

static void lock(void)
{
    g_autoptr(GError) error = NULL;
    const LockdownLimits limits = {
        .socket_fd = socket_pair[0], .memory_bytes = MEMORY_BYTES, .cpu_seconds = 10};
    if (!reader_lock_down(&limits, &error)) {
        g_printerr("%s\n", error->message);
        _exit(102);
    }
}

int main(int count, char **arguments)
{
    file_fd = open("/proc/self/exe", O_RDONLY);
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (count < 2 || file_fd < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, socket_pair) != 0)
        return 103;
    for (guint i = 0; i < G_N_ELEMENTS(attempts); i++) {
        if (strcmp(attempts[i].name, arguments[1]) != 0)
            continue;
        lock();
        _exit(attempts[i].run() >= 0 ? 0 : errno == EPERM ? 100 : 101);
    }
    return 103;
}
