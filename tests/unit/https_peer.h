/* tests/support/https_server beside a unit test: started, scripted, read. */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    char *folder; /* temporary */
    char *ca_file;
    char *base; /* "https://localhost:PORT" */
    pid_t pid;
} HttpsPeer;

static inline char *https_peer_path(const HttpsPeer *peer, const char *name)
{
    return g_build_filename(peer->folder, name, NULL);
}

/* "PATH ACTION" lines, see https_server.c; counting begins anew. */
static inline void https_peer_script(const HttpsPeer *peer, const char *lines)
{
    g_autofree char *path = https_peer_path(peer, "script");
    g_autofree char *log = https_peer_path(peer, "log");
    unlink(log);
    g_file_set_contents(path, lines, -1, NULL); /* renames, so the server sees another file */
}

/* All requests since the last script; the caller frees. */
static inline char *https_peer_log(const HttpsPeer *peer)
{
    g_autofree char *path = https_peer_path(peer, "log");
    char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

static inline void https_peer_run(const HttpsPeer *peer, const char *name, const char *days)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *units = g_path_get_dirname(self);
    g_autofree char *tests = g_path_get_dirname(units);
    g_autofree char *program = g_build_filename(tests, "support", "https_server", NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(program, program, peer->folder, name, days, NULL);
    perror(program);
    _exit(127);
}

/* Fails the program when the server does not come up. */
static inline void https_peer_start(HttpsPeer *peer, const char *name, const char *days)
{
    peer->folder = g_dir_make_tmp("postern-https-XXXXXX", NULL);
    peer->ca_file = https_peer_path(peer, "ca.pem");
    peer->pid = fork();
    if (peer->pid == 0)
        https_peer_run(peer, name, days);
    g_autofree char *path = https_peer_path(peer, "port");
    g_autofree char *port = NULL;
    for (int i = 0; i < 2000 && !g_file_get_contents(path, &port, NULL, NULL); i++)
        g_usleep(10000);
    if (!port)
        abort();
    peer->base = g_strdup_printf("https://localhost:%d", atoi(port));
}

static inline void https_peer_stop(HttpsPeer *peer)
{
    static const char *const names[] = {"ca.pem", "port", "script", "log", NULL};
    kill(peer->pid, SIGKILL);
    waitpid(peer->pid, NULL, 0);
    for (const char *const *name = names; *name; name++) {
        g_autofree char *path = https_peer_path(peer, *name);
        unlink(path);
    }
    g_rmdir(peer->folder);
    g_free(peer->folder);
    g_free(peer->ca_file);
    g_free(peer->base);
}
