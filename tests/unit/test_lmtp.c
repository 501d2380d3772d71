#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <postern/base/limits.h>
#include <postern/lmtp.h>
#include <string.h>

/* An owner with fixed opinions, which writes down what it is told. */
typedef struct {
    LmtpMachine *machine;
    GString *calls;
    GString *data;
    guint recipients;
    gboolean answers_late;
    gboolean disk_is_full;
} Owner;

static LmtpAnswer answer_of(guint code, const char *enhanced, const char *text)
{
    LmtpAnswer answer = {code, enhanced, ""};
    g_strlcpy(answer.text, text, sizeof answer.text);
    return answer;
}

static LmtpAnswer owner_mail(gpointer user, const LmtpSender *sender)
{
    Owner *owner = user;
    g_string_append_printf(owner->calls, "mail %s size %" G_GUINT64_FORMAT "%s%s%s|", sender->from,
                           sender->declared_size, sender->is_utf8 ? " utf8" : "",
                           sender->envid ? " envid " : "", sender->envid ? sender->envid : "");
    owner->disk_is_full = strcmp(sender->from, "full@a.example") == 0;
    owner->recipients = 0;
    g_string_truncate(owner->data, 0);
    if (strcmp(sender->from, "refused@a.example") == 0)
        return answer_of(550, "5.7.1", "no\r\n250 yes \xc3\xa9");
    return answer_of(250, "2.1.0", "Sender fine");
}

static LmtpAnswer owner_recipient(gpointer user, const char *address)
{
    Owner *owner = user;
    g_string_append_printf(owner->calls, "rcpt %s|", address);
    if (strcmp(address, "unknown@b.example") == 0)
        return answer_of(550, "5.1.1", "Nobody here by that name");
    if (strcmp(address, "later@b.example") == 0)
        return answer_of(452, "4.2.2", "Later");
    owner->recipients++;
    return answer_of(250, "2.1.5", "Recipient fine");
}

static gboolean owner_data(gpointer user, const char *bytes, gsize length)
{
    Owner *owner = user;
    assert_true(length > 0);
    if (owner->disk_is_full)
        return FALSE;
    g_string_append_len(owner->data, bytes, (gssize)length);
    return TRUE;
}

static void owner_answer(Owner *owner)
{
    LmtpAnswer answer = answer_of(250, "2.0.0", "Kept");
    if (owner->disk_is_full)
        answer = answer_of(452, "4.3.1", "Disk is full");
    for (guint i = owner->recipients; i > 0; i--) {
        assert_true(lmtp_waits(owner->machine));
        lmtp_answer_data(owner->machine, &answer);
    }
    assert_false(lmtp_waits(owner->machine));
}

static void owner_end(gpointer user, gboolean too_large)
{
    Owner *owner = user;
    if (too_large)
        g_string_append(owner->calls, "end too large|");
    else {
        g_string_append(owner->calls, "end [");
        g_string_append_len(owner->calls, owner->data->str, (gssize)owner->data->len);
        g_string_append(owner->calls, "]|");
    }
    if (!too_large && !owner->answers_late)
        owner_answer(owner);
}

static void owner_reset(gpointer user)
{
    Owner *owner = user;
    g_string_append(owner->calls, "reset|");
}

static const LmtpOwner owner_calls = {owner_mail, owner_recipient, owner_data, owner_end, owner_reset};

typedef struct {
    GString *output;
    GString *calls;
    gboolean closed;
} Outcome;

static void outcome_clear(Outcome *outcome)
{
    g_string_free(outcome->output, TRUE);
    g_string_free(outcome->calls, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void drain(LmtpMachine *machine, GString *sent)
{
    GString *output = lmtp_output(machine);
    g_string_append_len(sent, output->str, (gssize)output->len);
    g_string_truncate(output, 0);
}

static void feed_all(Owner *owner, GString *sent, const char *bytes, gsize length)
{
    while (length > 0) {
        /* A block of its own, so that a sanitizer sees a look beyond the piece. */
        g_autofree char *copy = g_memdup2(bytes, length);
        gsize used = lmtp_feed(owner->machine, copy, length);
        assert_true(used <= length);
        bytes += used;
        length -= used;
        drain(owner->machine, sent);
        if (lmtp_waits(owner->machine))
            owner_answer(owner);
        else
            assert_true(used > 0);
        drain(owner->machine, sent);
    }
}

/* Feeds in pieces of `step` bytes behind a first one of `split`. */
static Outcome converse(const char *input, gsize length, gsize split, gsize step, gboolean answers_late)
{
    static const LmtpSettings settings = {"gate.example", 1000};
    g_autoptr(GString) data = g_string_new(NULL);
    Owner owner = {.calls = g_string_new(NULL), .data = data, .answers_late = answers_late};
    g_autoptr(LmtpMachine) machine = lmtp_machine_new(&settings, &owner_calls, &owner);
    owner.machine = machine;
    Outcome outcome = {g_string_new(NULL), owner.calls, FALSE};
    drain(machine, outcome.output);
    feed_all(&owner, outcome.output, input, split);
    for (gsize at = split; at < length; at += step)
        feed_all(&owner, outcome.output, input + at, MIN(step, length - at));
    outcome.closed = lmtp_wants_close(machine);
    return outcome;
}

static void check_same(const Outcome *a, const Outcome *b)
{
    assert_string_equal(a->output->str, b->output->str);
    assert_int_equal(a->calls->len, b->calls->len);
    assert_memory_equal(a->calls->str, b->calls->str, a->calls->len);
    assert_int_equal(a->closed, b->closed);
}

/* However the bytes arrive, and whenever the owner answers. */
static void check_every_split(const char *input, gsize length, const Outcome *whole)
{
    for (gsize split = 0; split < length; split++) {
        g_auto(Outcome) parts = converse(input, length, split, length, split & 1);
        check_same(&parts, whole);
    }
    for (gsize step = 1; step <= 3; step++) {
        g_auto(Outcome) parts = converse(input, length, 0, step, TRUE);
        check_same(&parts, whole);
    }
}

#define GREETING "220 gate.example LMTP ready\r\n"
#define LHLO "LHLO c.example\r\n"
#define HELLO                                                                                                \
    "250-gate.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-SIZE 1000\r\n"                \
    "250-ENHANCEDSTATUSCODES\r\n250 DSN\r\n"
#define MAIL "MAIL FROM:<a@a.example>\r\n"
#define RCPT "RCPT TO:<b@b.example>\r\n"
#define START GREETING HELLO
#define MAIL_OK "250 2.1.0 Sender fine\r\n"
#define RCPT_OK "250 2.1.5 Recipient fine\r\n"
#define DATA_OK "354 Send the mail, end with <CR><LF>.<CR><LF>\r\n"
#define KEPT "250 2.0.0 Kept\r\n"
#define MAIL_CALL "mail a@a.example size 0|"
#define RCPT_CALL "rcpt b@b.example|"
#define OPEN LHLO MAIL RCPT "DATA\r\n"
#define OPEN_OK START MAIL_OK RCPT_OK DATA_OK
#define OPEN_CALLS "reset|" MAIL_CALL RCPT_CALL

typedef struct {
    const char *name;
    const char *input;
    gsize length; /* 0: strlen */
    const char *output;
    const char *calls;
    gboolean closes;
} Conversation;

static const Conversation conversations[] = {
    {"nothing", "", 0, GREETING, "", FALSE},
    {"one mail", OPEN "Subject: x\r\n\r\nHello\r\n.\r\nQUIT\r\n", 0, OPEN_OK KEPT "221 2.0.0 Bye\r\n",
     OPEN_CALLS "end [Subject: x\r\n\r\nHello\r\n]|reset|", TRUE},
    {"two recipients and one unknown: one answer each",
     LHLO MAIL RCPT "RCPT TO:<unknown@b.example>\r\nRCPT TO:<c@b.example>\r\nDATA\r\nx\r\n.\r\n", 0,
     START MAIL_OK RCPT_OK "550 5.1.1 Nobody here by that name\r\n" RCPT_OK DATA_OK KEPT KEPT,
     "reset|" MAIL_CALL RCPT_CALL "rcpt unknown@b.example|rcpt c@b.example|end [x\r\n]|", FALSE},
    {"two mails in one session", OPEN "1\r\n.\r\n" MAIL RCPT "DATA\r\n2\r\n.\r\n", 0,
     OPEN_OK KEPT MAIL_OK RCPT_OK DATA_OK KEPT, OPEN_CALLS "end [1\r\n]|" MAIL_CALL RCPT_CALL "end [2\r\n]|",
     FALSE},
    {"empty mail", OPEN ".\r\n", 0, OPEN_OK KEPT, OPEN_CALLS "end []|", FALSE},
    {"dots", OPEN "..\r\n...a\r\n.b\r\na..\r\n.\rc\r\n.\r\r\n..\r\n.\r\n", 0, OPEN_OK KEPT,
     OPEN_CALLS "end [.\r\n..a\r\nb\r\na..\r\n\rc\r\n\r\r\n.\r\n]|", FALSE},
    {"NUL and eight bits in the data", OPEN "a\0b\xff\r\n.\r\n", sizeof(OPEN "a\0b\xff\r\n.\r\n") - 1,
     OPEN_OK KEPT, OPEN_CALLS "end [a\0b\xff\r\n]|", FALSE},
    {"disk full: one answer per recipient",
     LHLO "MAIL FROM:<full@a.example>\r\n" RCPT RCPT "DATA\r\nabc\r\n.\r\nNOOP\r\n", 0,
     START MAIL_OK RCPT_OK RCPT_OK DATA_OK
     "452 4.3.1 Disk is full\r\n452 4.3.1 Disk is full\r\n250 2.0.0 OK\r\n",
     "reset|mail full@a.example size 0|" RCPT_CALL RCPT_CALL "end []|", FALSE},
    {"an answer of the owner cannot add a line", LHLO "MAIL FROM:<refused@a.example>\r\n", 0,
     START "550 5.7.1 no??250 yes ??\r\n", "reset|mail refused@a.example size 0|", FALSE},
    {"pipelined behind a refused MAIL", LHLO "MAIL FROM:<refused@a.example>\r\n" RCPT "DATA\r\n", 0,
     START "550 5.7.1 no??250 yes ??\r\n503 5.5.1 Say MAIL first\r\n503 5.5.1 Say MAIL first\r\n",
     "reset|mail refused@a.example size 0|", FALSE},
    {"DATA without an accepted recipient", LHLO MAIL "RCPT TO:<unknown@b.example>\r\nDATA\r\nRSET\r\n", 0,
     START MAIL_OK
     "550 5.1.1 Nobody here by that name\r\n503 5.5.1 No recipient was accepted\r\n250 2.0.0 Forgotten\r\n",
     "reset|" MAIL_CALL "rcpt unknown@b.example|reset|", FALSE},
    {"temporary refusal of a recipient", LHLO MAIL "RCPT TO:<later@b.example>\r\n", 0,
     START MAIL_OK "452 4.2.2 Later\r\n", "reset|" MAIL_CALL "rcpt later@b.example|", FALSE},
    {"order", MAIL LHLO RCPT MAIL MAIL LHLO "DATA\r\n", 0,
     GREETING "503 5.5.1 Say LHLO first\r\n" HELLO "503 5.5.1 Say MAIL first\r\n" MAIL_OK
              "503 5.5.1 A transaction is open; RSET ends it\r\n" HELLO "503 5.5.1 Say MAIL first\r\n",
     "reset|" MAIL_CALL "reset|", FALSE},
    {"RSET forgets", LHLO MAIL RCPT "rset\r\nDATA\r\n" MAIL "DATA\r\n", 0,
     START MAIL_OK RCPT_OK "250 2.0.0 Forgotten\r\n503 5.5.1 Say MAIL first\r\n" MAIL_OK
                           "503 5.5.1 No recipient was accepted\r\n",
     "reset|" MAIL_CALL RCPT_CALL "reset|" MAIL_CALL, FALSE},
    {"small commands", "NOOP whatever\r\nvrfy b\r\nVRFY\r\nHELP\r\nNooP  \r\n", 0,
     GREETING "250 2.0.0 OK\r\n252 2.0.0 Not verified; try RCPT\r\n501 5.5.4 VRFY needs an address\r\n"
              "214 2.0.0 LHLO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP\r\n250 2.0.0 OK\r\n",
     "", FALSE},
    {"SMTP and the unknown", "EHLO x\r\nHELO x\r\nBDAT 5 LAST\r\n\r\nLHLO\r\nSTARTTLS\r\nXNOOP\r\nNOO\r\n", 0,
     GREETING "500 5.5.1 This is LMTP, not SMTP: say LHLO\r\n500 5.5.1 This is LMTP, not SMTP: say LHLO\r\n"
              "500 5.5.1 Command is not known\r\n500 5.5.1 Command is not known\r\n"
              "501 LHLO needs the name of your host\r\n500 5.5.1 Command is not known\r\n"
              "500 5.5.1 Command is not known\r\n500 5.5.1 Command is not known\r\n",
     "", FALSE},
    {"HTTP", "POST / HTTP/1.1\r\n" LHLO MAIL, 0, GREETING "421 4.7.0 This is LMTP, not HTTP\r\n", "", TRUE},
    {"arguments where none belong", LHLO MAIL RCPT "DATA now\r\nRSET x\r\nQUIT x\r\n", 0,
     START MAIL_OK RCPT_OK
     "501 5.5.4 This command takes no argument\r\n501 5.5.4 This command takes no argument\r\n"
     "501 5.5.4 This command takes no argument\r\n",
     "reset|" MAIL_CALL RCPT_CALL, FALSE},
    {"bare LF in a command", LHLO "NOOP\nMAIL FROM:<x@a.example>\r\nNOOP\r\n", 0,
     START "500 5.5.2 Command line holds a bare LF; lines end with CR LF\r\n250 2.0.0 OK\r\n", "reset|",
     FALSE},
    {"bare CR in a command", LHLO "NOOP\rMAIL FROM:<x@a.example>\r\nNOOP\r\r\n", 0,
     START "500 5.5.2 Command line holds a bare CR; lines end with CR LF\r\n"
           "500 5.5.2 Command line holds a bare CR; lines end with CR LF\r\n",
     "reset|", FALSE},
    {"NUL in a command", LHLO "NOOP\0x\r\n", sizeof(LHLO "NOOP\0x\r\n") - 1,
     START "500 5.5.2 Command line holds a NUL\r\n", "reset|", FALSE},
    {"nothing behind QUIT counts", LHLO "QUIT\r\n" MAIL RCPT, 0, START "221 2.0.0 Bye\r\n", "reset|reset|",
     TRUE},
    {"SIZE",
     LHLO "MAIL FROM:<a@a.example> SIZE=1000\r\nRSET\r\nMAIL FROM:<a@a.example> size=1001\r\n"
          "MAIL FROM:<a@a.example> SIZE=99999999999999999999\r\nMAIL FROM:<a@a.example> SIZE=\r\n"
          "MAIL FROM:<a@a.example> SIZE\r\nMAIL FROM:<a@a.example> SIZE=-1\r\n",
     0,
     START MAIL_OK "250 2.0.0 Forgotten\r\n552 5.3.4 Message is larger than the limit\r\n"
                   "552 5.3.4 Message is larger than the limit\r\n501 5.5.4 SIZE needs a number of bytes\r\n"
                   "501 5.5.4 SIZE needs a number of bytes\r\n501 5.5.4 SIZE needs a number of bytes\r\n",
     "reset|mail a@a.example size 1000|reset|", FALSE},
};

static void test_conversations(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(conversations); i++) {
        const Conversation *one = &conversations[i];
        gsize length = one->length ? one->length : strlen(one->input);
        g_auto(Outcome) whole = converse(one->input, length, 0, MAX(length, 1), FALSE);
        if (strcmp(whole.output->str, one->output) != 0)
            print_message("conversation: %s\n", one->name);
        assert_string_equal(whole.output->str, one->output);
        /* To the first NUL; the split check compares the rest. */
        assert_string_equal(whole.calls->str, one->calls);
        assert_int_equal(whole.closed, one->closes);
        check_every_split(one->input, length, &whole);
    }
}

/* One command in an open session (or transaction), and its one reply. */
typedef struct {
    const char *command;
    const char *reply;
    const char *call;
} Exchange;

#define LABEL63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static const Exchange mails[] = {
    {"MAIL FROM:<>", "250", "mail  size 0|"},
    {"mail from:<A.b+c@A.example>", "250", "mail A.b+c@A.example size 0|"},
    {"MAIL FROM: <a@a.example>", "250", "mail a@a.example size 0|"},
    {"MAIL FROM:<@r.example,@s.example:a@a.example>", "250", "mail a@a.example size 0|"},
    {"MAIL FROM:<\"a b\\\"@>\"@a.example>", "250", "mail \"a b\\\"@>\"@a.example size 0|"},
    {"MAIL FROM:<\"a\\b.c\"@a.example>", "250", "mail ab.c@a.example size 0|"},
    {"MAIL FROM:<a@[192.0.2.1]>", "250", "mail a@[192.0.2.1] size 0|"},
    {"MAIL FROM:<a@[IPv6:2001:db8::1]>", "250", "mail a@[IPv6:2001:db8::1] size 0|"},
    {"MAIL FROM:<a@my_host.example>", "250", "mail a@my_host.example size 0|"},
    {"MAIL FROM:<a@localhost>", "250", "mail a@localhost size 0|"},
    {"MAIL FROM:<a@" LABEL63 ".example>", "250", "mail a@" LABEL63 ".example size 0|"},
    {"MAIL FROM:<a@" LABEL63 "x.example>", "501 5.1.7", ""},
    {"MAIL FROM:a@a.example", "501 5.1.7", ""},
    {"MAIL FROM:<a@a.example", "501 5.1.7", ""},
    {"MAIL FROM:<a>", "501 5.1.7", ""},
    {"MAIL FROM:<postmaster>", "501 5.1.7", ""},
    {"MAIL FROM:<a@>", "501 5.1.7", ""},
    {"MAIL FROM:<@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<@r.example:>", "501 5.1.7", ""},
    {"MAIL FROM:<a b@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<.a@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<a..b@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<a.@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<a@a..example>", "501 5.1.7", ""},
    {"MAIL FROM:<a@a.example.>", "501 5.1.7", ""},
    {"MAIL FROM:<a@-a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<a@a-.example>", "501 5.1.7", ""},
    {"MAIL FROM:<a@[192.0.2.256]>", "501 5.1.7", ""},
    {"MAIL FROM:<a@[192.0.2.1>", "501 5.1.7", ""},
    {"MAIL FROM:<a@[IPv6:192.0.2.1]>", "501 5.1.7", ""},
    {"MAIL FROM:<a@[IPv6:]>", "501 5.1.7", ""},
    {"MAIL FROM:<\"a@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<\"a\\", "501 5.1.7", ""},
    {"MAIL FROM:<\"a\tb\"@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<a\x7f@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<a@b@a.example>", "501 5.1.7", ""},
    {"MAIL FROM:<<a@a.example>>", "501 5.1.7", ""},
    {"MAIL FROM:<a@a.example>SIZE=1", "501 5.5.4", ""},
    {"MAIL <a@a.example>", "501 5.5.4", ""},
    {"MAIL", "501 5.5.4", ""},
    {"MAIL TO:<a@a.example>", "501 5.5.4", ""},
    {"MAIL FROM:<gr\xc3\xbc\xc3\x9f@a.example>", "553 5.6.7", ""},
    {"MAIL FROM:<gr\xc3\xbc\xc3\x9f@\xc3\xa4.example> SMTPUTF8", "250",
     "mail gr\xc3\xbc\xc3\x9f@\xc3\xa4.example size 0 utf8|"},
    {"MAIL FROM:<gr\xfc\xdf@a.example> SMTPUTF8", "501 5.1.7", ""},
    {"MAIL FROM:<a\xc2\x85@a.example> SMTPUTF8", "501 5.1.7", ""},
    {"MAIL FROM:<a@a.example> SMTPUTF8=1", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> BODY=8bitmime RET=hdrs SIZE=5 ENVID=a+2Bb+3D", "250",
     "mail a@a.example size 5 envid a+b=|"},
    {"MAIL FROM:<a@a.example> BODY=7BIT  RET=FULL ", "250", "mail a@a.example size 0|"},
    {"MAIL FROM:<a@a.example> BODY=BINARYMIME", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> BODY", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> RET=ALL", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> RET=FULL RET=FULL", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> ENVID=", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> ENVID=a+2", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> ENVID=a+2b", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> ENVID=a+0Ab", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> ENVID=a=b", "501 5.5.4", ""},
    {"MAIL FROM:<a@a.example> ENVID=+20", "250", "mail a@a.example size 0 envid  |"},
    {"MAIL FROM:<a@a.example> NOTIFY=NEVER", "555 5.5.4", ""},
    {"MAIL FROM:<a@a.example> AUTH=<>", "555 5.5.4", ""},
    {"MAIL FROM:<a@a.example> =", "555 5.5.4", ""},
};

static const Exchange recipients[] = {
    {"RCPT TO:<b@b.example>", "250", "rcpt b@b.example|"},
    {"RCPT TO:<PostMaster>", "250", "rcpt PostMaster|"},
    {"RCPT TO:<\"postmaster\">", "250", "rcpt postmaster|"},
    {"RCPT TO:<postmaster@b.example>", "250", "rcpt postmaster@b.example|"},
    {"RCPT TO:<@r.example:b@b.example>", "250", "rcpt b@b.example|"},
    {"RCPT TO:<>", "501 5.1.3", ""},
    {"RCPT TO:<b>", "501 5.1.3", ""},
    {"RCPT TO:<b@b.example> NOTIFY=never", "250", "rcpt b@b.example|"},
    {"RCPT TO:<b@b.example> NOTIFY=SUCCESS,delay,FAILURE ORCPT=rfc822;b+2Bc@x.example", "250",
     "rcpt b@b.example|"},
    {"RCPT TO:<b@b.example> NOTIFY=NEVER,DELAY", "501 5.5.4", ""},
    {"RCPT TO:<b@b.example> NOTIFY=", "501 5.5.4", ""},
    {"RCPT TO:<b@b.example> NOTIFY=DELAY,", "501 5.5.4", ""},
    {"RCPT TO:<b@b.example> ORCPT=b@b.example", "501 5.5.4", ""},
    {"RCPT TO:<b@b.example> ORCPT=rfc822;", "501 5.5.4", ""},
    {"RCPT TO:<b@b.example> ORCPT=rfc 822;b", "501 5.5.4", ""},
    {"RCPT TO:<b@b.example> ORCPT=rfc822;b+g1", "501 5.5.4", ""},
    {"RCPT TO:<b@b.example> ORCPT=utf-8;gr\xc3\xbc\xc3\x9f@b.example", "250", "rcpt b@b.example|"},
    {"RCPT TO:<b@b.example> SIZE=1", "555 5.5.4", ""},
    {"RCPT TO:<b\xc3\xa9@b.example>", "553 5.6.7", ""},
    {"RCPT TO:<b\xc3@b.example>", "501 5.1.3", ""},
    {"RCPT <b@b.example>", "501 5.5.4", ""},
    {"RCPT TO", "501 5.5.4", ""},
};

static void check_exchange(const char *opening, const char *opening_output, const char *opening_calls,
                           const Exchange *exchange)
{
    g_autofree char *input = g_strconcat(opening, exchange->command, "\r\n", NULL);
    g_autofree char *output = g_strconcat(opening_output, exchange->reply, NULL);
    g_autofree char *calls = g_strconcat(opening_calls, exchange->call, NULL);
    g_auto(Outcome) outcome = converse(input, strlen(input), 0, strlen(input), FALSE);
    if (!g_str_has_prefix(outcome.output->str, output) || strcmp(outcome.calls->str, calls) != 0)
        fail_msg("%s: got \"%s\" and calls \"%s\"", exchange->command, outcome.output->str,
                 outcome.calls->str);
    const char *reply = outcome.output->str + strlen(opening_output);
    assert_ptr_equal(strstr(reply, "\r\n"), reply + strlen(reply) - 2);
}

static void test_mail_grammar(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(mails); i++)
        check_exchange(LHLO, START, "reset|", &mails[i]);
}

static void test_rcpt_grammar(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(recipients); i++)
        check_exchange(LHLO MAIL, START MAIL_OK, "reset|" MAIL_CALL, &recipients[i]);
}

static void test_path_length(void **state)
{
    (void)state;
    g_autofree char *local = g_strnfill(512 - strlen("@a.example"), 'x');
    g_autofree char *fits = g_strdup_printf("MAIL FROM:<%s@a.example>", local);
    g_autofree char *call = g_strdup_printf("mail %s@a.example size 0|", local);
    g_autofree char *over = g_strdup_printf("MAIL FROM:<x%s@a.example>", local);
    check_exchange(LHLO, START, "reset|", &(Exchange){fits, "250", call});
    check_exchange(LHLO, START, "reset|", &(Exchange){over, "501 5.1.7 Address is too long", ""});
    /* RFC 5321 4.5.3.1.2: a domain has at most 255 octets. */
    static const char domain[] = LABEL63 "." LABEL63 "." LABEL63 "." LABEL63;
    g_autofree char *longest = g_strdup_printf("MAIL FROM:<a@%s>", domain);
    g_autofree char *longest_call = g_strdup_printf("mail a@%s size 0|", domain);
    g_autofree char *longer = g_strdup_printf("MAIL FROM:<a@%s.x>", domain);
    check_exchange(LHLO, START, "reset|", &(Exchange){longest, "250", longest_call});
    check_exchange(LHLO, START, "reset|", &(Exchange){longer, "501 5.1.7 Domain", ""});
}

static gboolean holds(const GString *text, const char *part)
{
    return memmem(text->str, text->len, part, strlen(part)) != NULL;
}

/* What other software may take for the end of the data. The mail that follows inside must
 * stay text: it is the one thing that an attacker wants to be a command. */
static void test_smuggling(void **state)
{
    static const char *const breaks[] = {"\n",     "\r",     "\r\n",     "\r\r",   "\n\r", "\n\n",
                                         "\r\r\n", "\n\r\n", "\r\n\r",   "\r\n\n", "\0",   "\r\0\n",
                                         "\x0b",   "\x0c",   "\xc2\x85", ""};
    static const gsize lengths[] = {1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 1, 3, 1, 1, 2, 0};
    guint ends = 0;
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(breaks); i++) {
        for (guint j = 0; j < G_N_ELEMENTS(breaks); j++) {
            g_autoptr(GString) body = g_string_new("a");
            g_string_append_len(body, breaks[i], (gssize)lengths[i]);
            g_string_append_c(body, '.');
            g_string_append_len(body, breaks[j], (gssize)lengths[j]);
            /* The one thing that ends: the last two bytes before the dot and the first two behind it. */
            gboolean is_end = lengths[i] >= 2 && memcmp(breaks[i] + lengths[i] - 2, "\r\n", 2) == 0 &&
                              lengths[j] >= 2 && memcmp(breaks[j], "\r\n", 2) == 0;
            ends += is_end;
            g_autoptr(GString) input = g_string_new(OPEN);
            g_string_append_len(input, body->str, (gssize)body->len);
            g_string_append(input, "MAIL FROM:<evil@a.example>\r\n.\r\n");
            g_auto(Outcome) whole = converse(input->str, input->len, 0, input->len, FALSE);
            gboolean smuggled = holds(whole.calls, "mail evil");
            gboolean kept_inside = holds(whole.calls, "MAIL FROM:<evil@a.example>\r\n]|");
            /* A line that begins with LF or CR after an end is no MAIL command either. */
            assert_int_equal(is_end, !kept_inside);
            assert_true(!smuggled || is_end);
            if (!is_end)
                assert_string_equal(whole.output->str, OPEN_OK KEPT);
            check_every_split(input->str, input->len, &whole);
        }
    }
    /* Three breaks end with CR LF; three begin with it. */
    assert_int_equal(ends, 9);
}

/* All texts of CR, LF, dot and a letter up to seven bytes against the definition: the data end at the
 * first CR LF . CR LF (the CR LF behind DATA counts), and a dot behind CR LF is dropped. */
static char *unstuff_by_definition(const char *text, gsize length, gsize *out_length)
{
    g_autofree char *lines = g_strdup_printf("\r\n%.*s", (int)length, text);
    const char *end = strstr(lines, "\r\n.\r\n");
    if (!end)
        return NULL;
    GString *out = g_string_new(NULL);
    for (const char *at = lines + 2; at < end + 2; at++)
        if (!(at[0] == '.' && at[-1] == '\n' && at[-2] == '\r'))
            g_string_append_c(out, *at);
    *out_length = out->len;
    return g_string_free(out, FALSE);
}

static void test_data_by_definition(void **state)
{
    static const char letters[] = "\r\n.x";
    (void)state;
    for (guint length = 1; length <= 7; length++) {
        for (guint word = 0; word < 1u << (2 * length); word++) {
            char input[sizeof(OPEN) + 16] = OPEN;
            char *text = input + strlen(OPEN);
            for (guint i = 0; i < length; i++)
                text[i] = letters[word >> (2 * i) & 3];
            gsize kept_length = 0;
            g_autofree char *kept = unstuff_by_definition(text, length, &kept_length);
            g_autofree char *expected = g_strdup_printf(OPEN_CALLS "end [%s]|", kept ? kept : "");
            g_auto(Outcome) outcome =
                converse(input, strlen(OPEN) + length, strlen(OPEN) + word % length, 1 + word % 3, FALSE);
            if (kept)
                assert_true(g_str_has_prefix(outcome.calls->str, expected));
            else
                assert_string_equal(outcome.calls->str, OPEN_CALLS);
        }
    }
}

static void test_every_byte_is_kept(void **state)
{
    (void)state;
    g_autoptr(GString) body = g_string_new(NULL);
    for (guint byte = 0; byte < 256; byte++)
        g_string_append_c(body, (char)byte);
    g_string_append(body, "\r\n");
    g_autoptr(GString) input = g_string_new(OPEN);
    g_autoptr(GString) calls = g_string_new(OPEN_CALLS "end [");
    g_string_append_len(input, body->str, (gssize)body->len);
    g_string_append(input, ".\r\n");
    g_string_append_len(calls, body->str, (gssize)body->len);
    g_string_append(calls, "]|");
    g_auto(Outcome) whole = converse(input->str, input->len, 0, input->len, FALSE);
    assert_true(g_string_equal(whole.calls, calls));
    check_every_split(input->str, input->len, &whole);
}

static void test_too_large(void **state)
{
    (void)state;
    g_autoptr(GString) input = g_string_new(LHLO MAIL RCPT RCPT "DATA\r\n");
    for (guint i = 0; i < 100; i++)
        g_string_append(input, "..345678\r\n");
    /* 900 bytes so far: stuffed dots do not count. */
    g_autoptr(GString) fits = g_string_new(input->str);
    g_autofree char *fill = g_strnfill(98, 'x');
    g_string_append_printf(fits, "%s\r\n.\r\nNOOP\r\n", fill);
    g_string_append_printf(input, "%sx\r\n.\r\nNOOP\r\n", fill);
    g_auto(Outcome) good = converse(fits->str, fits->len, 0, fits->len, FALSE);
    assert_string_equal(good.output->str, START MAIL_OK RCPT_OK RCPT_OK DATA_OK KEPT KEPT "250 2.0.0 OK\r\n");
    g_auto(Outcome) bad = converse(input->str, input->len, 0, input->len, FALSE);
    assert_string_equal(bad.output->str, START MAIL_OK RCPT_OK RCPT_OK DATA_OK
                        "552 5.3.4 Message is larger than the limit\r\n"
                        "552 5.3.4 Message is larger than the limit\r\n250 2.0.0 OK\r\n");
    assert_string_equal(bad.calls->str, OPEN_CALLS RCPT_CALL "end too large|");
    check_every_split(input->str, input->len, &bad);
}

static guint count_of(const char *text, const char *part)
{
    guint count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

static void test_too_many_recipients(void **state)
{
    (void)state;
    g_autoptr(GString) input = g_string_new(LHLO MAIL);
    for (guint i = 0; i < LIMIT_RECIPIENTS + 2; i++)
        g_string_append(input, RCPT);
    g_string_append(input, "DATA\r\nx\r\n.\r\n");
    g_auto(Outcome) outcome = converse(input->str, input->len, 0, input->len, TRUE);
    assert_int_equal(count_of(outcome.output->str, RCPT_OK), LIMIT_RECIPIENTS);
    assert_int_equal(count_of(outcome.output->str, "\r\n452 4.5.3 "), 2);
    assert_int_equal(count_of(outcome.output->str, KEPT), LIMIT_RECIPIENTS);
}

/* `length` with CR LF. */
static char *line_of(gsize length)
{
    g_autofree char *fill = g_strnfill(length - strlen("NOOP \r\n"), 'x');
    return g_strdup_printf("NOOP %s\r\nNOOP\r\n", fill);
}

static void test_long_lines(void **state)
{
    (void)state;
    g_autofree char *fits = line_of(LIMIT_COMMAND_LINE);
    g_auto(Outcome) good = converse(fits, strlen(fits), 0, strlen(fits), FALSE);
    assert_string_equal(good.output->str, GREETING "250 2.0.0 OK\r\n250 2.0.0 OK\r\n");
    check_every_split(fits, strlen(fits), &good);
    g_autofree char *over = line_of(LIMIT_COMMAND_LINE + 1);
    g_auto(Outcome) bad = converse(over, strlen(over), 0, strlen(over), FALSE);
    assert_string_equal(bad.output->str, GREETING "500 5.5.2 Command line is too long\r\n250 2.0.0 OK\r\n");
    check_every_split(over, strlen(over), &bad);
}

/* A line without an end is answered once; what it costs in memory the sanitizer and the next test would tell.
 */
static void test_endless_line(void **state)
{
    (void)state;
    g_autofree char *megabyte = g_strnfill(1024 * 1024, '\n');
    g_auto(Outcome) outcome = converse(megabyte, 1024 * 1024, 0, 4096, FALSE);
    assert_string_equal(outcome.output->str, GREETING "500 5.5.2 Command line is too long\r\n");
}

static char *repeat(const char *opening, const char *text, guint times)
{
    GString *out = g_string_new(opening);
    for (guint i = 0; i < times; i++)
        g_string_append(out, text);
    return g_string_free(out, FALSE);
}

static void test_protocol_errors(void **state)
{
    (void)state;
    g_autofree char *input = repeat("", "WHAT\r\n", LIMIT_PROTOCOL_ERRORS + 5);
    g_autofree char *replies = repeat(GREETING, "500 5.5.1 Command is not known\r\n", LIMIT_PROTOCOL_ERRORS);
    g_autofree char *output = g_strconcat(replies, "421 4.7.0 Too many errors\r\n", NULL);
    g_auto(Outcome) outcome = converse(input, strlen(input), 0, strlen(input), FALSE);
    assert_string_equal(outcome.output->str, output);
    assert_true(outcome.closed);
    check_every_split(input, strlen(input), &outcome);
}

/* What a client does that only passes on bad addresses, or pipelines, is no protocol error. */
static void test_no_protocol_errors(void **state)
{
    static const char *const harmless[] = {
        "MAIL FROM:<a..b@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n",
        "MAIL FROM:<a@a.example>\r\nRCPT TO:<unknown@b.example>\r\nDATA\r\nRSET\r\n",
        "MAIL FROM:<a@a.example> SIZE=5000\r\nRCPT TO:<b@b.example>\r\nDATA\r\n",
        "WHAT\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nDATA\r\n.\r\n",
    };
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(harmless); i++) {
        g_autofree char *input = repeat(LHLO, harmless[i], 3 * LIMIT_PROTOCOL_ERRORS);
        g_auto(Outcome) outcome = converse(input, strlen(input), 0, strlen(input), FALSE);
        assert_false(outcome.closed);
    }
}

static LmtpMachine *machine_with(Owner *owner)
{
    static const LmtpSettings settings = {"gate.example", 1000};
    owner->calls = g_string_new(NULL);
    owner->data = g_string_new(NULL);
    owner->answers_late = TRUE;
    owner->machine = lmtp_machine_new(&settings, &owner_calls, owner);
    return owner->machine;
}

static void owner_clear(Owner *owner)
{
    lmtp_machine_free(owner->machine);
    g_string_free(owner->calls, TRUE);
    g_string_free(owner->data, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Owner, owner_clear)

static gsize feed(LmtpMachine *machine, const char *text)
{
    return lmtp_feed(machine, text, strlen(text));
}

/* A peer that sends and never reads stops the machine, not the memory. */
static void test_output_pauses(void **state)
{
    g_auto(Owner) owner = {0};
    LmtpMachine *machine = machine_with(&owner);
    (void)state;
    g_autofree char *input = repeat("", LHLO, 4000);
    gsize length = strlen(input);
    gsize used = lmtp_feed(machine, input, length);
    assert_true(used < length);
    assert_in_range(lmtp_output(machine)->len, 32 * 1024, 33 * 1024);
    assert_int_equal(lmtp_feed(machine, input + used, length - used), 0);
    g_string_truncate(lmtp_output(machine), 0);
    assert_true(lmtp_feed(machine, input + used, length - used) > 0);
}

static void test_states(void **state)
{
    g_auto(Owner) owner = {0};
    LmtpMachine *machine = machine_with(&owner);
    const LmtpAnswer kept = {250, "2.0.0", "Kept"};
    (void)state;
    assert_string_equal(lmtp_state_name(machine), "new");
    assert_true(lmtp_is_idle(machine));
    feed(machine, LHLO);
    assert_string_equal(lmtp_state_name(machine), "ready");
    assert_true(lmtp_is_idle(machine));
    feed(machine, MAIL RCPT);
    assert_string_equal(lmtp_state_name(machine), "transaction");
    assert_false(lmtp_is_idle(machine));
    feed(machine, "DATA\r\n");
    assert_string_equal(lmtp_state_name(machine), "data");
    assert_int_equal(feed(machine, "x\r\n.\r\nNOOP\r\n"), strlen("x\r\n.\r\n"));
    assert_string_equal(lmtp_state_name(machine), "waiting");
    assert_int_equal(feed(machine, "NOOP\r\n"), 0);
    lmtp_answer_data(machine, &kept);
    assert_string_equal(lmtp_state_name(machine), "ready");
    /* One answer too many is nobody's. */
    gsize output = lmtp_output(machine)->len;
    lmtp_answer_data(machine, &kept);
    assert_int_equal(lmtp_output(machine)->len, output);
    lmtp_shut(machine, "4.3.2", "Going");
    lmtp_shut(machine, "4.3.2", "Going");
    assert_string_equal(lmtp_state_name(machine), "closing");
    assert_true(g_str_has_suffix(lmtp_output(machine)->str, KEPT "421 4.3.2 Going\r\n"));
    assert_int_equal(feed(machine, MAIL), strlen(MAIL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations),
        cmocka_unit_test(test_mail_grammar),
        cmocka_unit_test(test_rcpt_grammar),
        cmocka_unit_test(test_path_length),
        cmocka_unit_test(test_smuggling),
        cmocka_unit_test(test_data_by_definition),
        cmocka_unit_test(test_every_byte_is_kept),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_too_many_recipients),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_endless_line),
        cmocka_unit_test(test_protocol_errors),
        cmocka_unit_test(test_no_protocol_errors),
        cmocka_unit_test(test_output_pauses),
        cmocka_unit_test(test_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
