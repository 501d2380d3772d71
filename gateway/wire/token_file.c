#include "token_file.h"

#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/json.h>
#include <postern/sign_in.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES (256u * 1024)
#define LOCK_LOOK_MS 50

void tokens_clear(Tokens *tokens)
{
    secret_free(tokens->access);
    secret_free(tokens->refresh);
    memset(tokens, 0, sizeof *tokens);
}

static char *folder_of(const char *store)
{
    return g_build_filename(store, "sign-ins", NULL);
}

static char *path_of(const char *store, const char *name, const char *end)
{
    g_autofree char *folder = folder_of(store);
    g_autofree char *file = g_strconcat(name, end, NULL);
    return g_build_filename(folder, file, NULL);
}

gboolean tokens_read(const char *store, const char *name, Tokens *out, GError **error)
{
    g_autofree char *path = path_of(store, name, ".json");
    char *text = file_read(path, FILE_BYTES, NULL, error);
    if (!text)
        return FALSE;
    g_autoptr(Json) json = json_parse(text);
    secret_free(text);
    out->access = g_strdup(json_text_of(json, "access_token"));
    out->refresh = g_strdup(json_text_of(json, "refresh_token"));
    out->expires_us = json_integer_of(json, "expires_us", 0);
    if (out->refresh)
        return TRUE;
    tokens_clear(out);
    g_set_error(error, POSTERN_ERROR, ERROR_CORRUPT, "%s: damaged, there is no refresh token in it", path);
    return FALSE;
}

/* Root may have been the one who asked ('postern doctor'); the service of another user has to read the tokens
 * later: whoever owns the store. */
static gboolean give_to_owner(const char *store, const char *path, GError **error)
{
    struct stat owner;
    if (geteuid() != 0 || (stat(store, &owner) == 0 && lchown(path, owner.st_uid, owner.st_gid) == 0))
        return TRUE;
    int saved = errno;
    g_set_error(error, POSTERN_ERROR, file_error_code(saved),
                "%s: cannot be given to the owner of the store: %s", path, g_strerror(saved));
    return FALSE;
}

static gboolean make_folder(const char *store, GError **error)
{
    g_autofree char *folder = folder_of(store);
    struct stat state;
    if (stat(folder, &state) == 0 && S_ISDIR(state.st_mode))
        return TRUE;
    if (g_mkdir_with_parents(folder, 0700) == 0)
        return give_to_owner(store, folder, error) && file_sync_folder(store, error);
    int saved = errno;
    g_set_error(error, POSTERN_ERROR, file_error_code(saved), "%s: cannot create the folder: %s", folder,
                g_strerror(saved));
    return FALSE;
}

gboolean tokens_write(const char *store, const char *name, const Tokens *tokens, GError **error)
{
    g_autofree char *path = path_of(store, name, ".json");
    g_autoptr(Json) json = json_make_object();
    json_put_text(json, "refresh_token", tokens->refresh);
    json_put_text(json, "access_token", tokens->access);
    json_put_integer(json, "expires_us", tokens->expires_us);
    json_put_time(json, "expires", tokens->expires_us); /* for people */
    char *text = json_print(json);
    gboolean ok = make_folder(store, error) && file_replace(path, text, strlen(text), 0600, error) &&
                  give_to_owner(store, path, error);
    secret_free(text);
    return ok;
}

/* TRUE when it is ours. */
static gboolean wait_for_lock(int fd, const char *name, gint64 deadline_us, int stop_fd, GError **error)
{
    struct pollfd stop = {.fd = stop_fd, .events = POLLIN};
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (poll(&stop, 1, LOCK_LOOK_MS) <= 0 && clock_monotonic_us() < deadline_us)
            continue;
        g_set_error(
            error, POSTERN_ERROR, ERROR_TEMPORARY,
            "sign-in '%s': another process of Postern is renewing the token and does not come to an end",
            name);
        return FALSE;
    }
    return TRUE;
}

int tokens_lock(const char *store, const char *name, gint64 deadline_us, int stop_fd, GError **error)
{
    if (!make_folder(store, error))
        return -1;
    g_autofree char *path = path_of(store, name, ".lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        int saved = errno;
        g_set_error(error, POSTERN_ERROR, file_error_code(saved), "%s: cannot open: %s", path,
                    g_strerror(saved));
        return -1;
    }
    if (give_to_owner(store, path, error) && wait_for_lock(fd, name, deadline_us, stop_fd, error))
        return fd;
    close(fd);
    return -1;
}
