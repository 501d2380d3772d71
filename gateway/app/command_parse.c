#include "gateway/app/command.h"
#include "gateway/app/mail_file.h"

#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/reader.h>
#include <postern/reading.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define LOSER_BYTES 100u /* of a value that is shown in passing */

static void print_mailboxes(const char *label, const GPtrArray *mailboxes)
{
    for (guint i = 0; i < mailboxes->len; i++) {
        const Mailbox *mailbox = mailboxes->pdata[i];
        g_autofree char *text = *mailbox->name ? g_strdup_printf("%s <%s>", mailbox->name, mailbox->address)
                                               : g_strdup(mailbox->address);
        command_print(label, text);
    }
}

static void print_part(const char *title, const char *text)
{
    if (!text || !*text)
        return;
    printf("\n%s%s%s\n", style_bold(), title, style_off());
    command_print_block(text, 2);
}

static void print_fields(const GPtrArray *fields)
{
    gsize width = 0;
    for (guint i = 0; i < fields->len; i++)
        width = MAX(width, strlen(((const Field *)fields->pdata[i])->name));
    if (fields->len > 0)
        putchar('\n');
    for (guint i = 0; i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        g_autofree char *origin = g_strdup_printf("%s, %s %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT, field->rule,
                                                  field->where, field->start, field->end);
        command_print_field((guint)width, field->name, field->value, origin);
    }
}

/* What another rule won over: for those who ask why a value is not there. */
static void print_losers(const GPtrArray *losers)
{
    for (guint i = 0; i < losers->len; i++) {
        const Field *field = losers->pdata[i];
        g_autofree char *value = clean_line(field->value, -1, LOSER_BYTES);
        g_autofree char *text =
            g_strdup_printf("%s '%s' of %s, %s %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT ": %s", field->name,
                            value, field->rule, field->where, field->start, field->end, field->why);
        g_autofree char *clean = clean_terminal(text);
        printf("%s  lost: %s%s\n", style_dim(), clean, style_off());
    }
}

static void print_meanings(const GPtrArray *meanings)
{
    for (guint i = 0; i < meanings->len; i++) {
        const Meaning *meaning = meanings->pdata[i];
        g_autofree char *label = g_strdup_printf("%-13s", meaning_type_name(meaning->type));
        if (meaning->is_chosen)
            command_print(label, meaning->name);
    }
}

static void print_details(const Reading *reading, gboolean is_verbose)
{
    for (guint i = 0; i < reading->attachments->len; i++) {
        const Attachment *attachment = reading->attachments->pdata[i];
        g_autofree char *text =
            g_strdup_printf("%s (%s, %" G_GUINT64_FORMAT " bytes%s)", attachment->name, attachment->type,
                            attachment->size, attachment->is_inline ? ", inline" : "");
        command_print("attachment   ", text);
    }
    for (guint i = 0; i < reading->findings->len; i++) {
        const Finding *finding = reading->findings->pdata[i];
        g_autofree char *text = g_strdup_printf("%s: %s", finding->code, finding->detail);
        command_print("finding      ", text);
    }
    print_meanings(reading->meanings);
    print_fields(reading->fields);
    if (is_verbose)
        print_losers(reading->losers);
}

static void print_reading(const Reading *reading, const char *file, gboolean is_verbose)
{
    g_autofree char *date = reading->date_us == DATE_UNKNOWN ? NULL : clock_local(reading->date_us);
    g_autofree char *reasons = NULL;
    g_ptr_array_add(reading->kind_reasons, NULL);
    reasons = g_strjoinv("; ", (char **)reading->kind_reasons->pdata);
    g_autofree char *kind =
        g_strdup_printf("%s%s%s%s", mail_kind_name(reading->kind),
                        reading->may_answer ? "" : ", may not be answered", *reasons ? ": " : "", reasons);
    printf("%s%s%s\n", style_bold(), file, style_off());
    command_print("subject      ", *reading->subject ? reading->subject : "(none)");
    command_print("date         ", date);
    command_print("message id   ", reading->message_id);
    g_autoptr(GPtrArray) from = g_ptr_array_new();
    if (reading->from)
        g_ptr_array_add(from, reading->from);
    print_mailboxes("from         ", from);
    for (guint i = 0; i < reading->sender_findings->len; i++)
        command_print("sender       ", reading->sender_findings->pdata[i]);
    print_mailboxes("to           ", reading->to);
    print_mailboxes("cc           ", reading->cc);
    command_print("kind         ", kind);
    print_details(reading, is_verbose);
    print_part("Reply", reading->reply);
    print_part("Quoted", reading->quoted);
    print_part("Signature", reading->signature);
}

/* What is known of a mail that the reader could not read. */
static Reading *unreadable(const char *why)
{
    Reading *reading = reading_new();
    char **texts[] = {&reading->subject, &reading->text, &reading->reply, &reading->quoted,
                      &reading->signature};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup("");
    finding_add(reading->findings, "could-not-be-read", "%s", why);
    return reading;
}

static int parse_one(Command *command, Reader *reader, const char *path)
{
    g_autoptr(GError) error = NULL;
    int code = EX_OK;
    int fd = mail_file_open(path, &error);
    if (fd < 0)
        return command_fail_error(error);
    g_autoptr(Reading) reading = reader_read(reader, NULL, fd, NULL, &error);
    close(fd);
    if (!reading) {
        code = command_fail(EX_DATAERR, "%s: %s", path, error->message);
        reading = unreadable(error->message);
    }
    if (command->json)
        command_print_json(reading_to_json(reading, path), TRUE);
    else if (code == EX_OK)
        print_reading(reading, path, command->verbose);
    return code;
}

static int load_settings(Command *command, Setup **out_setup, RulesSource *starter, ReaderSettings *out)
{
    int code = EX_OK;
    *out = (ReaderSettings){.program = "/proc/self/exe", .rules = starter};
    if (!command->config_given && access(command->config_path, F_OK) != 0)
        return EX_OK;
    *out_setup = command_setup(command, &code);
    if (!*out_setup)
        return code;
    out->rules = (*out_setup)->source;
    out->authserv_id = (*out_setup)->config->authserv_id;
    return EX_OK;
}

int command_parse(Command *command)
{
    g_autoptr(Setup) setup = NULL;
    ReaderSettings settings;
    if (command->argc < 1)
        return command_usage("parse needs a mail file, or - for standard input");
    g_autoptr(RulesSource) starter = setup_read_rules(NULL, NULL);
    int code = load_settings(command, &setup, starter, &settings);
    if (code != EX_OK)
        return code;
    g_autoptr(Reader) reader = reader_new(&settings);
    for (int i = 0; i < command->argc; i++) {
        if (i > 0 && !command->json)
            putchar('\n');
        int one = parse_one(command, reader, command->argv[i]);
        code = code == EX_OK ? one : code;
    }
    return code;
}
