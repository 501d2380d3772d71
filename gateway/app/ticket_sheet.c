#include "gateway/app/ticket_acts.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/ids.h>

#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static int unknown_name(const TicketAct *act, const char *what, const char *name, GPtrArray *names)
{
    g_ptr_array_add(names, NULL);
    const char *const *words = (const char *const *)names->pdata;
    const char *meant = problem_did_you_mean(name, words);
    if (meant)
        return command_usage("ticket %s: there is no %s '%s'; did you mean '%s'?", act->verb, what, name,
                             meant);
    g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
    return command_usage("ticket %s: there is no %s '%s'; there are: %s", act->verb, what, name, list);
}

/* A name that nobody has would only be refused; here one can say which was meant. */
static int check_agent(const TicketAct *act, const Config *config, const char *name)
{
    if (config_agent(config, name))
        return EX_OK;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < config->agents->len; i++)
        g_ptr_array_add(names, ((const ConfigAgent *)config->agents->pdata[i])->name);
    return unknown_name(act, "agent", name, names);
}

static int check_queue(const TicketAct *act, const Config *config, const char *name,
                       const ConfigQueue **out_queue)
{
    *out_queue = config_queue(config, name);
    if (*out_queue)
        return EX_OK;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < config->queues->len; i++)
        g_ptr_array_add(names, ((const ConfigQueue *)config->queues->pdata[i])->name);
    return unknown_name(act, "queue", name, names);
}

static char *words_from(const Command *command, int first)
{
    return g_strjoinv(" ", command->argv + first);
}

/* NULL after a message. */
static char *read_input(int *out_code)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char block[16384];
    ssize_t got;
    while ((got = read(STDIN_FILENO, block, sizeof block)) != 0 && text->len <= LIMIT_TEXT_BYTES) {
        if (got > 0)
            g_string_append_len(text, block, got);
        else if (errno != EINTR)
            break;
    }
    if (got < 0)
        *out_code = command_fail(EX_IOERR, "cannot read standard input: %s", g_strerror(errno));
    else if (text->len > LIMIT_TEXT_BYTES)
        *out_code = command_fail(EX_DATAERR, "the note is longer than %u bytes", LIMIT_TEXT_BYTES);
    else
        return clean_text(text->str, (gssize)text->len, LIMIT_TEXT_BYTES);
    return NULL;
}

/* The text of a note, from the operands or from standard input; NULL after a message. */
static char *note_text(const Command *command, int *out_code)
{
    gboolean is_piped = command->argc == 3 && strcmp(command->argv[2], "-") == 0;
    g_autofree char *words = is_piped ? NULL : words_from(command, 2);
    g_autofree char *text = is_piped ? read_input(out_code) : clean_text(words, -1, LIMIT_TEXT_BYTES);
    if (!text)
        return NULL;
    if (*g_strstrip(text))
        return g_steal_pointer(&text);
    *out_code = command_usage("ticket note: the note is empty");
    return NULL;
}

/* The operands say what a line of a mail says, so they are read by the same grammar. In the place of the
 * ticket stands a reference that is surely one, lest words that begin with another are taken for it; which it
 * is, the store knows. */
static int read_sheet(const Command *command, const TicketAct *act, const Config *config, CommandSheet **out)
{
    const char *prefix = ((const ConfigQueue *)config->queues->pdata[0])->prefix;
    const char *const prefixes[] = {prefix, NULL};
    const guint8 any[TICKET_REF_LENGTH * 2] = {0};
    g_autofree char *ref = ticket_ref_make(prefix, any);
    g_autofree char *words = words_from(command, 2);
    g_autofree char *rest = clean_line(words, -1, LIMIT_TEXT_BYTES);
    g_autofree char *line = g_strdup_printf("/%s %s %s", act->verb, ref, rest);
    g_autoptr(CommandSheet) sheet = sheet_read(line, prefixes);
    if (sheet->problems->len > 0)
        return command_usage("ticket %s: %s", act->verb,
                             ((const ActProblem *)sheet->problems->pdata[0])->words);
    Act *asked = sheet->acts->len == 1 ? sheet->acts->pdata[0] : NULL;
    if (!asked || asked->type != act->type)
        return command_usage("ticket %s needs %s", act->verb, act->operands);
    g_clear_pointer(&asked->ref, g_free);
    *out = g_steal_pointer(&sheet);
    return EX_OK;
}

int ticket_sheet_make(const Command *command, const TicketAct *act, const Config *config, CommandSheet **out,
                      const ConfigQueue **out_queue)
{
    int code = EX_OK;
    if (act->type == ACT_COUNT)
        return check_queue(act, config, command->argv[2], out_queue);
    if (act->type == ACT_NOTE) {
        char *text = note_text(command, &code);
        *out = text ? sheet_of(ACT_NOTE, NULL, text) : NULL;
        return code;
    }
    if (act->type == ACT_MERGE) {
        *out = sheet_of(ACT_MERGE, g_ascii_strup(command->argv[2], -1), NULL);
        return code;
    }
    if (act->type == ACT_ASSIGN || act->type == ACT_HANDOFF)
        code = check_agent(act, config, command->argv[2]);
    return code == EX_OK ? read_sheet(command, act, config, out) : code;
}
