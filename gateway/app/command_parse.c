#include "gateway/app/command.h"
#include "gateway/app/mail_file.h"
#include "gateway/app/parse_view.h"

#include <postern/base/file.h>
#include <postern/reader.h>
#include <postern/reading.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static char *html_file; /* --html */

const GOptionEntry parse_options[] = {
    {"html", 0, 0, G_OPTION_ARG_FILENAME, &html_file, "write a page for one mail", "FILE"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

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

static int write_page(Command *command, const ParseView *view)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *page = parse_html(view);
    if (!file_replace(html_file, page, strlen(page), 0600, &error))
        return command_fail(EX_CANTCREAT, "%s", error->message);
    if (!command->quiet && !command->json)
        printf("%s is written\n", html_file);
    return EX_OK;
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
    const ParseView view = {.name = path, .reading = reading, .is_verbose = command->verbose};
    if (html_file && code == EX_OK)
        code = write_page(command, &view);
    if (command->json)
        command_print_json(reading_to_json(reading, path), TRUE);
    else if (code == EX_OK && !html_file)
        parse_print(&view);
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
    if (html_file && command->argc > 1)
        return command_usage("--html takes one mail");
    g_autoptr(RulesSource) starter = setup_read_rules(NULL, NULL);
    int code = load_settings(command, &setup, starter, &settings);
    if (code != EX_OK)
        return code;
    g_autoptr(Reader) reader = reader_new(&settings);
    for (int i = 0; i < command->argc; i++) {
        if (i > 0 && !command->json && !html_file)
            putchar('\n');
        int one = parse_one(command, reader, command->argv[i]);
        code = code == EX_OK ? one : code;
    }
    return code;
}
