/* The first frame: what a child has to know before the lock. */
#pragma once

#include <glib.h>

typedef struct {
    GBytes *rules, *other_rules; /* rules_source_pack; each may be NULL */
    gboolean with_candidates;
    char *authserv_id; /* or NULL */
    guint64 memory_bytes;
    guint64 cpu_seconds;
    int gate_pid;
} Hello;

GBytes *hello_pack(const Hello *hello);
/* FALSE when `bytes` is no hello. */
gboolean hello_unpack(GBytes *bytes, Hello *out);
void hello_clear(Hello *hello);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Hello, hello_clear)
