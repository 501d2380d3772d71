/* `ticket raw`: the one way to a mail as it came, with nothing masked in it. */
#include "gateway/app/ticket_view.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/intake_rows.h>

#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* Root, and the user as whom Postern works: they can open the store anyway. */
static gboolean is_service(const Config *config, uid_t uid)
{
    struct stat status;
    if (uid == 0)
        return TRUE;
    const struct passwd *user = config->user ? getpwnam(config->user) : NULL;
    if (config->user)
        return user && user->pw_uid == uid;
    return stat(config->store, &status) == 0 && status.st_uid == uid;
}

/* Who sits there: not --as, which anybody can write. Whoever became root or the service's user by sudo is
 * himself. The caller frees. */
static char *person(const Config *config, gboolean *out_is_service)
{
    static const char *const variables[] = {"SUDO_USER", "DOAS_USER"};
    uid_t uid = getuid();
    const struct passwd *user = getpwuid(uid);
    *out_is_service = is_service(config, uid);
    for (guint i = 0; *out_is_service && i < G_N_ELEMENTS(variables); i++) {
        const char *caller = g_getenv(variables[i]);
        if (!caller || !*caller || strcmp(caller, "root") == 0)
            continue;
        *out_is_service = FALSE;
        return clean_line(caller, -1, LIMIT_NAME_BYTES);
    }
    return user ? clean_line(user->pw_name, -1, LIMIT_NAME_BYTES) : g_strdup_printf("user %u", (unsigned)uid);
}

static gboolean may_read(const Config *config, const char *name, gboolean is_service_itself)
{
    const GPtrArray *readers = config->original_readers;
    return readers->len == 0 || is_service_itself ||
           g_ptr_array_find_with_equal_func((GPtrArray *)(guintptr)readers, name, g_str_equal, NULL);
}

/* Written down first: nobody looks unseen. */
static gboolean note(Store *store, gint64 mail_id, const char *who, GError **error)
{
    if (!store_begin(store, error))
        return FALSE;
    if (intake_note_look(store, mail_id, who, clock_now_us(), error) && store_commit(store, error))
        return TRUE;
    store_rollback(store);
    return FALSE;
}

int ticket_raw(Command *command, gint64 mail_id)
{
    int code = EX_OK;
    gboolean is_service_itself = FALSE;
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = command_config(command, &code);
    if (!config)
        return code;
    g_autofree char *who = person(config, &is_service_itself);
    if (!may_read(config, who, is_service_itself))
        return command_fail(
            EX_NOPERM,
            "'%s' may not look at mail as it came, in which secrets are not masked; 'originals: "
            "readers' in %s names who may. 'postern ticket show' has the rest",
            who, config->path);
    if (!command_drop_privileges(config))
        return EX_NOPERM;
    g_autoptr(Store) store = command_open_store(config, STORE_OPEN, &error);
    if (!store || !note(store, mail_id, who, &error))
        return command_fail_error(error);
    return intake_copy_raw(store, mail_id, STDOUT_FILENO, &error) ? EX_OK : command_fail_error(error);
}
