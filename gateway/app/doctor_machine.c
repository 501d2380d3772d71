/* What this machine gives: rights, a clock, a disk. */
#include "gateway/app/doctor.h"
#include "gateway/app/mailboxes.h"

#include <postern/base/clock.h>

#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <unistd.h>

#define DAY_US ((gint64)24 * 3600 * G_USEC_PER_SEC)
#define FREE_BAD (256 * (guint64)1024 * 1024)
#define FREE_PITY (2 * (guint64)1024 * 1024 * 1024)
/* Not in every linux/magic.h. */
#define MAGIC_CIFS 0xff534d42u
#define MAGIC_CEPH 0x00c36400u
#define MAGIC_FUSE 0x65735546u

static void add_user(Examination *out, const Config *config)
{
    const char *name = g_get_user_name();
    if (geteuid() != 0)
        probe_add(out->steps, "user", PROBE_OK, "tried with the rights of %s", name);
    else
        probe_add(out->steps, "user", PROBE_PITY,
                  "'postern serve' would run as root: name a user of its own with 'user' in %s",
                  config->path);
}

static void add_clock(Examination *out, const Config *config)
{
    struct timex about = {0};
    struct stat status;
    g_autofree char *database = g_build_filename(config->store, "postern.db", NULL);
    gint64 now_us = clock_now_us();
    g_autofree char *now = clock_local(now_us);
    if (stat(database, &status) == 0 && (gint64)status.st_mtime * G_USEC_PER_SEC > now_us + DAY_US) {
        g_autofree char *written = clock_local((gint64)status.st_mtime * G_USEC_PER_SEC);
        probe_add(out->steps, "clock", PROBE_BAD,
                  "it says %s, but the store was last written on %s: set it right, or certificates and "
                  "tokens seem to be none",
                  now, written);
    } else if (adjtimex(&about) == TIME_ERROR) {
        probe_add(out->steps, "clock", PROBE_PITY,
                  "it says %s, and nothing keeps it right as far as the kernel knows: run chrony or "
                  "systemd-timesyncd",
                  now);
    } else {
        probe_add(out->steps, "clock", PROBE_OK, "%s, kept by a time server", now);
    }
}

static const char *far_away(const char *path)
{
    static const struct {
        guint32 magic;
        const char *name;
    } kinds[] = {
        {NFS_SUPER_MAGIC, "NFS"}, {SMB_SUPER_MAGIC, "SMB"},   {SMB2_SUPER_MAGIC, "SMB"},
        {MAGIC_CIFS, "SMB"},      {AFS_SUPER_MAGIC, "AFS"},   {V9FS_MAGIC, "9p"},
        {MAGIC_CEPH, "Ceph"},     {CODA_SUPER_MAGIC, "Coda"}, {MAGIC_FUSE, "FUSE"},
    };
    struct statfs about;
    if (statfs(path, &about) != 0)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        if ((guint32)about.f_type == kinds[i].magic)
            return kinds[i].name;
    return NULL;
}

static void add_disk(Examination *out, const char *path)
{
    struct statvfs about;
    const char *kind = far_away(path);
    if (kind)
        probe_add(out->steps, "disk", strcmp(kind, "FUSE") == 0 ? PROBE_PITY : PROBE_BAD,
                  "the store is on %s: its locks and syncs cannot be trusted there; move it to a local "
                  "disk",
                  kind);
    if (statvfs(path, &about) != 0)
        return;
    guint64 left = (guint64)about.f_bavail * about.f_frsize;
    g_autofree char *size = size_words(left);
    probe_add(out->steps, "free space",
              left < FREE_BAD    ? PROBE_BAD
              : left < FREE_PITY ? PROBE_PITY
                                 : PROBE_OK,
              "%s free%s", size, left < FREE_PITY ? ": when nothing is left, no mail is taken any more" : "");
}

/* The nearest folder that is there: a store or Maildir is made when it is first needed. */
static char *existing(const char *path)
{
    char *at = g_strdup(path);
    while (access(at, F_OK) != 0 && errno == ENOENT) {
        char *parent = g_path_get_dirname(at);
        gboolean is_top = strcmp(parent, at) == 0;
        g_free(at);
        at = parent;
        if (is_top)
            break;
    }
    return at;
}

/* The folder that is there, or NULL when nothing can be written in it. The caller frees. */
static char *add_folder(Examination *out, const char *what, const char *path)
{
    g_autofree char *there = existing(path);
    if (access(there, W_OK | X_OK) != 0) {
        probe_add(out->steps, what, PROBE_BAD,
                  "%s: %s: cannot write there: %s; give it to the user of Postern", path, there,
                  g_strerror(errno));
        return NULL;
    }
    probe_add(out->steps, what, PROBE_OK, "%s%s", path,
              strcmp(there, path) == 0 ? " can be written" : " is not there yet and can be made");
    return g_steal_pointer(&there);
}

static void add_store(Examination *out, const Config *config)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *there = add_folder(out, "store", config->store);
    if (!there)
        return;
    add_disk(out, there);
    g_autofree char *database = g_build_filename(config->store, "postern.db", NULL);
    if (access(database, F_OK) != 0)
        return;
    g_autoptr(Store) store = command_open_store(config, STORE_READ, &error);
    if (!store)
        probe_add(out->steps, "database", PROBE_BAD, "%s", error->message);
}

Examination *doctor_machine(const Config *config)
{
    Examination *out = examination_new(g_strdup("this machine"));
    add_user(out, config);
    add_clock(out, config);
    add_store(out, config);
    for (guint i = 0; i < config->routes->len; i++) {
        const ConfigRoute *route = config->routes->pdata[i];
        if (route->type == OUTGOING_FOLDER)
            g_free(add_folder(out, "outgoing folder", route->folder));
    }
    if (config->authserv_id)
        probe_add(out->steps, "who wrote", PROBE_OK, "Authentication-Results of %s are believed",
                  config->authserv_id);
    else
        probe_add(out->steps, "who wrote", PROBE_PITY,
                  "'trusted_authserv_id' is not set, so nothing proves who wrote a mail: name your mail "
                  "server that checks SPF, DKIM and DMARC");
    if (config->admins->len == 0)
        probe_add(out->steps, "admins", PROBE_PITY,
                  "nobody is told when a mailbox or route is down: give 'addresses' under 'admins'");
    return out;
}
