/* What an admin says about known errors: a hint, that two are one, that one is two. */
#include "gateway/app/errors_verbs.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/error.h>
#include <postern/command_sheet.h>

#include <string.h>
#include <sysexits.h>

/* "14d", by the grammar of /snooze; 0 after a message. */
static gint64 duration_us(const char *words)
{
    const char *const none[] = {NULL};
    g_autofree char *clean = clean_line(words, -1, 40);
    g_autofree char *line = g_strdup_printf("/snooze %s", clean);
    g_autoptr(CommandSheet) sheet = sheet_read(line, none);
    if (sheet->problems->len == 0 && sheet->acts->len == 1)
        return ((const Act *)sheet->acts->pdata[0])->duration_us;
    command_usage("--until: '%s' is no time; write 12h, 14d or 4w, at most a year", words);
    return 0;
}

static char *words_from(const Command *command, int first)
{
    GString *words = g_string_new(NULL);
    for (int i = first; i < command->argc; i++)
        g_string_append_printf(words, "%s%s", i > first ? " " : "", command->argv[i]);
    return g_string_free(words, FALSE);
}

static gboolean hint_is_good(const Command *command)
{
    static const char *const states[] = {"investigating", "workaround", "fixed", "none", NULL};
    const char *state = command->argv[2];
    if (!g_strv_contains(states, state)) {
        command_unknown_word("errors hint", state, states);
        return FALSE;
    }
    gboolean is_none = strcmp(state, "none") == 0;
    if (is_none == (command->argc > 3))
        command_usage(is_none ? "errors hint: nothing stands behind none"
                              : "errors hint: the words for the customers are missing");
    return is_none != (command->argc > 3);
}

int errors_hint(Command *command)
{
    int code = EX_OK;
    gint64 id = errors_id(command->argv[1]);
    const char *until = errors_options_given.until;
    gint64 length_us = until ? duration_us(until) : KNOWN_ERROR_HINT_US;
    if (!id)
        return EX_NOINPUT;
    if (!length_us || !hint_is_good(command))
        return EX_USAGE;
    g_autoptr(Store) store = errors_open(command, &code);
    if (!store)
        return code;
    const char *state = strcmp(command->argv[2], "none") == 0 ? NULL : command->argv[2];
    g_autofree char *words = words_from(command, 3), *who = command_who(command);
    gint64 now_us = clock_now_us(), until_us = now_us + length_us;
    g_autofree char *end = clock_local(until_us);
    g_autofree char *line =
        state ? g_strdup_printf("Whoever writes of %s reads this in the acknowledgement until %s.",
                                command->argv[1], end)
              : g_strdup_printf("Whoever writes of %s gets no hint any more.", command->argv[1]);
    GError *error = NULL;
    gboolean ok = store_begin(store, &error) &&
                  known_error_set_hint(store, id, state, words, until_us, who, now_us, &error);
    return errors_end(command, store, id, ok, line, error);
}

int errors_merge(Command *command)
{
    int code = EX_OK;
    gint64 id = errors_id(command->argv[1]), into = id ? errors_id(command->argv[2]) : 0;
    if (!into)
        return EX_NOINPUT;
    g_autoptr(Store) store = errors_open(command, &code);
    if (!store)
        return code;
    g_autofree char *who = command_who(command);
    g_autofree char *line =
        g_strdup_printf("E%" G_GINT64_FORMAT " is a part of E%" G_GINT64_FORMAT " from now on.", id, into);
    GError *error = NULL;
    gboolean ok =
        store_begin(store, &error) && known_error_merge(store, id, into, who, clock_now_us(), &error);
    return errors_end(command, store, into, ok, line, error);
}

int errors_split(Command *command)
{
    int code = EX_OK;
    gint64 id = errors_id(command->argv[1]), new_id = 0;
    if (!id)
        return EX_NOINPUT;
    g_autoptr(Store) store = errors_open(command, &code);
    if (!store)
        return code;
    g_autofree char *who = command_who(command);
    g_autoptr(GPtrArray) prints = g_ptr_array_new();
    for (int i = 2; i < command->argc; i++)
        g_ptr_array_add(prints, command->argv[i]);
    GError *error = NULL;
    gboolean ok = store_begin(store, &error) &&
                  known_error_split(store, id, prints, who, clock_now_us(), &new_id, &error);
    g_autofree char *line = g_strdup_printf("They are E%" G_GINT64_FORMAT " from now on.", new_id);
    return errors_end(command, store, new_id, ok, line, error);
}
