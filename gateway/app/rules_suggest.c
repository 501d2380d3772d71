/* From marked values to a rule, tried on all stored mail before anybody pastes it. */
#include "gateway/app/mail_file.h"
#include "gateway/app/rules_verbs.h"

#include <postern/base/error.h>
#include <postern/base/mail_id.h>
#include <postern/intake_rows.h>
#include <postern/labels.h>
#include <postern/reader.h>
#include <postern/reread.h>
#include <postern/rules_suggest.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define SAMPLES 5
#define SAMPLE_BYTES 120u

typedef struct {
    Command *command;
    const char *field;
    Setup *setup;
    Store *store; /* NULL: there is none yet */
    Reader *reader;
    GPtrArray *mails;    /* MarkedMail */
    GHashTable *by_name; /* borrowed: MarkedMail */
    /* The trial. */
    guint tried, fired, values;
    GPtrArray *samples; /* char * */
} Work;

static void work_clear(Work *work)
{
    setup_unref(work->setup);
    store_close(work->store);
    reader_free(work->reader);
    g_clear_pointer(&work->mails, g_ptr_array_unref);
    g_clear_pointer(&work->by_name, g_hash_table_unref);
    g_clear_pointer(&work->samples, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* A file, or the id of a stored message. -1 with an error. */
static int open_mail(const Work *work, const char *name, GError **error)
{
    gint64 id = access(name, F_OK) == 0 ? 0 : mail_id_parse(name);
    if (!work->store || !id)
        return mail_file_open(name, error);
    int fd = mail_file_memory(error);
    if (fd >= 0 && intake_copy_raw(work->store, id, fd, error) && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static MarkedMail *read_mail(Work *work, const char *name, GError **error)
{
    MarkedMail *known = g_hash_table_lookup(work->by_name, name);
    if (known)
        return known;
    int fd = open_mail(work, name, error);
    if (fd < 0)
        return NULL;
    g_autoptr(Reading) reading = reader_read(work->reader, NULL, fd, "", error);
    close(fd);
    if (!reading)
        return NULL;
    MarkedMail *mail = marked_mail_new(name, reading->subject, reading->reply);
    g_ptr_array_add(work->mails, mail);
    g_hash_table_insert(work->by_name, mail->name, mail);
    return mail;
}

/* "MAIL=VALUE"; an empty value: this mail has none. */
static gboolean take_value(Work *work, const char *pair, GError **error)
{
    const char *equals = strchr(pair, '=');
    if (!equals || equals == pair) {
        g_set_error(error, POSTERN_ERROR, ERROR_MALFORMED,
                    "--value '%s': write MAIL=VALUE, with a file or the id of a message as MAIL", pair);
        return FALSE;
    }
    g_autofree char *name = g_strndup(pair, (gsize)(equals - pair));
    MarkedMail *mail = read_mail(work, name, error);
    if (mail && equals[1])
        g_ptr_array_add(mail->values, g_strdup(equals + 1));
    return mail != NULL;
}

/* What agents corrected and people labelled; of several words about one mail the last counts. A mail whose
 * original cannot be read any more says nothing. */
static gboolean gather_labels(Work *work, GError **error)
{
    g_autoptr(GPtrArray) labels = work->store ? label_list(work->store, error) : NULL;
    if (!labels)
        return !work->store;
    for (guint i = 0; i < labels->len; i++) {
        const Label *label = labels->pdata[i];
        if (strcmp(label->field, work->field) != 0 || (label->is_right && *label->value && !label->is_seen))
            continue;
        g_autofree char *name = mail_id_format(label->mail_id);
        MarkedMail *mail = read_mail(work, name, NULL);
        if (!mail || !label->is_right)
            continue;
        g_ptr_array_set_size(mail->values, 0);
        if (*label->value)
            g_ptr_array_add(mail->values, g_strdup(label->value));
    }
    return TRUE;
}

static gboolean gather(Work *work, GError **error)
{
    if (!gather_labels(work, error))
        return FALSE;
    for (char **pair = rules_options_given.values; pair && *pair; pair++)
        if (!take_value(work, *pair, error))
            return FALSE;
    return TRUE;
}

static char *sample_of(const RereadMail *mail, const Field *field)
{
    const char *text = strcmp(field->where, "subject") == 0 ? mail->reading->subject : mail->reading->reply;
    gsize length = strlen(text), from = MIN(field->start, length), to = MIN(field->end, length);
    while (from > 0 && text[from - 1] != '\n' && field->start - from < SAMPLE_BYTES / 2)
        from--;
    while (from < length && ((guchar)text[from] & 0xc0) == 0x80)
        from++;
    while (to < length && text[to] != '\n' && to - field->end < SAMPLE_BYTES / 4)
        to++;
    while (to > from && ((guchar)text[to] & 0xc0) == 0x80)
        to--;
    return g_strdup_printf("%s  %s  (%.*s)", mail->ref ? mail->ref : "-", field->value, (int)(to - from),
                           text + from);
}

static gboolean visit(gpointer user, const RereadMail *mail)
{
    Work *work = user;
    work->tried++;
    if (!mail->reading)
        return TRUE;
    const GPtrArray *fields = mail->reading->other_fields;
    work->fired += fields->len > 0;
    work->values += fields->len;
    if (fields->len > 0 && work->samples->len < SAMPLES)
        g_ptr_array_add(work->samples, sample_of(mail, fields->pdata[0]));
    return TRUE;
}

/* What it would do to all stored mail. */
static gboolean try(Work *work, const Suggestion *suggestion, GError **error)
{
    g_autofree char *file = suggestion_file(suggestion, work->field);
    g_autoptr(RulesSource) source = rules_source_new("suggestion", file);
    gint64 since_us = 0;
    if (!rules_verb_since(rules_options_given.since, &since_us))
        return TRUE;
    /* With the live rules beside it, so that secrets are masked in the samples. */
    const RereadWish wish = {.store = work->setup->config->store,
                             .authserv_id = work->setup->config->authserv_id,
                             .rules = work->setup->source,
                             .other_rules = source,
                             .since_us = since_us};
    return reread_run(&wish, visit, work, error);
}

static Json *suggestion_json(const Suggestion *suggestion)
{
    Json *object = json_make_object();
    json_put_text(object, "rule", suggestion->yaml);
    json_put_text(object, "how", suggestion->how);
    json_put_integer(object, "right", suggestion->right);
    json_put_integer(object, "wrong", suggestion->wrong);
    json_put_integer(object, "missed", suggestion->missed);
    return object;
}

static void print_json(const Work *work, const GPtrArray *suggestions, const GPtrArray *missing)
{
    Json *object = json_make_object(), *list = json_make_array();
    for (guint i = 0; i < suggestions->len; i++)
        json_add(list, suggestion_json(suggestions->pdata[i]));
    json_put(object, "suggestions", list);
    json_put_texts(object, "not_found", missing);
    json_put_integer(object, "mails", work->tried);
    json_put_integer(object, "mails_with_a_value", work->fired);
    json_put_integer(object, "values", work->values);
    json_put_texts(object, "samples", work->samples);
    command_print_json(object, FALSE);
}

static void print_suggestion(const Suggestion *suggestion)
{
    guint found = suggestion->right + suggestion->wrong, all = suggestion->right + suggestion->missed;
    printf("# %s\n# in the marked mails: %u right, %u wrong, %u missed (precision %.2f, recall %.2f)\n",
           suggestion->how, suggestion->right, suggestion->wrong, suggestion->missed,
           found ? (double)suggestion->right / found : 0.0, all ? (double)suggestion->right / all : 0.0);
}

static gboolean has_field(const RuleSet *rules, const char *name)
{
    for (guint i = 0; i < rules_count(rules); i++) {
        RuleInfo info;
        rules_info(rules, i, &info);
        if (strcmp(info.field, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Where the rule belongs: a field stands once in a file. */
static void print_head(const Work *work)
{
    puts("# to paste into the rules; the examples are from customers' mail, shorten them");
    if (has_field(work->setup->rules, work->field)) {
        printf("# '%s' has rules already: this one goes below its 'rules:'\n", work->field);
        return;
    }
    g_autofree char *label = g_strdelimit(g_strdup(work->field), "_", ' ');
    *label = g_ascii_toupper(*label);
    printf("  %s:\n    label: %s\n    rules:\n", work->field, label);
}

static void print_all(const Work *work, const GPtrArray *suggestions)
{
    const Suggestion *best = suggestions->pdata[0];
    print_suggestion(best);
    if (work->tried > 0)
        printf("# in %u stored mails: %u values in %u mails\n", work->tried, work->values, work->fired);
    for (guint i = 0; i < work->samples->len; i++)
        command_print("#   ", work->samples->pdata[i]);
    print_head(work);
    command_print_block(best->yaml, 0);
    for (guint i = 1; i < suggestions->len; i++) {
        printf("\n# Or:\n");
        print_suggestion(suggestions->pdata[i]);
        command_print_block(((const Suggestion *)suggestions->pdata[i])->yaml, 0);
    }
}

static int suggest(Work *work)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);
    if (!gather(work, &error))
        return command_fail_error(error);
    if (work->mails->len == 0)
        return command_usage(
            "nothing is marked for '%s' yet: give --value MAIL=VALUE, or correct it on tickets "
            "('/field %s VALUE' in a mail, 'postern ticket field')",
            work->field, work->field);
    g_autoptr(GPtrArray) suggestions = rules_suggest(work->field, work->mails, missing);
    for (guint i = 0; i < missing->len && !work->command->json; i++)
        command_fail(0, "does not stand in its mail as marked: %s", (const char *)missing->pdata[i]);
    if (suggestions->len > 0 && work->store && !try(work, suggestions->pdata[0], &error))
        return command_fail_error(error);
    if (work->command->json)
        print_json(work, suggestions, missing);
    else if (suggestions->len > 0)
        print_all(work, suggestions);
    return suggestions->len > 0 ? EX_OK : 1;
}

static gboolean open_work(Work *work, int *out_code)
{
    work->setup = rules_verb_live(work->command, out_code);
    if (!work->setup)
        return FALSE;
    g_autofree char *database = g_build_filename(work->setup->config->store, "postern.db", NULL);
    work->store = access(database, F_OK) == 0 ? command_store(work->command, STORE_READ, out_code) : NULL;
    if (*out_code != EX_OK)
        return FALSE;
    const ReaderSettings settings = {.program = "/proc/self/exe",
                                     .rules = work->setup->source,
                                     .authserv_id = work->setup->config->authserv_id};
    work->reader = reader_new(&settings);
    work->mails = g_ptr_array_new_with_free_func((GDestroyNotify)marked_mail_free);
    work->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    work->samples = g_ptr_array_new_with_free_func(g_free);
    return TRUE;
}

int rules_suggest_verb(Command *command)
{
    int code = EX_OK;
    if (command->argc != 1)
        return command_usage("rules suggest takes the name of a field");
    g_auto(Work) work = {.command = command, .field = command->argv[0]};
    return open_work(&work, &code) ? suggest(&work) : code;
}
