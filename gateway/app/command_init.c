#include "gateway/app/command.h"

#include <postern/base/error.h>
#include <postern/base/file.h>
#include <postern/base/starter.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static gboolean write_one(const char *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    const char *text = starter_text(name);
    if (g_mkdir_with_parents(parent, 0755) != 0) {
        int saved = errno;
        g_set_error(error, POSTERN_ERROR, ERROR_TEMPORARY, "%s: cannot create the folder: %s", parent,
                    g_strerror(saved));
        return FALSE;
    }
    return file_replace(path, text, strlen(text), 0644, error);
}

static gboolean any_exists(const char *folder)
{
    gboolean any = FALSE;
    for (const char *const *name = starter_paths(); *name; name++) {
        g_autofree char *path = g_build_filename(folder, *name, NULL);
        if (access(path, F_OK) != 0)
            continue;
        command_fail(0, "%s exists already", path);
        any = TRUE;
    }
    return any;
}

int command_init(Command *command)
{
    const char *folder = command->argc > 0 ? command->argv[0] : ".";
    if (command->argc > 1)
        return command_usage("init takes one folder");
    if (any_exists(folder))
        return command_fail(EX_CANTCREAT,
                            "nothing was written; choose an empty folder or move these files away");
    for (const char *const *name = starter_paths(); *name; name++) {
        g_autoptr(GError) error = NULL;
        if (!write_one(folder, *name, &error))
            return command_fail(EX_CANTCREAT, "%s", error->message);
        if (!command->quiet)
            printf("wrote %s/%s\n", folder, *name);
    }
    if (!command->quiet)
        printf("\nNext: edit %s/postern.yaml, then: postern -c %s/postern.yaml check\n", folder, folder);
    return EX_OK;
}
