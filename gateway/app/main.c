/* One program: finds the subcommand, reads the options that all share, and
 * gives the rest to it. */
#include "gateway/app/command.h"

#include <postern/base/log.h>
#include <postern/base/version.h>
#include <postern/reader.h>

#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static const CommandInfo commands[] = {
    {"init", "[DIR]", "write a commented starter configuration, rules and notices",
     "postern init /etc/postern", command_init, NULL},
    {"check", "", "check configuration, rules, notices and store; every finding at once",
     "postern -c postern.yaml check", command_check, NULL},
    {"serve", "", "run the gate in the foreground", "postern -c postern.yaml serve", command_serve, NULL},
    {"deliver", "RCPT…", "take one mail from stdin; 0 only when it is durable, 75 otherwise",
     "postern deliver -f anna@customer.example support@example.com <mail.eml", command_deliver,
     deliver_options},
    {"import", "PATH…", "take .eml files, mboxes and Maildirs; sends nothing unless --notify",
     "postern import --queue support ~/Maildir", command_import, import_options},
    {"parse", "FILE…", "show how a mail is read, without any store; '-' is stdin",
     "postern parse mail.eml\n  postern parse --html mail.html mail.eml\n  postern parse --json mail.eml",
     command_parse, parse_options},
    {"ticket",
     "list | show REF | raw MESSAGE | why MESSAGE | assign REF AGENT | close REF | note REF WORDS… | …",
     "look at tickets and the reasons behind each mail's fate; act on them as agents do by mail",
     ticket_examples, command_ticket, ticket_options},
    {"rules", "VERB [OPERAND…]", "the extraction rules: the workbench of the admin", NULL, command_rules,
     rules_options},
    {"errors", "list | show ID | hint ID STATE WORDS… | merge ID INTO | split ID PRINT… | resolve ID",
     "errors that several customers have; what to tell whoever writes of them", errors_examples,
     command_errors, errors_options},
    {"held", "list | show ID | release ID | drop ID | block ADDRESS | unblock ADDRESS | blocked",
     "mail that waits for a person, and senders whose mail is held without a word", "postern held list",
     command_held, NULL},
    {"outbox", "list | show ID | retry ID | drop ID | blocked | unblock ADDRESS",
     "what is to be sent, with the last answer of the other side", "postern outbox list", command_outbox,
     outbox_options},
    {"mailboxes", "[list] | authorize NAME", "how each mailbox fares, and what is down; sign in to a server",
     "postern mailboxes\n  postern mailboxes authorize support", command_mailboxes, mailboxes_options},
    {"keys", "list | rotate | retire ID", "the keys behind the tokens that let answers into their tickets",
     "postern keys rotate\n  postern keys retire 3", command_keys, NULL},
    {"doctor", "", "try every configured server, folder and sign-in, and say what to mend",
     "postern -c /etc/postern/postern.yaml doctor", command_doctor, NULL},
    {"stats", "", "counters, among them received = ticketed + held + copies", "postern stats --json",
     command_stats, NULL},
};

static const CommandInfo roles[] = {
    {"gate", "", "", "", role_gate, NULL},
    {"sender", "NAME", "", "", role_sender, NULL},
    {"fetcher", "NAME", "", "", role_fetcher, NULL},
};

static void print_overview(FILE *out)
{
    fprintf(out,
            "Usage: postern [OPTION…] COMMAND [OPERAND…]\n\nThe mail gate of a support team.\n\nCommands:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\nOptions of all commands:\n"
                 "  -c, --config FILE   default: $POSTERN_CONFIG, ./postern.yaml, /etc/postern/postern.yaml\n"
                 "      --json          for programs, where a command shows something\n"
                 "  -q, -v              less, more\n"
                 "      --help          of a command: postern COMMAND --help\n"
                 "      --version\n");
}

static const CommandInfo *find(const CommandInfo *list, gsize count, const char *name)
{
    for (gsize i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

static const CommandInfo *find_command(const char *name)
{
    const CommandInfo *info = find(commands, G_N_ELEMENTS(commands), name);
    return info ? info : find(roles, G_N_ELEMENTS(roles), name);
}

static const char *default_config(gboolean *out_given)
{
    const char *from_environment = getenv("POSTERN_CONFIG");
    *out_given = from_environment && *from_environment;
    if (*out_given)
        return from_environment;
    if (access("postern.yaml", F_OK) == 0)
        return "postern.yaml";
    return access("/etc/postern/postern.yaml", F_OK) == 0 ? "/etc/postern/postern.yaml" : "postern.yaml";
}

/* The command's name is the first operand that is no option's value; -c takes one. */
static int find_name(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-c") == 0 || strcmp(argv[i], "--config") == 0 || strcmp(argv[i], "--as") == 0)
            i++;
        else if (argv[i][0] != '-' || argv[i][1] == '\0')
            return i;
    }
    return 0;
}

static int unknown_command(const char *name)
{
    const char *names[G_N_ELEMENTS(commands) + 1] = {NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        names[i] = commands[i].name;
    const char *meant = problem_did_you_mean(name, names);
    return meant ? command_usage("unknown command '%s'; did you mean '%s'?", name, meant)
                 : command_usage("unknown command '%s'; 'postern --help' lists them all", name);
}

static GOptionContext *context_of(const CommandInfo *info, const GOptionEntry *common)
{
    g_autofree char *parameters =
        g_strdup_printf("%s%s— %s", info->operands, *info->operands ? " " : "", info->summary);
    g_autofree char *own = info->example ? g_strdup(info->example) : rules_examples();
    g_autofree char *example = g_strdup_printf("Example:\n  %s", own);
    GOptionContext *context = g_option_context_new(parameters);
    g_option_context_set_description(context, example);
    g_option_context_add_main_entries(context, common, NULL);
    if (info->options)
        g_option_context_add_main_entries(context, info->options, NULL);
    return context;
}

/* GLib leaves the "--" where an operand behind it begins with '-'. */
static void drop_end_of_options(int *argc, char **argv)
{
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--") != 0)
            continue;
        memmove(argv + i, argv + i + 1, sizeof *argv * (gsize)(*argc - i));
        (*argc)--;
        return;
    }
}

static int run(const CommandInfo *info, int argc, char **argv)
{
    Command command = {.name = info->name};
    g_autofree char *config = NULL;
    const GOptionEntry common[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &config,
         "default: $POSTERN_CONFIG, ./postern.yaml, /etc/postern/postern.yaml", "FILE"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &command.json, "JSON, for programs", NULL},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &command.quiet, "say less", NULL},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &command.verbose, "say more", NULL},
        {"as", 0, 0, G_OPTION_ARG_STRING, &command.as, "who does this, for the record", "NAME"},
        {NULL, 0, 0, 0, NULL, NULL, NULL}};
    g_autoptr(GOptionContext) context = context_of(info, common);
    g_autofree char *program = g_strdup_printf("postern %s", info->name);
    g_set_prgname(program);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        int code = command_usage("%s; 'postern %s --help' shows the options", error->message, info->name);
        return info->run == command_deliver ? EX_TEMPFAIL : code;
    }
    if (*info->operands == '\0' && argc > 1)
        return command_usage("%s takes no operand like '%s'; -c names the configuration", info->name,
                             argv[1]);
    command.config_path = config ? config : default_config(&command.config_given);
    command.config_given |= config != NULL;
    drop_end_of_options(&argc, argv);
    command.argc = argc - 1;
    command.argv = argv + 1;
    log_setup(info->name, command.verbose ? LOG_LEVEL_DEBUG
                          : command.quiet ? LOG_LEVEL_WARNING
                                          : LOG_LEVEL_INFO);
    int code = info->run(&command);
    g_free(command.as);
    return code;
}

/* Whoever reads may have had enough (`postern … | head`): that needs no words. */
static gboolean reader_is_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc == 2 && strcmp(argv[1], "reader") == 0)
        return reader_main(3);
    int at = find_name(argc, argv);
    if (at == 0) {
        gboolean version = argc > 1 && strcmp(argv[1], "--version") == 0;
        gboolean help = argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
        if (version)
            puts("postern " POSTERN_VERSION);
        else
            print_overview(help ? stdout : stderr);
        return version || help ? EX_OK : EX_USAGE;
    }
    const CommandInfo *info = find_command(argv[at]);
    if (!info)
        return unknown_command(argv[at]);
    g_autofree char **rest = g_memdup2(argv, sizeof *argv * (gsize)(argc + 1));
    memmove(rest + at, rest + at + 1, sizeof *rest * (gsize)(argc - at));
    int code = run(info, argc - 1, rest);
    gboolean is_written = fflush(stdout) == 0 && !ferror(stdout);
    if (is_written || code != EX_OK)
        return code;
    if (!reader_is_gone())
        command_fail(EX_IOERR, "cannot write to standard output");
    return EX_IOERR;
}
