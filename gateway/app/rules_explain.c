/* What the rules made of one mail, and why. */
#include "gateway/app/explain.h"
#include "gateway/app/mail_file.h"
#include "gateway/app/rules_verbs.h"

#include <postern/base/file.h>
#include <postern/base/mail_id.h>
#include <postern/intake_rows.h>
#include <postern/reader.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

/* One mail and what it is read with. */
typedef struct {
    Setup *setup;        /* NULL: there is no configuration */
    RulesSource *source; /* of the rules; owned */
    int fd;
    char *envelope_from; /* of a stored one; else NULL */
} Subject;

static void subject_clear(Subject *subject)
{
    g_clear_pointer(&subject->setup, setup_unref);
    g_clear_pointer(&subject->source, rules_source_unref);
    g_free(subject->envelope_from);
    if (subject->fd >= 0)
        close(subject->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Subject, subject_clear)

/* Exit code. */
static int open_stored(gint64 id, Subject *subject)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = command_open_store(subject->setup->config, STORE_READ, &error);
    if (!store)
        return command_fail_error(error);
    g_autoptr(MailFate) fate = intake_fate(store, id, &error);
    if (!fate)
        return command_fail_error(error);
    subject->envelope_from = g_strdup(fate->envelope_from);
    subject->fd = mail_file_memory(&error);
    if (subject->fd < 0 || !intake_copy_raw(store, id, subject->fd, &error))
        return command_fail_error(error);
    return EX_OK;
}

/* A file goes before a message of the same name. */
static int open_subject(const char *operand, Subject *subject)
{
    g_autoptr(GError) error = NULL;
    gint64 id = strcmp(operand, "-") != 0 && access(operand, F_OK) != 0 ? mail_id_parse(operand) : 0;
    if (!id) {
        subject->fd = mail_file_open(operand, &error);
        return subject->fd < 0 ? command_fail_error(error) : EX_OK;
    }
    if (!subject->setup)
        return command_fail(EX_CONFIG,
                            "'%s' is no file, and without a configuration there are no messages; -c "
                            "names one",
                            operand);
    return open_stored(id, subject);
}

/* A wrong set is told here, with its places; a reader would only not start. */
static RulesSource *read_changed(Command *command, const char *file)
{
    g_autoptr(RulesSource) source = rules_verb_source(command, file);
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(RuleSet) rules = source ? rules_compile_source(source, problems) : NULL;
    g_autofree char *text = problems_format(problems);
    fputs(text, stderr);
    return rules ? g_steal_pointer(&source) : NULL;
}

/* The rules that are asked for, and else those that count. */
static int choose_rules(Command *command, Subject *subject)
{
    int code = EX_OK;
    const char *file = rules_options_given.rules;
    gboolean is_configured = command->config_given || access(command->config_path, F_OK) == 0;
    if (is_configured && !(subject->setup = rules_verb_live(command, &code)))
        return code;
    if (file)
        subject->source = read_changed(command, file);
    else if (subject->setup)
        subject->source = rules_source_ref(subject->setup->source);
    else
        subject->source = setup_read_rules(NULL, NULL);
    return subject->source ? EX_OK : EX_CONFIG;
}

static int show(Command *command, const Explained *explained)
{
    const char *page = rules_options_given.html;
    g_autoptr(GError) error = NULL;
    if (page) {
        g_autofree char *html = explain_html(explained);
        if (!file_replace(page, html, strlen(html), 0600, &error))
            return command_fail(EX_CANTCREAT, "%s", error->message);
        if (!command->quiet && !command->json)
            printf("%s is written\n", page);
    }
    if (command->json)
        command_print_json(explain_json(explained), FALSE);
    else if (!page)
        explain_print(explained);
    return EX_OK;
}

int rules_explain(Command *command)
{
    g_auto(Subject) subject = {.fd = -1};
    g_autoptr(GError) error = NULL;
    if (command->argc < 1)
        return command_usage("rules explain needs a mail file, - for standard input, or the id of a message");
    if (rules_options_given.limit < 0)
        return command_usage("--limit takes a number from 1 on");
    const char *operand = command->argv[0];
    int code = choose_rules(command, &subject);
    if (code != EX_OK || (code = open_subject(operand, &subject)) != EX_OK)
        return code;
    const ReaderSettings settings = {.program = "/proc/self/exe",
                                     .rules = subject.source,
                                     .with_candidates = TRUE,
                                     .authserv_id =
                                         subject.setup ? subject.setup->config->authserv_id : NULL};
    g_autoptr(Reader) reader = reader_new(&settings);
    g_autoptr(Reading) reading = reader_read(reader, NULL, subject.fd, subject.envelope_from, &error);
    if (!reading)
        return command_fail(EX_DATAERR, "%s: %s", operand, error->message);
    const Explained explained = {.name = operand,
                                 .rules = subject.source->file,
                                 .reading = reading,
                                 .is_verbose = command->verbose,
                                 .most = (guint)rules_options_given.limit};
    return show(command, &explained);
}
