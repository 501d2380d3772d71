/* The SMTP conversation without a socket: what is sent when, and exactly which rows count as sent, refused,
 * later, unknown, or untouched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gateway/deliver/smtp_dialog.h>
#include <gateway/deliver/smtp_reply.h>
#include <gateway/deliver/transcript.h>
#include <gateway/wire/smtp_greeting.h>

#include <string.h>

#define ROWS_MOST 4

/* A conversation, one line an entry: "C: " what must wait to be sent (CR LF added; several in a row are one
 * block), "S: " a reply, "sent N" only N bytes of what waits go out, "lost", "stop". */
typedef struct {
    const char *name;
    SmtpOffers offers;
    guint rows;
    const char *lines[40];
    const char *outcomes; /* a letter a row: S R L U, or - for none */
    gboolean broken;
} Case;

#define PIPE                                                                                                 \
    {                                                                                                        \
        .pipelining = TRUE                                                                                   \
    }
#define PLAIN                                                                                                \
    {                                                                                                        \
        0                                                                                                    \
    }
#define ASK(n) "C: MAIL FROM:<s@example.com>", "C: RCPT TO:<r" #n "@example.org>", "C: DATA"
#define YES "S: 250 ok", "S: 250 ok", "S: 354 go"
#define BODY(n) "C: Subject: " #n, "C: ", "C: text", "C: ."

static const Case cases[] = {
    {"one by one",
     PLAIN,
     1,
     {"C: MAIL FROM:<s@example.com>", "S: 250 ok", "C: RCPT TO:<r0@example.org>", "S: 250 ok", "C: DATA",
      "S: 354 go", BODY(0), "S: 250 queued"},
     "S",
     FALSE},
    {"the next envelope follows the dot",
     PIPE,
     2,
     {ASK(0), YES, BODY(0), ASK(1), "S: 250 queued", YES, BODY(1), "S: 250 queued"},
     "SS",
     FALSE},
    {"recipient refused, pipelined",
     PIPE,
     2,
     {ASK(0), "S: 250 ok", "S: 550 no such user", "S: 554 no valid recipients", "C: RSET", ASK(1),
      "S: 250 ok", YES, BODY(1), "S: 250 queued"},
     "RS",
     FALSE},
    {"recipient refused, DATA taken: an empty dot and nothing more",
     PIPE,
     1,
     {ASK(0), "S: 250 ok", "S: 450 later", "S: 354 go", "C: .", "S: 554 no valid recipients", "C: RSET",
      "S: 250 ok"},
     "L",
     FALSE},
    {"sender refused, recipient and DATA taken: a dot would send an empty mail",
     PIPE,
     2,
     {ASK(0), "S: 550 no", "S: 250 ok", "S: 354 go"},
     "R-",
     TRUE},
    {"recipient refused, one by one",
     PLAIN,
     2,
     {"C: MAIL FROM:<s@example.com>", "S: 250 ok", "C: RCPT TO:<r0@example.org>", "S: 550 no", "C: RSET",
      "S: 250 ok", "C: MAIL FROM:<s@example.com>", "S: 451 busy", "C: RSET", "S: 250 ok"},
     "RL",
     FALSE},
    {"sender refused",
     PIPE,
     1,
     {ASK(0), "S: 553 no", "S: 503 no", "S: 503 no", "C: RSET", "S: 250 ok"},
     "R",
     FALSE},
    {"sender later",
     PIPE,
     1,
     {ASK(0), "S: 450 no", "S: 503 no", "S: 503 no", "C: RSET", "S: 250 ok"},
     "L",
     FALSE},
    {"DATA refused",
     PIPE,
     1,
     {ASK(0), "S: 250 ok", "S: 250 ok", "S: 554 no", "C: RSET", "S: 250 ok"},
     "R",
     FALSE},
    {"DATA later",
     PLAIN,
     1,
     {"C: MAIL FROM:<s@example.com>", "S: 250 ok", "C: RCPT TO:<r0@example.org>", "S: 251 forwarded",
      "C: DATA", "S: 451 no", "C: RSET", "S: 250 ok"},
     "L",
     FALSE},
    {"mail refused",
     PIPE,
     2,
     {ASK(0), YES, BODY(0), ASK(1), "S: 554 spam", YES, BODY(1), "S: 250 ok"},
     "RS",
     FALSE},
    {"mail later", PIPE, 1, {ASK(0), YES, BODY(0), "S: 452 full"}, "L", FALSE},
    {"wants a login: not the mail's fault",
     PIPE,
     1,
     {ASK(0), "S: 530 5.7.0 authentication required", "S: 503 no", "S: 503 no", "C: RSET", "S: 250 ok"},
     "L",
     FALSE},
    {"lost at the first command: nobody to blame", PIPE, 2, {ASK(0), "lost"}, "--", TRUE},
    {"lost after the envelope: that row is charged", PIPE, 2, {ASK(0), "S: 250 ok", "lost"}, "L-", TRUE},
    {"lost inside the mail", PIPE, 2, {ASK(0), YES, "sent 10", "lost"}, "L-", TRUE},
    {"lost one byte before the end of the dot",
     PLAIN,
     1,
     {"C: MAIL FROM:<s@example.com>", "S: 250 ok", "C: RCPT TO:<r0@example.org>", "S: 250 ok", "C: DATA",
      "S: 354 go", "sent 22", "lost"},
     "L",
     TRUE},
    {"lost after the dot, whole",
     PLAIN,
     1,
     {"C: MAIL FROM:<s@example.com>", "S: 250 ok", "C: RCPT TO:<r0@example.org>", "S: 250 ok", "C: DATA",
      "S: 354 go", "sent 23", "lost"},
     "U",
     TRUE},
    {"lost after the dot: the next envelope was on its way, but no mail",
     PIPE,
     2,
     {ASK(0), YES, BODY(0), ASK(1), "lost"},
     "U-",
     TRUE},
    {"lost after the answer: the next is charged only once it was spoken of",
     PIPE,
     2,
     {ASK(0), YES, BODY(0), ASK(1), "S: 250 queued", "lost"},
     "S-",
     TRUE},
    {"421 to the sender: another connection may take it", PIPE, 2, {ASK(0), "S: 421 enough"}, "--", TRUE},
    {"421 to the recipient", PIPE, 2, {ASK(0), "S: 250 ok", "S: 421 bye"}, "L-", TRUE},
    {"421 to the mail: not taken", PIPE, 2, {ASK(0), YES, BODY(0), ASK(1), "S: 421 bye"}, "L-", TRUE},
    {"refused before the mail was whole: its rest would be commands",
     PIPE,
     2,
     {ASK(0), YES, "sent 5", "S: 552 too big"},
     "R-",
     TRUE},
    {"accepted before the mail was whole", PIPE, 2, {ASK(0), YES, "sent 5", "S: 250 ok"}, "L-", TRUE},
    {"354 to the dot means nothing", PIPE, 1, {ASK(0), YES, BODY(0), "S: 354 go"}, "U", TRUE},
    {"250 to DATA means nothing", PIPE, 1, {ASK(0), "S: 250 ok", "S: 250 ok", "S: 250 ok"}, "L", TRUE},
    {"354 to the recipient means nothing", PIPE, 1, {ASK(0), "S: 250 ok", "S: 354 go"}, "L", TRUE},
    {"RSET fails",
     PIPE,
     2,
     {ASK(0), "S: 550 no", "S: 503 no", "S: 503 no", "C: RSET", ASK(1), "S: 500 what"},
     "R-",
     TRUE},
    {"DSN offered and not understood: asked again without",
     {.pipelining = TRUE, .dsn = TRUE, .size = TRUE},
     2,
     {"C: MAIL FROM:<s@example.com> SIZE=20 RET=HDRS",
      "C: RCPT TO:<r0@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;r0@example.org", "C: DATA", "S: 250 ok",
      "S: 555 5.5.4 what is NOTIFY", "S: 503 no", "C: RSET", ASK(0), "S: 250 ok", YES, BODY(0), ASK(1),
      "S: 250 queued", YES, BODY(1), "S: 250 queued"},
     "SS",
     FALSE},
    {"SIZE offered and not understood, one by one",
     {.size = TRUE},
     1,
     {"C: MAIL FROM:<s@example.com> SIZE=20", "S: 501 syntax", "C: RSET", "S: 250 ok",
      "C: MAIL FROM:<s@example.com>", "S: 250 ok", "C: RCPT TO:<r0@example.org>", "S: 250 ok", "C: DATA",
      "S: 354 go", BODY(0), "S: 250 queued"},
     "S",
     FALSE},
    {"not understood without parameters either: refused",
     {.size = TRUE},
     1,
     {"C: MAIL FROM:<s@example.com> SIZE=20", "S: 501 syntax", "C: RSET", "S: 250 ok",
      "C: MAIL FROM:<s@example.com>", "S: 501 syntax", "C: RSET", "S: 250 ok"},
     "R",
     FALSE},
    {"stop: what was begun is finished",
     PIPE,
     3,
     {ASK(0), YES, BODY(0), ASK(1), "stop", "S: 250 queued", YES, BODY(1), "S: 250 queued"},
     "SS-",
     FALSE},
};

static OutboxRow *row_new(guint number)
{
    OutboxRow *row = g_new0(OutboxRow, 1);
    g_autofree char *text = g_strdup_printf("Subject: %u\r\n\r\ntext\r\n", number);
    row->to = g_strdup_printf("r%u@example.org", number);
    row->envelope_from = g_strdup("s@example.com");
    row->bytes = g_bytes_new(text, strlen(text));
    return row;
}

static SmtpMail *mail_new(guint number)
{
    OutboxRow *row = row_new(number);
    g_autofree char *words = NULL;
    SmtpMail *mail = smtp_mail_new(row, &words);
    assert_non_null(mail);
    g_free(row->to);
    g_free(row->envelope_from);
    g_bytes_unref(row->bytes);
    g_free(row);
    return mail;
}

static void take_output(SmtpDialog *dialog, const char *name, GString *expected)
{
    gsize length;
    const char *bytes = smtp_dialog_output(dialog, &length);
    g_autofree char *got = g_strndup(bytes, length);
    if (strcmp(got, expected->str) != 0)
        fail_msg("%s: sends\n%s\ninstead of\n%s", name, got, expected->str);
    smtp_dialog_sent(dialog, length);
    g_string_truncate(expected, 0);
}

static void play(SmtpDialog *dialog, const Case *c)
{
    g_autoptr(GString) expected = g_string_new(NULL);
    gboolean is_partial = FALSE;
    for (guint i = 0; c->lines[i]; i++) {
        const char *line = c->lines[i];
        if (g_str_has_prefix(line, "C: ")) {
            g_string_append_printf(expected, "%s\r\n", line + 3);
            continue;
        }
        if (g_str_has_prefix(line, "sent ")) {
            smtp_dialog_sent(dialog, (gsize)g_ascii_strtoull(line + 5, NULL, 10));
            is_partial = TRUE;
            continue;
        }
        if (!is_partial)
            take_output(dialog, c->name, expected);
        if (g_str_has_prefix(line, "S: "))
            smtp_dialog_reply(dialog, (int)g_ascii_strtoull(line + 3, NULL, 10), line + 3);
        else if (strcmp(line, "lost") == 0)
            smtp_dialog_lost(dialog, "the line broke");
        else
            smtp_dialog_stop(dialog);
    }
}

static void check_outcomes(const Case *c, const DeliveryResult *results)
{
    for (guint row = 0; row < c->rows; row++) {
        char got = results[row].answer ? "SRLU"[results[row].outcome] : '-';
        if (got != c->outcomes[row])
            fail_msg("%s: row %u is %c instead of %c", c->name, row, got, c->outcomes[row]);
    }
}

static void conversations(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        DeliveryResult results[ROWS_MOST] = {{0}};
        g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)smtp_mail_free);
        for (guint row = 0; row < c->rows; row++)
            g_ptr_array_add(mails, mail_new(row));
        g_autoptr(SmtpDialog) dialog = smtp_dialog_new(&c->offers, mails, results);
        play(dialog, c);
        check_outcomes(c, results);
        if (!smtp_dialog_is_done(dialog))
            fail_msg("%s: waits for more", c->name);
        if (smtp_dialog_is_broken(dialog) != c->broken)
            fail_msg("%s: broken is %d", c->name, !c->broken);
        for (guint row = 0; row < c->rows; row++)
            delivery_result_clear(&results[row]);
    }
}

/* What people read afterwards: both sides, in the order of the wire, and nothing of the mail itself. */
static void dialogues(void **state)
{
    (void)state;
    static const Case c = {"dialogue",
                           PIPE,
                           3,
                           {ASK(0), "S: 250 2.1.0 ok", "S: 550 5.1.1 no such user", "S: 554 none", "C: RSET",
                            ASK(1), "S: 250 ok", YES, BODY(1), ASK(2), "S: 250 2.0.0 queued", "S: 250 ok",
                            "lost"},
                           "RSL",
                           TRUE};
    static const char *const expected[] = {
        "C: MAIL FROM:<s@example.com>\nC: RCPT TO:<r0@example.org>\nC: DATA\nS: 250 2.1.0 ok\nS: 550 5.1.1 "
        "no such user\n"
        "S: 554 none\n",
        "C: MAIL FROM:<s@example.com>\nC: RCPT TO:<r1@example.org>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 "
        "go\n"
        "C: (20 bytes of mail)\nS: 250 2.0.0 queued\n",
        "C: MAIL FROM:<s@example.com>\nC: RCPT TO:<r2@example.org>\nC: DATA\nS: 250 ok\nthe line broke\n"};
    DeliveryResult results[ROWS_MOST] = {{0}};
    g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)smtp_mail_free);
    for (guint row = 0; row < c.rows; row++)
        g_ptr_array_add(mails, mail_new(row));
    g_autoptr(SmtpDialog) dialog = smtp_dialog_new(&c.offers, mails, results);
    play(dialog, &c);
    check_outcomes(&c, results);
    for (guint row = 0; row < c.rows; row++)
        assert_string_equal(results[row].dialogue, expected[row]);
    assert_string_equal(results[0].status, "5.1.1");
    assert_true(results[0].is_bad_address);
    assert_string_equal(results[1].status, "2.0.0");
    assert_null(results[2].status);
    for (guint row = 0; row < c.rows; row++)
        delivery_result_clear(&results[row]);
}

static void a_dialogue_ends(void **state)
{
    (void)state;
    g_autofree char *text = NULL;
    for (guint i = 0; i < 1000; i++)
        transcript_add(&text, "S", "250 and so on\r\n");
    assert_true(strlen(text) <= TRANSCRIPT_BYTES && strlen(text) > TRANSCRIPT_BYTES - 50);
    assert_true(g_str_has_suffix(text, "S: 250 and so on\n(and more)\n"));
}

static void statuses(void **state)
{
    (void)state;
    static const struct {
        const char *answer, *status;
    } table[] = {
        {"550 5.1.1 no such user", "5.1.1"},
        {"250 2.0.0", "2.0.0"},
        {"450 4.2.0 x", "4.2.0"},
        {"550 5.1.10 x", "5.1.10"},
        {"550 no", NULL},
        {"550", NULL},
        {"550 5.1", NULL},
        {"550 5.1.", NULL},
        {"550 3.1.1 x", NULL},
        {"550 5.1.1x no", NULL},
        {"550 5.1234.1 x", NULL},
        {"550 10.0.0.1 is blocked", NULL},
        {"550 5..1 x yyyy", NULL},
        {NULL, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autofree char *status = smtp_answer_status(table[i].answer);
        if (g_strcmp0(status, table[i].status) != 0)
            fail_msg("\"%s\": %s", table[i].answer, status);
    }
}

/* As real servers word it. */
static void answer_classes(void **state)
{
    (void)state;
    static const struct {
        int code;
        const char *status, *answer;
        AnswerClass kind;
    } table[] = {
        {450, "4.7.1", "450 4.7.1 <r@example.org>: Recipient address rejected: try later", ANSWER_GREYLISTED},
        {451, "4.7.1", "451 4.7.1 Please try again later", ANSWER_GREYLISTED},
        {450, "4.2.0", "450 4.2.0 <r@example.org>: Recipient address rejected: Greylisted, see http://x",
         ANSWER_GREYLISTED},
        {451, NULL, "451 You are GreyListed, come again in 300 s", ANSWER_GREYLISTED},
        {421, "4.7.1", "421 4.7.1 too many connections", ANSWER_OTHER},
        {450, "4.1.2", "450 4.1.2 <r@example.org>: Domain not found", ANSWER_OTHER},
        {452, "4.2.2", "452 4.2.2 The email account that you tried to reach is over quota", ANSWER_FULL},
        {450, "4.2.2", "450 4.2.2 x", ANSWER_FULL},
        {452, NULL, "452 Mailbox full", ANSWER_FULL},
        {450, NULL, "450 User over quota", ANSWER_FULL},
        {452, "4.3.1", "452 4.3.1 Insufficient system storage, mailbox full of it", ANSWER_OTHER},
        {452, "4.5.3", "452 4.5.3 too many recipients", ANSWER_OTHER},
        {451, "4.3.0", "451 4.3.0 local error", ANSWER_OTHER},
        {552, "5.2.2", "552 5.2.2 mailbox full", ANSWER_OTHER},
        {250, NULL, "250 greylisted no more", ANSWER_OTHER},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        if (smtp_answer_class(table[i].code, table[i].status, table[i].answer) != table[i].kind)
            fail_msg("%s", table[i].answer);
    assert_int_equal(smtp_answer_outcome(552), DELIVERY_REFUSED);
}

static void whom_an_answer_blames(void **state)
{
    (void)state;
    static const struct {
        SmtpStage stage;
        int code;
        const char *status;
        gboolean address;
    } table[] = {
        {SMTP_STAGE_RECIPIENT, 550, "5.1.1", TRUE},  {SMTP_STAGE_RECIPIENT, 550, NULL, TRUE},
        {SMTP_STAGE_RECIPIENT, 550, "5.4.1", TRUE},  {SMTP_STAGE_RECIPIENT, 550, "5.0.0", TRUE},
        {SMTP_STAGE_RECIPIENT, 556, "5.1.10", TRUE}, {SMTP_STAGE_RECIPIENT, 552, "5.2.2", TRUE},
        {SMTP_STAGE_DOT, 550, "5.1.1", TRUE},        {SMTP_STAGE_DOT, 552, "5.2.2", TRUE},
        {SMTP_STAGE_DATA, 550, "5.2.1", TRUE},       {SMTP_STAGE_RECIPIENT, 554, NULL, FALSE},
        {SMTP_STAGE_RECIPIENT, 554, "5.7.1", FALSE}, {SMTP_STAGE_RECIPIENT, 550, "5.7.1", FALSE},
        {SMTP_STAGE_RECIPIENT, 501, "5.5.4", FALSE}, {SMTP_STAGE_RECIPIENT, 550, "5.1.8", FALSE},
        {SMTP_STAGE_RECIPIENT, 450, "4.1.1", FALSE}, {SMTP_STAGE_RECIPIENT, 535, "5.1.1", FALSE},
        {SMTP_STAGE_MAIL, 550, "5.1.1", FALSE},      {SMTP_STAGE_MAIL, 553, NULL, FALSE},
        {SMTP_STAGE_DOT, 554, "5.7.1", FALSE},       {SMTP_STAGE_DOT, 550, NULL, FALSE},
        {SMTP_STAGE_DOT, 552, "5.2.3", FALSE},       {SMTP_STAGE_DOT, 554, "5.6.0", FALSE},
        {SMTP_STAGE_RECIPIENT, 250, "2.1.5", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        if (smtp_answer_blames_address(table[i].stage, table[i].code, table[i].status) != table[i].address)
            fail_msg("row %zu: %d %s", i, table[i].code, table[i].status);
}

/* What a server must never be told. */
static void misfits(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *bytes, *words;
    } table[] = {
        {"a@example.com", "b@example.org", "x\r\n", NULL},
        {"", "b@example.org", "x\r\n", NULL},
        {"a@example.com", "b@example.org\r\nRCPT TO:<victim@example.net>", "x\r\n", "recipient"},
        {"a@example.com> SIZE=1 <", "b@example.org", "x\r\n", "sender"},
        {"a@example.com\r\nDATA", "b@example.org", "x\r\n", "sender"},
        {"a@example.com", "", "x\r\n", "recipient"},
        {"a@example.com", "nobody", "x\r\n", "recipient"},
        {"a@example.com", "b@example.org", "", "empty"},
        {"a@example.com", "b@example.org", "x", "last line has no end"},
        {"a@example.com", "b@example.org", "x\ny\r\n", "LF without CR"},
        {"a@example.com", "b@example.org", "x\ry\r\n", "CR without LF"},
        {"a@example.com", "b@example.org", "x\r\r\n", "CR without LF"},
        {"a@example.com", "b@example.org", "\n", "LF without CR"},
        {"a@example.com", "b@example.org", "x\r\n.\ny\r\n", "LF without CR"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new(table[i].bytes, strlen(table[i].bytes));
        g_autofree char *from = g_strdup(table[i].from), *to = g_strdup(table[i].to);
        OutboxRow row = {.envelope_from = from, .to = to, .bytes = bytes};
        g_autofree char *words = NULL;
        SmtpMail *mail = smtp_mail_new(&row, &words);
        if (!mail != (table[i].words != NULL) || (words && !strstr(words, table[i].words)))
            fail_msg("row %zu: %s", i, words ? words : "taken");
        smtp_mail_free(mail);
    }
}

static void sender_line(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *bytes;
        SmtpOffers offers;
        const char *line, *misfit;
    } table[] = {
        {"a@example.com", "b@example.org", "x\r\n", {0}, "MAIL FROM:<a@example.com>\r\n", NULL},
        {"", "b@example.org", "x\r\n", {.dsn = TRUE}, "MAIL FROM:<>\r\n", NULL},
        {"a@example.com",
         "b@example.org",
         "x\r\n",
         {.dsn = TRUE},
         "MAIL FROM:<a@example.com> RET=HDRS\r\n",
         NULL},
        {"a@example.com",
         "b@example.org",
         "x\r\n",
         {.size = TRUE},
         "MAIL FROM:<a@example.com> SIZE=3\r\n",
         NULL},
        {"a@example.com", "b@example.org", "x\r\n", {.size = TRUE, .size_limit = 2}, NULL, "at most 2"},
        {"a@example.com",
         "b@example.org",
         "S: x\r\n\r\n\xc3\xbc\r\n",
         {.eight_bit = TRUE, .utf8 = TRUE},
         "MAIL FROM:<a@example.com> BODY=8BITMIME\r\n",
         NULL},
        {"a@example.com",
         "b@example.org",
         "S: \xc3\xbc\r\n\r\nx\r\n",
         {.eight_bit = TRUE, .utf8 = TRUE},
         "MAIL FROM:<a@example.com> BODY=8BITMIME SMTPUTF8\r\n",
         NULL},
        {"a@example.com",
         "b@example.org",
         "S: x\r\n\r\n\xc3\xbc\r\n",
         {0},
         "MAIL FROM:<a@example.com>\r\n",
         NULL},
        {"a@b\xc3\xbc"
         "cher.example",
         "b@example.org",
         "x\r\n",
         {.utf8 = TRUE},
         "MAIL FROM:<a@xn--bcher-kva.example>\r\n",
         NULL},
        {"a@example.com",
         "j\xc3\xb6rg@example.org",
         "x\r\n",
         {.utf8 = TRUE},
         "MAIL FROM:<a@example.com> SMTPUTF8\r\n",
         NULL},
        {"a@example.com", "j\xc3\xb6rg@example.org", "x\r\n", {0}, NULL, "SMTPUTF8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new(table[i].bytes, strlen(table[i].bytes));
        g_autofree char *from = g_strdup(table[i].from), *to = g_strdup(table[i].to);
        OutboxRow row = {.envelope_from = from, .to = to, .bytes = bytes};
        g_autofree char *words = NULL;
        SmtpMail *mail = smtp_mail_new(&row, &words);
        assert_non_null(mail);
        g_autofree char *misfit = smtp_mail_misfit(mail, &table[i].offers);
        if (!misfit != !table[i].misfit || (misfit && !strstr(misfit, table[i].misfit)))
            fail_msg("row %zu: misfit %s", i, misfit ? misfit : "none");
        g_autoptr(GString) line = g_string_new(NULL);
        smtp_mail_append_from(mail, &table[i].offers, line);
        if (table[i].line)
            assert_string_equal(line->str, table[i].line);
        smtp_mail_free(mail);
    }
}

/* RFC 3461: what is asked for, in its own alphabet. */
static void delivery_reports(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *id, *lines;
    } table[] = {
        {"s@example.com", "r@example.org", "1.a@example.com",
         "MAIL FROM:<s@example.com> RET=HDRS ENVID=1.a@example.com\r\n"
         "RCPT TO:<r@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;r@example.org\r\n"},
        {"s@example.com", "a+b=c@example.org", "x=1+2@example.com",
         "MAIL FROM:<s@example.com> RET=HDRS ENVID=x+3D1+2B2@example.com\r\n"
         "RCPT TO:<a+b=c@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb+3Dc@example.org\r\n"},
        {"", "r@example.org", "1.a@example.com", "MAIL FROM:<>\r\nRCPT TO:<r@example.org> NOTIFY=NEVER\r\n"},
        {"s@example.com", "j\xc3\xb6rg@example.org", NULL,
         "MAIL FROM:<s@example.com> SMTPUTF8 RET=HDRS\r\nRCPT TO:<j\xc3\xb6rg@example.org> "
         "NOTIFY=FAILURE,DELAY\r\n"},
        {"s@example.com", "r@example.org",
         "an.id.of.more.than.a.hundred.bytes.that.no.server.has.to.take.because.the.standard.says.so."
         "0123456789@example.com",
         "MAIL FROM:<s@example.com> RET=HDRS\r\n"
         "RCPT TO:<r@example.org> NOTIFY=FAILURE,DELAY ORCPT=rfc822;r@example.org\r\n"},
    };
    const SmtpOffers offers = {.dsn = TRUE, .utf8 = TRUE};
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new("x\r\n", 3);
        g_autofree char *from = g_strdup(table[i].from), *to = g_strdup(table[i].to),
                        *id = g_strdup(table[i].id);
        OutboxRow row = {.envelope_from = from, .to = to, .message_id = id, .bytes = bytes};
        g_autofree char *words = NULL;
        SmtpMail *mail = smtp_mail_new(&row, &words);
        assert_non_null(mail);
        g_autoptr(GString) lines = g_string_new(NULL);
        smtp_mail_append_from(mail, &offers, lines);
        smtp_mail_append_to(mail, &offers, lines);
        assert_string_equal(lines->str, table[i].lines);
        smtp_mail_free(mail);
    }
}

static void dots(void **state)
{
    (void)state;
    static const char in[] = ".\r\n..\r\nx.\r\n.a\r\n\r\n.\r\n";
    static const char out[] = "..\r\n...\r\nx.\r\n..a\r\n\r\n..\r\n.\r\n";
    g_autoptr(GBytes) bytes = g_bytes_new(in, strlen(in));
    SmtpMail mail = {.bytes = bytes};
    g_autoptr(GString) got = g_string_new(NULL);
    smtp_mail_append_body(&mail, got);
    assert_string_equal(got->str, out);
}

static void replies(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        SmtpReplyState state;
        int code;
        const char *answer;
    } table[] = {
        {"250 ok\r\n", SMTP_REPLY_DONE, 250, "250 ok"},
        {"250\r\n", SMTP_REPLY_DONE, 250, "250"},
        {"250 ok\n", SMTP_REPLY_DONE, 250, "250 ok"},
        {"550-5.1.1 no such\r\n550 5.1.1 user\r\n", SMTP_REPLY_DONE, 550, "550 5.1.1 no such user"},
        {"550-5.1.1 no\r\n550 5.7.1 yes\r\n", SMTP_REPLY_DONE, 550, "550 5.1.1 no 5.7.1 yes"},
        {"550 a\x1b[31mb\x01\r\n", SMTP_REPLY_DONE, 550, "550 a [31mb"},
        {"250-ok\r\n", SMTP_REPLY_MORE, 250, NULL},
        {"250 ok", SMTP_REPLY_MORE, 0, NULL},
        {"250-a\r\n251 b\r\n", SMTP_REPLY_BAD, 0, NULL},
        {"hello\r\n", SMTP_REPLY_BAD, 0, NULL},
        {"250ok\r\n", SMTP_REPLY_BAD, 0, NULL},
        {"150 ok\r\n", SMTP_REPLY_BAD, 0, NULL},
        {"650 ok\r\n", SMTP_REPLY_BAD, 0, NULL},
        {"\r\n", SMTP_REPLY_BAD, 0, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        for (gsize piece = 1; piece < 40; piece += 19) {
            SmtpReplyReader reader;
            smtp_reply_init(&reader);
            SmtpReplyState got = SMTP_REPLY_MORE;
            gsize length = strlen(table[i].bytes), used = 0;
            for (gsize at = 0; at < length && got == SMTP_REPLY_MORE; at += used)
                got = smtp_reply_feed(&reader, table[i].bytes + at, MIN(piece, length - at), &used);
            if (got != table[i].state || (got == SMTP_REPLY_DONE && reader.code != table[i].code))
                fail_msg("reply %zu: state %d", i, got);
            g_autofree char *answer = smtp_reply_answer(&reader);
            if (table[i].answer)
                assert_string_equal(answer, table[i].answer);
            smtp_reply_clear(&reader);
        }
}

static SmtpReplyState feed_many(const char *piece, guint times)
{
    SmtpReplyReader reader;
    smtp_reply_init(&reader);
    SmtpReplyState got = SMTP_REPLY_MORE;
    gsize used;
    for (guint i = 0; i < times && got == SMTP_REPLY_MORE; i++)
        got = smtp_reply_feed(&reader, piece, strlen(piece), &used);
    smtp_reply_clear(&reader);
    return got;
}

static void endless_replies(void **state)
{
    (void)state;
    assert_int_equal(feed_many("x", SMTP_REPLY_LINE_BYTES), SMTP_REPLY_MORE);
    assert_int_equal(feed_many("x", SMTP_REPLY_LINE_BYTES + 1), SMTP_REPLY_BAD);
    assert_int_equal(feed_many("250-x\r\n", SMTP_REPLY_LINES), SMTP_REPLY_MORE);
    assert_int_equal(feed_many("250-x\r\n", SMTP_REPLY_LINES + 1), SMTP_REPLY_BAD);
}

static void two_replies_in_one_read(void **state)
{
    (void)state;
    static const char bytes[] = "250 one\r\n354 two\r\n";
    SmtpReplyReader reader;
    gsize used, second;
    smtp_reply_init(&reader);
    assert_int_equal(smtp_reply_feed(&reader, bytes, sizeof bytes - 1, &used), SMTP_REPLY_DONE);
    assert_int_equal(used, 9);
    assert_int_equal(smtp_reply_feed(&reader, bytes + used, sizeof bytes - 1 - used, &second),
                     SMTP_REPLY_DONE);
    assert_int_equal(reader.code, 354);
    smtp_reply_clear(&reader);
}

/* Only what the last EHLO offered counts: what came before STARTTLS anybody may have written. */
static void greetings(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "220 hi\r\n",   "250-PIPELINING\r\n", "250-DSN\r\n",      "250 SMTPUTF8\r\n",   "220 go ahead\r\n",
        "250-SIZE\r\n", "250-size 1000\r\n",  "250-8BITMIME\r\n", "250 AUTH PLAIN\r\n", "235 welcome\r\n"};
    SmtpGreeting greeting = {0};
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        assert_true(smtp_greeting_line(&greeting, lines[i], strlen(lines[i])));
    assert_false(greeting.offers.pipelining);
    assert_false(greeting.offers.utf8);
    assert_false(greeting.offers.dsn);
    assert_true(greeting.offers.eight_bit);
    assert_true(greeting.offers.auth);
    assert_int_equal(greeting.offers.size_limit, 1000);
    assert_true(greeting.is_logged_in);
    assert_string_equal(greeting.last, "235 welcome");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations),
        cmocka_unit_test(dialogues),
        cmocka_unit_test(a_dialogue_ends),
        cmocka_unit_test(statuses),
        cmocka_unit_test(answer_classes),
        cmocka_unit_test(whom_an_answer_blames),
        cmocka_unit_test(misfits),
        cmocka_unit_test(sender_line),
        cmocka_unit_test(delivery_reports),
        cmocka_unit_test(dots),
        cmocka_unit_test(replies),
        cmocka_unit_test(endless_replies),
        cmocka_unit_test(two_replies_in_one_read),
        cmocka_unit_test(greetings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
