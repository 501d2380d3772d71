#include "parts.h"

#include <string.h>

#define IN(state) (1u << (state))
#define ANYWHERE (IN(LMTP_NEW) | IN(LMTP_READY) | IN(LMTP_TRANSACTION))

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

static void run_lhlo(LmtpMachine *machine, const char *argument)
{
    char size[40];
    /* Replies to LHLO carry no enhanced code (RFC 2034 4). */
    if (!*argument) {
        lmtp_reply_fault(machine, 501, NULL, "LHLO needs the name of your host");
        return;
    }
    lmtp_forget(machine);
    lmtp_enter(machine, LMTP_READY);
    g_snprintf(size, sizeof size, "%" G_GUINT64_FORMAT, machine->settings.message_bytes);
    const char *const lines[] = {"250-", machine->settings.hostname,
                                 "\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE ", size,
                                 "\r\n250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n"};
    for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
        g_string_append(machine->output, lines[i]);
}

/* Behind "FROM:" or "TO:"; a blank there is wrong but common. NULL when the word is not there. */
static const char *path_of(const char *argument, const char *word)
{
    gsize length = strlen(word);
    return g_ascii_strncasecmp(argument, word, length) == 0 ? skip_blanks(argument + length) : NULL;
}

static gboolean sender_is_fine(LmtpMachine *machine, const char *from, const LmtpParameters *parameters)
{
    if (!parameters->is_utf8 && !lmtp_path_is_ascii(from)) {
        lmtp_reply(machine, 553, "5.6.7", "Address beyond ASCII needs SMTPUTF8");
        return FALSE;
    }
    if (parameters->size > machine->settings.message_bytes) {
        lmtp_reply(machine, 552, "5.3.4", "Message is larger than the limit");
        return FALSE;
    }
    return TRUE;
}

static void run_mail(LmtpMachine *machine, const char *argument)
{
    g_auto(LmtpParameters) parameters = {0};
    guint code = 501;
    const char *problem;
    const char *at = path_of(argument, "FROM:");
    if (!at) {
        lmtp_reply_fault(machine, 501, "5.5.4", "Say MAIL FROM:<address>");
        return;
    }
    /* A bad address is no fault of the client: it passes on what strangers wrote. */
    g_autofree char *from = lmtp_path_take(&at, LMTP_PATH_SENDER, &problem);
    if (!from) {
        lmtp_reply(machine, 501, "5.1.7", problem);
        return;
    }
    if (!lmtp_parameters_parse(at, LMTP_PATH_SENDER, &parameters, &code, &problem)) {
        lmtp_reply_fault(machine, code, "5.5.4", problem);
        return;
    }
    if (!sender_is_fine(machine, from, &parameters))
        return;
    LmtpSender sender = {.from = from,
                         .envid = parameters.envid,
                         .declared_size = parameters.size,
                         .is_utf8 = parameters.is_utf8};
    LmtpAnswer answer = machine->owner.mail(machine->user, &sender);
    if (answer.code / 100 == 2) {
        lmtp_enter(machine, LMTP_TRANSACTION);
        machine->is_utf8 = parameters.is_utf8;
    }
    lmtp_reply_answer(machine, &answer);
}

static void run_rcpt(LmtpMachine *machine, const char *argument)
{
    g_auto(LmtpParameters) parameters = {0};
    guint code = 501;
    const char *problem;
    const char *at = path_of(argument, "TO:");
    if (!at) {
        lmtp_reply_fault(machine, 501, "5.5.4", "Say RCPT TO:<address>");
        return;
    }
    g_autofree char *address = lmtp_path_take(&at, LMTP_PATH_RECIPIENT, &problem);
    if (!address) {
        lmtp_reply(machine, 501, "5.1.3", problem);
        return;
    }
    if (!lmtp_parameters_parse(at, LMTP_PATH_RECIPIENT, &parameters, &code, &problem)) {
        lmtp_reply_fault(machine, code, "5.5.4", problem);
        return;
    }
    if (!machine->is_utf8 && !lmtp_path_is_ascii(address)) {
        lmtp_reply(machine, 553, "5.6.7", "Address beyond ASCII needs SMTPUTF8");
        return;
    }
    if (machine->recipients >= LIMIT_RECIPIENTS) {
        lmtp_reply(machine, 452, "4.5.3", "Too many recipients; send the rest in another transaction");
        return;
    }
    LmtpAnswer answer = machine->owner.recipient(machine->user, address);
    machine->recipients += answer.code / 100 == 2;
    lmtp_reply_answer(machine, &answer);
}

static void run_data(LmtpMachine *machine, const char *argument)
{
    (void)argument;
    /* A pipelining client says DATA before it knows that no recipient was accepted: no fault. */
    if (machine->recipients == 0) {
        lmtp_reply(machine, 503, "5.5.1", "No recipient was accepted");
        return;
    }
    machine->place = LMTP_PLACE_LINE_START;
    machine->data_bytes = 0;
    machine->is_kept = TRUE;
    machine->is_too_large = FALSE;
    lmtp_enter(machine, LMTP_DATA);
    lmtp_reply(machine, 354, NULL, "Send the mail, end with <CR><LF>.<CR><LF>");
}

static void run_rset(LmtpMachine *machine, const char *argument)
{
    (void)argument;
    lmtp_forget(machine);
    lmtp_reply(machine, 250, "2.0.0", "Forgotten");
}

static void run_noop(LmtpMachine *machine, const char *argument)
{
    (void)argument;
    lmtp_reply(machine, 250, "2.0.0", "OK");
}

static void run_quit(LmtpMachine *machine, const char *argument)
{
    (void)argument;
    lmtp_forget(machine);
    lmtp_reply(machine, 221, "2.0.0", "Bye");
    lmtp_enter(machine, LMTP_CLOSING);
}

static void run_vrfy(LmtpMachine *machine, const char *argument)
{
    if (!*argument)
        lmtp_reply_fault(machine, 501, "5.5.4", "VRFY needs an address");
    else
        lmtp_reply(machine, 252, "2.0.0", "Not verified; try RCPT");
}

static void run_help(LmtpMachine *machine, const char *argument)
{
    (void)argument;
    lmtp_reply(machine, 214, "2.0.0", "LHLO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP");
}

static void run_hello(LmtpMachine *machine, const char *argument)
{
    (void)argument;
    lmtp_reply_fault(machine, 500, "5.5.1", "This is LMTP, not SMTP: say LHLO");
}

/* A web page can make a browser post lines of its choice to a port of the
 * loopback interface; the first line gives it away. */
static void run_http(LmtpMachine *machine, const char *argument)
{
    (void)argument;
    lmtp_shut(machine, "4.7.0", "This is LMTP, not HTTP");
}

static const struct {
    const char *name;
    guint states; /* bits IN(state) */
    gboolean takes_argument;
    void (*run)(LmtpMachine *machine, const char *argument);
} commands[] = {
    {"MAIL", IN(LMTP_READY), TRUE, run_mail},
    {"RCPT", IN(LMTP_TRANSACTION), TRUE, run_rcpt},
    {"DATA", IN(LMTP_TRANSACTION), FALSE, run_data},
    {"LHLO", ANYWHERE, TRUE, run_lhlo},
    {"RSET", ANYWHERE, FALSE, run_rset},
    {"NOOP", ANYWHERE, TRUE, run_noop},
    {"QUIT", ANYWHERE, FALSE, run_quit},
    {"VRFY", ANYWHERE, TRUE, run_vrfy},
    {"HELP", ANYWHERE, TRUE, run_help},
    {"HELO", ANYWHERE, TRUE, run_hello},
    {"EHLO", ANYWHERE, TRUE, run_hello},
    {"GET", ANYWHERE, TRUE, run_http},
    {"POST", ANYWHERE, TRUE, run_http},
    {"PUT", ANYWHERE, TRUE, run_http},
    {"OPTIONS", ANYWHERE, TRUE, run_http},
};

static void refuse_order(LmtpMachine *machine)
{
    if (machine->state == LMTP_READY)
        /* Follows from a refused MAIL when the client pipelines: no fault. */
        lmtp_reply(machine, 503, "5.5.1", "Say MAIL first");
    else if (machine->state == LMTP_NEW)
        lmtp_reply_fault(machine, 503, "5.5.1", "Say LHLO first");
    else
        lmtp_reply_fault(machine, 503, "5.5.1", "A transaction is open; RSET ends it");
}

/* Half the world takes a bare LF for a line end, and what one side takes for one command is two for the
 * other: nothing of such a line may count. */
static const char *line_fault(const char *line, gsize length)
{
    if (memchr(line, '\0', length))
        return "Command line holds a NUL";
    if (memchr(line, '\n', length))
        return "Command line holds a bare LF; lines end with CR LF";
    if (memchr(line, '\r', length))
        return "Command line holds a bare CR; lines end with CR LF";
    return NULL;
}

void lmtp_command_run(LmtpMachine *machine, char *line, gsize length)
{
    const char *fault = line_fault(line, length);
    if (fault) {
        lmtp_reply_fault(machine, 500, "5.5.2", fault);
        return;
    }
    while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
        line[--length] = '\0';
    gsize verb = strcspn(line, " \t");
    const char *argument = skip_blanks(line + verb);
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strlen(commands[i].name) != verb || g_ascii_strncasecmp(line, commands[i].name, verb) != 0)
            continue;
        if (!(commands[i].states & IN(machine->state)))
            refuse_order(machine);
        else if (*argument && !commands[i].takes_argument)
            lmtp_reply_fault(machine, 501, "5.5.4", "This command takes no argument");
        else
            commands[i].run(machine, argument);
        return;
    }
    lmtp_reply_fault(machine, 500, "5.5.1", "Command is not known");
}
