/* Conversations: which mail joins which ticket, as real mails go through reading, store and desk. Each way
 * into a ticket has the stranger beside it who must not get in by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/store/store_private.h"
#include "scratch.h"
#include "tests/support/small_gate.h"

#include <postern/base/limits.h>
#include <postern/base/mail_id.h>
#include <postern/ticket_change.h>
#include <postern/tickets.h>

#include <stdio.h>

#define NOW_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

static const char config_text[] = "domain: desk.test\n"
                                  "store: store\n"
                                  "trusted_authserv_id: mx.desk.test\n"
                                  "agents:\n"
                                  "  - {name: kim, display: Kim Lee, address: kim@agents.test}\n"
                                  "queues:\n"
                                  "  - name: support\n"
                                  "    display: Acme Support\n"
                                  "    prefix: SUP\n"
                                  "    addresses: [support@desk.test, help@desk.test]\n"
                                  "    agents: [kim]\n"
                                  "  - name: billing\n"
                                  "    display: Acme Billing\n"
                                  "    prefix: BIL\n"
                                  "    addresses: [billing@desk.test]\n"
                                  "    agents: [kim]\n"
                                  "    after_that: refuse\n"
                                  "lmtp:\n"
                                  "  listen: [\"127.0.0.1:2424\"]\n"
                                  "outgoing:\n"
                                  "  folder: outgoing\n";

typedef struct {
    char *folder;
    SmallGate *gate;
    GPtrArray *decisions; /* kept until the end */
    guint mails;
} Talk;

static int open_talk(void **state)
{
    Talk *talk = g_new0(Talk, 1);
    talk->folder = g_dir_make_tmp("postern-threads-XXXXXX", NULL);
    talk->gate = small_gate_open(talk->folder, config_text, NOW_US);
    talk->decisions = g_ptr_array_new_with_free_func((GDestroyNotify)decision_free);
    *state = talk;
    return 0;
}

static int close_talk(void **state)
{
    Talk *talk = *state;
    small_gate_close(talk->gate);
    g_ptr_array_unref(talk->decisions);
    scratch_remove(talk->folder);
    g_free(talk->folder);
    g_free(talk);
    return 0;
}

/* A mail; NULL or 0 is left out. Ids stand without brackets, several with ", " between. */
typedef struct {
    const char *from, *to, *cc, *id, *answers, *references, *subject, *text, *extra;
    const char *rcpt, *source; /* support@desk.test, lmtp */
    gboolean is_proven;
} Letter;

static void add_ids(GString *mail, const char *name, const char *ids)
{
    g_auto(GStrv) parts = g_strsplit(ids ? ids : "", ", ", -1);
    for (guint i = 0; parts[i]; i++)
        g_string_append_printf(mail, "%s <%s>%s", i ? "" : name, parts[i], parts[i + 1] ? "" : "\r\n");
}

static void add_line(GString *mail, const char *name, const char *value)
{
    if (value)
        g_string_append_printf(mail, "%s %s\r\n", name, value);
}

static char *write_letter(const Letter *letter)
{
    GString *mail = g_string_new(NULL);
    if (letter->is_proven)
        g_string_append_printf(mail, "Authentication-Results: mx.desk.test; dmarc=pass header.from=%s\r\n",
                               strchr(letter->from, '@') + 1);
    g_string_append(mail, letter->extra ? letter->extra : "");
    add_line(mail, "From:", letter->from);
    add_line(mail, "To:", letter->to ? letter->to : "support@desk.test");
    add_line(mail, "Cc:", letter->cc);
    add_line(mail, "Subject:", letter->subject ? letter->subject : "The import fails");
    add_ids(mail, "Message-ID:", letter->id);
    add_ids(mail, "In-Reply-To:", letter->answers);
    add_ids(mail, "References:", letter->references);
    g_string_append_printf(mail, "\r\n%s\r\n", letter->text ? letter->text : "It is still so.");
    return g_string_free(mail, FALSE);
}

static const Decision *give(Talk *talk, Letter letter)
{
    g_autofree char *text = write_letter(&letter);
    Decision *decision =
        small_gate_give_bytes(talk->gate, letter.source ? letter.source : "lmtp",
                              letter.rcpt ? letter.rcpt : "support@desk.test", text, strlen(text), NULL);
    g_ptr_array_add(talk->decisions, decision);
    talk->gate->now_us += G_USEC_PER_SEC;
    talk->mails++;
    return decision;
}
#define GIVE(...) give(talk, (Letter){__VA_ARGS__})

static gboolean says(const Decision *decision, const char *text)
{
    for (guint i = 0; i < decision->why->len; i++)
        if (strstr(decision->why->pdata[i], text))
            return TRUE;
    return FALSE;
}

static gboolean is_related(const Decision *decision, const Decision *to, const char *how)
{
    for (guint i = 0; i < decision->related->len; i++) {
        const Related *related = decision->related->pdata[i];
        if (related->ticket_id == to->ticket_id && strcmp(related->how, how) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_one(const Decision *a, const Decision *b)
{
    return a->fate == FATE_TICKETED && b->fate == FATE_TICKETED && a->ticket_id == b->ticket_id;
}

static Ticket *ticket(Talk *talk, const Decision *decision)
{
    g_autoptr(GError) error = NULL;
    Ticket *found = ticket_get_latest(talk->gate->store, decision->ticket_id, 50, 50, &error);
    assert_null(error);
    return found;
}

static gint64 number(Talk *talk, const char *sql)
{
    return db_select_integer(talk->gate->store->db, -1, NULL, sql, "");
}

static const Participant *participant(const Ticket *of, const char *address)
{
    for (guint i = 0; i < of->participants->len; i++)
        if (strcmp(((Participant *)of->participants->pdata[i])->address, address) == 0)
            return of->participants->pdata[i];
    return NULL;
}

static const char *const anna = "anna@customer.test", *const bert = "bert@customer.test",
                         *const mallory = "mallory@evil.test";

/* Anna and Bert wrote to each other; Anna asks us about it and names their talk; Bert answers to that talk.
 */
static void test_heard(void **state)
{
    Talk *talk = *state;
    const Decision *first =
        GIVE(.from = anna, .cc = bert, .id = "a1@c", .references = "talk1@c, talk2@c", .is_proven = TRUE);
    const Decision *second =
        GIVE(.from = bert, .to = anna, .cc = "support@desk.test", .id = "b1@c", .answers = "talk2@c");
    assert_true(is_one(first, second));
    assert_true(says(second, "that an accepted mail named: talk2@c leads to"));
    assert_string_equal(second->sender_role, "participant");
    /* The requester needs no Cc. */
    assert_true(is_one(first, GIVE(.from = anna, .id = "a2@c", .answers = "talk1@c")));
    /* Who was not asked stays out: a stranger, and Bert's colleague. */
    const Decision *stranger = GIVE(.from = mallory, .to = anna, .id = "m1@e", .answers = "talk2@c");
    assert_true(stranger->is_new_ticket);
    assert_true(is_related(stranger, first, "perhaps belongs to"));
}

/* Mallory names an id that she expects in a mail of Bert's, and puts him into Cc. His mail is not hers, as he
 * does not write to her. */
static void test_heard_is_no_trap(void **state)
{
    Talk *talk = *state;
    const Decision *trap =
        GIVE(.from = mallory, .cc = bert, .id = "m1@e", .references = "spam@e, spam2@e, next@c");
    assert_true(trap->is_new_ticket);
    assert_true(GIVE(.from = bert, .id = "b1@c", .answers = "spam@e")->is_new_ticket);
    assert_true(GIVE(.from = bert, .id = "next@c")->is_new_ticket);
    /* To her as well: then she has it anyway. */
    assert_true(is_one(trap, GIVE(.from = bert, .cc = mallory, .id = "b2@c", .answers = "spam2@e")));
}

/* What guests name leads nowhere, and neither do our own ids and those that are known. */
static void test_what_is_heard(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    const char *out = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    g_autofree char *ids = g_strdup_printf("other@c, a1@c, %s, root.ticket@desk.test", out);
    GIVE(.from = mallory, .id = "m1@e", .references = ids);
    assert_int_equal(number(talk, "SELECT count(*) FROM heard_ids"), 0);
    GIVE(.from = anna, .id = "a2@c", .references = ids);
    assert_int_equal(number(talk, "SELECT count(*) FROM heard_ids WHERE heard_id = 'other@c'"), 1);
    assert_int_equal(number(talk, "SELECT count(*) FROM heard_ids"), 1);
    GString *many = g_string_new("x0@c");
    for (guint i = 1; i < 60; i++)
        g_string_append_printf(many, ", x%u@c", i);
    GIVE(.from = anna, .id = "a3@c", .references = many->str);
    g_string_free(many, TRUE);
    /* The nearest ones. */
    assert_int_equal(number(talk, "SELECT count(*) FROM heard_ids WHERE heard_id LIKE 'x%'"),
                     LIMIT_HEARD_IDS);
    assert_int_equal(number(talk, "SELECT count(*) FROM heard_ids WHERE heard_id = 'x59@c'"), 1);
}

/* An answer that was quicker than what it answers, and a whole mailbox read from its end. No Date is looked
 * at: they are all wrong. */
static void test_newest_first(void **state)
{
    Talk *talk = *state;
    const char *wrong = "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n",
               *late = "Date: Fri, 1 Jan 2055 00:00:00 +0000\r\n";
    const Decision *third =
        GIVE(.from = anna, .id = "a3@c", .references = "a1@c, b2@c", .answers = "b2@c", .extra = wrong);
    const Decision *second =
        GIVE(.from = bert, .to = anna, .cc = "support@desk.test", .id = "b2@c", .answers = "a1@c");
    const Decision *first = GIVE(.from = anna, .cc = bert, .id = "a1@c", .extra = late);
    /* Nothing says that Bert's mail is Anna's matter but that she names it. */
    assert_false(is_one(third, second));
    assert_true(is_related(second, third, "perhaps belongs to"));
    assert_true(first->is_new_ticket || is_one(third, first));
    assert_false(is_one(first, GIVE(.from = mallory, .id = "m@e", .answers = "a1@c")));
}

static void test_own_id(void **state)
{
    Talk *talk = *state;
    const Decision *later = GIVE(.from = anna, .id = "a2@c", .answers = "a1@c");
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    assert_true(is_one(later, first));
    assert_true(says(first, "its own Message-ID, which an accepted mail named"));
    /* Bert answered a mail of Carl's that took its time, and that went to Bert, too. */
    const Decision *answer = GIVE(.from = bert, .to = "carl@customer.test", .id = "b1@c", .answers = "c1@c");
    assert_true(is_one(answer, GIVE(.from = "carl@customer.test", .cc = bert, .id = "c1@c")));
    /* Nobody else can bear that id. */
    GIVE(.from = bert, .to = "carl@customer.test", .id = "b2@c", .answers = "c2@c");
    assert_true(GIVE(.from = mallory, .cc = bert, .id = "c2@c")->is_new_ticket);
}

/* Clients that send no References: the subject helps those who take part, and nobody else. */
static void test_same_subject(void **state)
{
    Talk *talk = *state;
    const char *subject = "Webhook signature mismatch in sandbox";
    const char *reply = "Re: Webhook signature mismatch in sandbox";
    const Decision *first = GIVE(.from = anna, .id = "a1@c", .subject = subject, .is_proven = TRUE);
    const Decision *again = GIVE(.from = anna, .id = "a2@c", .subject = reply, .is_proven = TRUE);
    assert_true(is_one(first, again));
    assert_true(says(again, "the subject of an open ticket of its sender"));
    /* Not proven, somebody else, no answer, another queue, an id that leads nowhere. */
    assert_true(GIVE(.from = anna, .id = "a3@c", .subject = reply)->is_new_ticket);
    assert_true(GIVE(.from = bert, .id = "b1@c", .subject = reply, .is_proven = TRUE)->is_new_ticket);
    assert_true(GIVE(.from = anna, .id = "a4@c", .subject = "Re: Webhook signature", .is_proven = TRUE)
                    ->is_new_ticket);
    assert_true(
        GIVE(.from = anna, .id = "a5@c", .subject = reply, .is_proven = TRUE, .rcpt = "billing@desk.test")
            ->is_new_ticket);
    assert_true(GIVE(.from = anna, .id = "a6@c", .subject = reply, .is_proven = TRUE, .answers = "nothing@c")
                    ->is_new_ticket);
}

static void test_same_subject_twice(void **state)
{
    Talk *talk = *state;
    const char *subject = "Webhook signature mismatch", *reply = "AW: Webhook signature mismatch";
    const Decision *first = GIVE(.from = anna, .id = "a1@c", .subject = subject, .is_proven = TRUE);
    talk->gate->now_us += 31 * DAY_US;
    assert_true(GIVE(.from = anna, .id = "a2@c", .subject = reply, .is_proven = TRUE)->is_new_ticket);
    /* The old one is forgotten, so there is one again. */
    const Decision *third = GIVE(.from = anna, .id = "a3@c", .subject = reply, .is_proven = TRUE);
    assert_false(third->is_new_ticket);
    assert_false(is_one(first, third));
    const Decision *other = GIVE(.from = anna, .id = "a4@c", .subject = subject, .is_proven = TRUE);
    assert_true(other->is_new_ticket);
    /* Two of them: nobody knows which. */
    assert_true(GIVE(.from = anna, .id = "a5@c", .subject = reply, .is_proven = TRUE)->is_new_ticket);
}

/* Whatever leads elsewhere speaks against a subject, even where it leads nobody there. */
static void test_subject_is_weak(void **state)
{
    Talk *talk = *state;
    GIVE(.from = anna, .id = "a1@c", .subject = "Webhook signature mismatch", .is_proven = TRUE);
    const Decision *other = GIVE(.from = bert, .id = "b1@c", .references = "a2@c");
    const Decision *reply =
        GIVE(.from = anna, .id = "a2@c", .subject = "Re: Webhook signature mismatch", .is_proven = TRUE);
    assert_true(reply->is_new_ticket);
    assert_true(is_related(reply, other, "perhaps belongs to"));
}

static void test_generic_subject(void **state)
{
    Talk *talk = *state;
    GIVE(.from = anna, .id = "a1@c", .subject = "Question about my order", .is_proven = TRUE);
    assert_true(GIVE(.from = anna, .id = "a2@c", .subject = "Re: Question about my order", .is_proven = TRUE)
                    ->is_new_ticket);
}

/* One mail, several of our addresses, several ways. */
static void test_copies(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c", .cc = "billing@desk.test");
    const Decision *second =
        GIVE(.from = anna, .id = "a1@c", .cc = "billing@desk.test", .rcpt = "billing@desk.test");
    const Decision *fetched = GIVE(
            .from = anna, .id = "a1@c", .cc = "billing@desk.test", .source = "imap",
            .extra =
                "Delivered-To: help@desk.test\r\nReceived: from a by b; Sun, 22 Nov 2026 09:30:00 +0000\r\n");
    assert_int_equal(second->fate, FATE_COPY);
    assert_int_equal(fetched->fate, FATE_COPY);
    assert_int_equal(
        GIVE(.from = anna, .id = "a1@c", .cc = "billing@desk.test", .text = "It is still so.\r\n\r\n")->fate,
        FATE_COPY);
    assert_true(second->copy_of == first->ticket_id && fetched->copy_of == first->ticket_id);
    g_autoptr(Ticket) of = ticket_get(talk->gate->store, first->ref, NULL);
    GString *told = g_string_new(NULL);
    for (guint i = 0; i < of->events->len; i++) {
        const StoredEvent *event = of->events->pdata[i];
        if (strcmp(event->what, "also came to") == 0)
            g_string_append_printf(told, "%s; ", event->detail);
    }
    assert_string_equal(told->str, "billing@desk.test, queue billing; help@desk.test, queue support; ");
    g_string_free(told, TRUE);
    /* The same id with other words, from somebody else, with an attachment, at another time. */
    assert_int_equal(GIVE(.from = anna, .id = "a1@c", .cc = "billing@desk.test", .text = "Other.")->fate,
                     FATE_TICKETED);
    assert_int_equal(GIVE(.from = bert, .id = "a1@c", .cc = "billing@desk.test")->fate, FATE_TICKETED);
    assert_int_equal(
        GIVE(.from = anna, .id = "a1@c", .extra = "Date: Fri, 1 Jan 2027 00:00:00 +0000\r\n")->fate,
        FATE_TICKETED);
}

static void test_copies_without_id(void **state)
{
    Talk *talk = *state;
    assert_int_equal(GIVE(.from = anna)->fate, FATE_TICKETED);
    assert_int_equal(GIVE(.from = anna, .extra = "X-Way: other\r\n")->fate, FATE_TICKETED);
    assert_int_equal(GIVE(.from = anna, .rcpt = "billing@desk.test")->fate, FATE_COPY);
}

static char *token_address(const Decision *decision)
{
    const Outgoing *out = decision->outgoing->pdata[0];
    g_autofree char *bytes = g_strndup(g_bytes_get_data(out->bytes, NULL), g_bytes_get_size(out->bytes));
    const char *start = strstr(bytes, "support+");
    return g_strndup(start, strcspn(start, ">\r\n"));
}

/* A mail that belongs to another ticket by its token goes there as well. */
static void test_copies_elsewhere(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    g_autofree char *token = token_address(first);
    const Decision *plain = GIVE(.from = anna, .id = "a2@c", .text = "More.");
    assert_true(plain->is_new_ticket);
    assert_true(is_one(first, GIVE(.from = anna, .id = "a2@c", .text = "More.", .rcpt = token)));
    assert_int_equal(GIVE(.from = anna, .id = "a2@c", .text = "More.", .rcpt = token)->fate, FATE_COPY);
}

/* Mallory got a mail of Anna's and repeats it into a ticket of her own: the true one is no copy of that. */
static void test_copies_of_guests(void **state)
{
    Talk *talk = *state;
    const Decision *hers = GIVE(.from = mallory, .id = "m1@e");
    g_autofree char *token = token_address(hers);
    const Decision *repeated = GIVE(.from = anna, .id = "a1@c", .rcpt = token);
    assert_true(is_one(hers, repeated));
    assert_string_equal(repeated->sender_role, "guest");
    const Decision *true_one = GIVE(.from = anna, .id = "a1@c", .extra = "X-Way: other\r\n");
    assert_int_equal(true_one->fate, FATE_TICKETED);
    assert_true(true_one->is_new_ticket);
}

static void close_at(Talk *talk, const Decision *decision, gint64 at_us)
{
    assert_true(store_begin(talk->gate->store, NULL));
    assert_true(ticket_set_status(talk->gate->store, decision->ticket_id, "closed", at_us, NULL));
    assert_true(store_commit(talk->gate->store, NULL));
}

static void test_closed(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    close_at(talk, first, talk->gate->now_us);
    talk->gate->now_us += 13 * DAY_US;
    const Decision *machine =
        GIVE(.from = anna, .id = "a2@c", .answers = "a1@c", .extra = "Auto-Submitted: auto-replied\r\n");
    assert_string_equal(machine->status, "closed");
    const Decision *word = GIVE(.from = anna, .id = "a3@c", .answers = "a1@c");
    assert_true(is_one(first, word));
    assert_string_equal(word->status, "open");
    g_autoptr(Ticket) open = ticket(talk, first);
    assert_true(open->closed_us == 0);

    close_at(talk, first, talk->gate->now_us);
    talk->gate->now_us += 15 * DAY_US;
    const Decision *late = GIVE(.from = anna, .id = "a4@c", .answers = "a3@c");
    assert_true(late->is_new_ticket);
    assert_true(is_related(late, first, "continues"));
    assert_true(says(late, "was closed too long ago to be opened again"));
    assert_true(late->acknowledge);
    /* The talk goes on where it is now, though its References tell of both. */
    const char *ack = ((const Outgoing *)late->outgoing->pdata[0])->message_id;
    g_autofree char *references = g_strdup_printf("a1@c, a3@c, a4@c, %s", ack);
    assert_true(is_one(late, GIVE(.from = anna, .id = "a5@c", .answers = ack, .references = references)));
    /* A stranger with the old token opens a ticket of his own; it continues nothing. */
    const char *old = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    const Decision *stranger = GIVE(.from = mallory, .id = "m1@e", .answers = old);
    assert_true(stranger->is_new_ticket);
    assert_true(is_related(stranger, first, "perhaps belongs to"));
}

static void test_closed_refuses(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c", .rcpt = "billing@desk.test");
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    close_at(talk, first, talk->gate->now_us);
    talk->gate->now_us += 13 * DAY_US;
    assert_string_equal(GIVE(.from = anna, .id = "a2@c", .answers = "a1@c")->status, "open");
    close_at(talk, first, talk->gate->now_us);
    talk->gate->now_us += 15 * DAY_US;
    const Decision *late = GIVE(.from = anna, .id = "a3@c", .answers = "a1@c");
    const Decision *guest = GIVE(.from = mallory, .id = "m1@e", .answers = ack);
    const Decision *machine =
        GIVE(.from = anna, .id = "a4@c", .answers = "a1@c", .extra = "Auto-Submitted: auto-replied\r\n");
    const Decision *all[] = {late, guest, machine};
    for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
        assert_true(is_one(first, all[i]));
        assert_string_equal(all[i]->status, "closed");
        assert_int_equal(all[i]->refuse_closed, i == 0);
    }
    g_autoptr(Ticket) closed = ticket(talk, first);
    assert_int_equal(closed->messages->len, 5);
    assert_true(closed->closed_us > 0);
}

/* The customer says that it is solved: his word closes the ticket, and the next one opens it again. */
static void test_solved(void **state)
{
    Talk *talk = *state;
    const char *thanks = "It works now, thanks!";
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    const Letter others[] = {
        {.from = mallory, .id = "m1@e", .answers = ack, .text = thanks},
        {.from = "kim@agents.test", .id = "k1@a", .answers = ack, .text = thanks},
        {.from = anna,
         .id = "a2@c",
         .answers = ack,
         .text = thanks,
         .extra = "Auto-Submitted: auto-replied\r\n"},
        {.from = anna, .id = "a3@c", .answers = ack, .text = "It works now, but slowly."}};
    for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
        const Decision *other = give(talk, others[i]);
        assert_true(is_one(first, other));
        assert_false(other->says_solved);
        assert_string_not_equal(other->status, "closed");
    }
    const Decision *solved = GIVE(.from = anna, .id = "a4@c", .answers = ack, .text = thanks);
    assert_true(solved->says_solved);
    assert_string_equal(solved->status, "closed");
    g_autoptr(Ticket) closed = ticket(talk, first);
    assert_true(closed->closed_us > 0);
    /* Thanks once more are no reason to open it, and nothing to confirm; a month later neither. */
    const Decision *twice = GIVE(.from = anna, .id = "a5@c", .answers = ack, .text = thanks);
    assert_false(twice->says_solved);
    assert_string_equal(twice->status, "closed");
    assert_string_equal(GIVE(.from = anna, .id = "a6@c", .answers = ack, .text = "No, it fails.")->status,
                        "open");
    assert_true(GIVE(.from = anna, .id = "a7@c", .answers = ack, .text = thanks)->says_solved);
    talk->gate->now_us += 30 * DAY_US;
    assert_true(is_one(first, GIVE(.from = anna, .id = "a8@c", .answers = ack, .text = "Thanks, it works!")));
    /* A first mail is no answer to anything. */
    assert_false(GIVE(.from = bert, .id = "b1@c", .text = thanks)->says_solved);
}

static void test_spam(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    assert_true(ticket_set_status(talk->gate->store, first->ticket_id, "spam", NOW_US, NULL));
    assert_string_equal(GIVE(.from = anna, .id = "a2@c", .answers = "a1@c")->status, "spam");
}

static gint64 split_off(Talk *talk, const Decision *first, const Decision *message)
{
    g_autoptr(GError) error = NULL;
    gint64 id = 0, moved = 0;
    g_autofree char *sql =
        g_strdup_printf("SELECT max(id) FROM messages WHERE ticket_id = %" G_GINT64_FORMAT, first->ticket_id);
    moved = number(talk, sql);
    (void)message;
    assert_true(store_begin(talk->gate->store, &error));
    if (!ticket_split(talk->gate->store, first->ticket_id, &moved, 1, "SUP-222222", "kim", talk->gate->now_us,
                      &id, &error))
        fail_msg("%s", error->message);
    assert_true(store_commit(talk->gate->store, &error));
    return id;
}

/* Anna writes of a second thing in the same ticket; Kim makes a ticket of it. */
static void test_split(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    const Decision *second = GIVE(.from = anna, .id = "a2@c", .answers = ack, .text = "By the way.");
    gint64 part = split_off(talk, first, second);
    /* About the second thing, about the first, and with the whole talk in References. */
    assert_true(GIVE(.from = anna, .id = "a3@c", .answers = "a2@c")->ticket_id == part);
    assert_true(is_one(first, GIVE(.from = anna, .id = "a4@c", .answers = "a1@c")));
    assert_true(is_one(first, GIVE(.from = anna, .id = "a5@c", .answers = ack)));
    g_autofree char *references = g_strdup_printf("a1@c, %s, a2@c", ack);
    const Decision *whole = GIVE(.from = anna, .id = "a6@c", .references = references, .answers = "a2@c");
    assert_true(whole->ticket_id == part);
    assert_true(says(whole, "of tickets that were one"));
    /* A token of the old ticket in the address, and the id of the message that moved. */
    g_autofree char *of_first = g_strdup_printf("a2@c, %s", ack);
    assert_true(is_one(first, GIVE(.from = anna, .id = "a7@c", .references = of_first)));
    /* A stranger is only led by the token. */
    assert_true(is_one(first, GIVE(.from = mallory, .id = "m1@e", .references = of_first)));
}

/* Mails of ours begin with the id of the mail that they answer; nobody signs that. */
static void test_split_tokens(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    const Decision *second = GIVE(.from = anna, .id = "a2@c", .answers = "a1@c");
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    gint64 part = split_off(talk, first, second);
    gint64 moved = number(talk, "SELECT message_id FROM moves");
    g_autofree char *nonce = mail_id_format(moved);
    g_autofree char *about_second = g_strdup_printf("%s0%s", nonce, strchr(ack, '.'));
    assert_true(GIVE(.from = anna, .id = "a3@c", .answers = about_second)->ticket_id == part);
    /* A stranger with both belongs to none, so for him it is a contradiction. */
    g_autofree char *both = g_strdup_printf("%s, %s", ack, about_second);
    assert_true(GIVE(.from = bert, .id = "b1@c", .references = both)->is_new_ticket);
    /* With the token of another ticket it leads nowhere but there. */
    const Decision *hers = GIVE(.from = mallory, .id = "m1@e");
    const char *her_ack = ((const Outgoing *)hers->outgoing->pdata[0])->message_id;
    g_autofree char *forged = g_strdup_printf("%s0%s", nonce, strchr(her_ack, '.'));
    assert_true(is_one(hers, GIVE(.from = mallory, .id = "m2@e", .answers = forged)));
}

/* Only tokens of tickets lead to tickets. */
static void test_roles(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    const TokenRole roles[] = {ROLE_CUSTOMER, ROLE_AGENT, ROLE_RETURN_PATH, ROLE_CONFIRM, ROLE_ADMIN};
    for (guint i = 0; i < G_N_ELEMENTS(roles); i++) {
        Token token = {.ticket_id = first->ticket_id, .role = roles[i], .day = 20000};
        g_autofree char *text = token_make(&token, &talk->gate->keys[0]);
        g_autofree char *answers = g_strdup_printf("x.%s@desk.test", text);
        g_autofree char *id = g_strdup_printf("m%u@e", i);
        const Decision *reply = GIVE(.from = mallory, .id = id, .answers = answers);
        assert_int_equal(is_one(first, reply), i < 3);
    }
}

static void merge(Talk *talk, const Decision *from, const Decision *into)
{
    g_autoptr(GError) error = NULL;
    assert_true(store_begin(talk->gate->store, &error));
    if (!ticket_merge(talk->gate->store, from->ticket_id, into->ticket_id, "kim", talk->gate->now_us, &error))
        fail_msg("%s", error->message);
    assert_true(store_commit(talk->gate->store, &error));
}

static void test_merge(void **state)
{
    Talk *talk = *state;
    const Decision *one = GIVE(.from = anna, .id = "a1@c", .references = "before@c");
    const Decision *two = GIVE(.from = anna, .id = "b1@c"), *three = GIVE(.from = anna, .id = "b2@c");
    const char *ack = ((const Outgoing *)one->outgoing->pdata[0])->message_id;
    merge(talk, one, two);
    merge(talk, two, three);
    g_autofree char *subject = g_strdup_printf("Re: about %s", one->ref);
    const Letter ways[] = {{.from = anna, .id = "a2@c", .answers = ack},
                           {.from = anna, .id = "a3@c", .answers = "a1@c"},
                           {.from = anna, .id = "a4@c", .answers = "before@c"},
                           {.from = anna, .id = "a5@c", .subject = subject},
                           {.from = anna, .id = "a6@c", .answers = ack, .references = "a1@c, b1@c, b2@c"}};
    for (guint i = 0; i < G_N_ELEMENTS(ways); i++) {
        const Decision *reply = give(talk, ways[i]);
        assert_true(is_one(three, reply));
        assert_string_equal(reply->ref, three->ref);
        assert_string_equal(reply->sender_role, "participant");
    }
}

/* Another customer is a guest in the ticket that his was made part of: his token leads there, and nothing
 * less does. */
static void test_merge_of_customers(void **state)
{
    Talk *talk = *state;
    const Decision *one = GIVE(.from = anna, .id = "a1@c"), *two = GIVE(.from = bert, .id = "b1@c");
    const char *ack = ((const Outgoing *)one->outgoing->pdata[0])->message_id;
    merge(talk, one, two);
    const Decision *reply = GIVE(.from = anna, .id = "a2@c", .answers = ack);
    assert_true(is_one(two, reply));
    assert_string_equal(reply->sender_role, "guest");
    const Decision *other = GIVE(.from = anna, .id = "a3@c", .answers = "a1@c");
    assert_true(other->is_new_ticket);
    assert_true(is_related(other, two, "perhaps belongs to"));
}

/* Also where the mail comes to the address of another queue. */
static void test_other_queue(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    assert_true(ticket_set_queue(talk->gate->store, first->ticket_id, "billing", NOW_US, NULL));
    const char *const to[] = {"support@desk.test", "billing@desk.test", "help@desk.test"};
    for (guint i = 0; i < G_N_ELEMENTS(to); i++) {
        g_autofree char *id = g_strdup_printf("n%u@c", i);
        const Decision *reply = GIVE(.from = anna, .id = id, .answers = ack, .rcpt = to[i]);
        assert_true(is_one(first, reply));
        assert_string_equal(reply->queue, "billing");
    }
}

/* Whoever is in Cc comes in as far as the writer of that mail: of a guest's not at all, in a customer's
 * unproven name as a guest, and after a merge the other customer brings nobody any more. */
static void test_who_brings(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c", .is_proven = TRUE);
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    GIVE(.from = mallory, .cc = mallory, .id = "m1@e", .answers = ack, .is_proven = TRUE);
    assert_true(GIVE(.from = mallory, .id = "m2@e", .answers = "m1@e", .is_proven = TRUE)->is_new_ticket);
    g_autofree char *subject = g_strdup_printf("Re: The import fails [%s]", first->ref);
    assert_true(is_one(first, GIVE(.from = anna, .cc = "eve@evil.test", .id = "f1@e", .subject = subject)));
    for (guint i = 0; i < 2; i++) {
        g_autofree char *id = g_strdup_printf("e%u@e", i);
        const Decision *eve = GIVE(.from = "eve@evil.test", .id = id, .answers = "f1@e", .is_proven = TRUE);
        assert_true(is_one(first, eve));
        assert_string_equal(eve->sender_role, "guest");
    }
    const Decision *other =
        GIVE(.from = "dan@evil.test", .cc = "dan@evil.test, finn@evil.test", .id = "d1@e", .is_proven = TRUE);
    assert_true(ticket_merge(talk->gate->store, other->ticket_id, first->ticket_id, "kim", NOW_US, NULL));
    assert_true(
        GIVE(.from = "finn@evil.test", .id = "x1@e", .answers = "d1@e", .is_proven = TRUE)->is_new_ticket);
    assert_true(
        GIVE(.from = "dan@evil.test", .id = "d2@e", .answers = "d1@e", .is_proven = TRUE)->is_new_ticket);
    assert_int_equal(number(talk, "SELECT count(*) FROM participants WHERE role <> 'guest' OR copies = 1"),
                     0);
}

/* Many ids that each stand in many tickets: work for the one who writes the store, and long pages for agents.
 */
static void test_too_much_evidence(void **state)
{
    Talk *talk = *state;
    GString *ids = g_string_new("r0@e");
    for (guint i = 1; i < 20; i++)
        g_string_append_printf(ids, ", r%u@e", i);
    for (guint i = 0; i < 19; i++) {
        g_autofree char *from = g_strdup_printf("s%u@evil.test", i), *id = g_strdup_printf("b%u@e", i);
        assert_true(GIVE(.from = from, .cc = mallory, .id = id, .references = ids->str)->is_new_ticket);
    }
    const Decision *bomb = GIVE(.from = mallory, .to = "s0@evil.test", .id = "m1@e", .references = ids->str);
    assert_true(bomb->is_new_ticket);
    assert_in_range(bomb->why->len, 1, 30);
    assert_in_range(bomb->related->len, 1, 20);
    /* A token counts all the same. */
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    assert_true(is_one(first, GIVE(.from = anna, .id = "a2@c", .answers = ack, .references = ids->str)));
    g_string_free(ids, TRUE);
}

/* Whom an agent takes out does not come back by writing again; an agent's word brings him back. */
static void test_taken_out(void **state)
{
    Talk *talk = *state;
    Store *store = talk->gate->store;
    const Decision *first = GIVE(.from = anna, .cc = bert, .id = "a1@c", .is_proven = TRUE);
    GIVE(.from = bert, .id = "b1@c", .answers = "a1@c", .is_proven = TRUE);
    assert_int_equal(number(talk, "SELECT count(*) FROM participants WHERE copies = 1"), 1);
    assert_true(ticket_set_participant(store, first->ticket_id, bert, "", "participant", FALSE, NULL));
    assert_true(is_one(first, GIVE(.from = bert, .id = "b2@c", .answers = "a1@c", .is_proven = TRUE)));
    g_autoptr(Ticket) out = ticket(talk, first);
    assert_false(participant(out, bert)->copies);
    const Decision *second = GIVE(.from = anna, .id = "a3@c", .is_proven = TRUE);
    assert_true(ticket_merge(store, first->ticket_id, second->ticket_id, "kim", NOW_US, NULL));
    g_autoptr(Ticket) merged = ticket(talk, second);
    assert_false(participant(merged, bert)->copies);
    assert_true(ticket_set_participant(store, second->ticket_id, bert, "", "participant", TRUE, NULL));
    g_autoptr(Ticket) in = ticket(talk, second);
    assert_true(participant(in, bert)->copies);
}

/* Who gets what agents answer: who wrote himself, belongs, and is proven. */
static void test_participants(void **state)
{
    Talk *talk = *state;
    const Decision *first =
        GIVE(.from = anna, .cc = "bert@customer.test, carl@customer.test", .id = "a1@c", .is_proven = TRUE);
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    GIVE(.from = bert, .id = "b1@c", .answers = "a1@c", .is_proven = TRUE);
    GIVE(.from = "carl@customer.test", .id = "c1@c", .answers = "a1@c");
    GIVE(.from = mallory, .id = "m1@e", .answers = ack, .is_proven = TRUE);
    GIVE(.from = anna, .id = "a2@c", .answers = ack, .is_proven = TRUE);
    static const struct {
        const char *address, *role;
        gboolean copies;
    } expected[] = {{"bert@customer.test", "participant", TRUE},
                    {"carl@customer.test", "participant", FALSE},
                    {"mallory@evil.test", "guest", FALSE}};
    g_autoptr(Ticket) of = ticket(talk, first);
    assert_int_equal(of->participants->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const Participant *person = participant(of, expected[i].address);
        assert_string_equal(person->role, expected[i].role);
        assert_int_equal(person->copies, expected[i].copies);
    }
    /* Proven at last, and a guest whom Anna wrote to. */
    GIVE(.from = "carl@customer.test", .id = "c2@c", .answers = "a1@c", .is_proven = TRUE);
    GIVE(.from = anna, .cc = mallory, .id = "a3@c", .answers = "a1@c", .is_proven = TRUE);
    GIVE(.from = mallory, .id = "m2@e", .answers = "a3@c", .is_proven = TRUE);
    g_autoptr(Ticket) later = ticket(talk, first);
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        assert_string_equal(participant(later, expected[i].address)->role, "participant");
        assert_true(participant(later, expected[i].address)->copies);
    }
}

static void test_too_many_guests(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    const char *ack = ((const Outgoing *)first->outgoing->pdata[0])->message_id;
    g_autofree char *sql =
        g_strdup_printf("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
                        " INSERT INTO participants (ticket_id, address, name, role)"
                        " SELECT %" G_GINT64_FORMAT ", 'x' || i || '@evil.test', '', 'guest' FROM n",
                        LIMIT_PARTICIPANTS - 1, first->ticket_id);
    assert_true(db_script(talk->gate->store->db, sql, NULL));
    GIVE(.from = "mallory1@evil.test", .id = "m1@e", .answers = ack);
    GIVE(.from = "mallory2@evil.test", .id = "m2@e", .answers = ack);
    assert_int_equal(number(talk, "SELECT count(*) FROM participants"), LIMIT_PARTICIPANTS);
    /* They take nobody's place who belongs. */
    const char *zoe = "zoe@customer.test";
    GIVE(.from = anna, .cc = zoe, .id = "a2@c", .answers = ack, .is_proven = TRUE);
    GIVE(.from = zoe, .id = "z1@c", .answers = "a2@c", .is_proven = TRUE);
    g_autoptr(Ticket) of = ticket_get_latest(talk->gate->store, first->ticket_id, 1, 10, NULL);
    assert_int_equal(of->participants->len, 10);
    assert_true(participant(of, zoe)->copies);
}

/* A word of the customer ends the sleep of a ticket, a machine's does not. */
static void test_snooze(void **state)
{
    Talk *talk = *state;
    const Decision *first = GIVE(.from = anna, .id = "a1@c");
    assert_true(ticket_set_snooze(talk->gate->store, first->ticket_id, NOW_US + DAY_US, NOW_US, NULL));
    GIVE(.from = anna, .id = "a2@c", .answers = "a1@c", .extra = "Auto-Submitted: auto-replied\r\n");
    assert_int_equal(number(talk, "SELECT count(*) FROM tickets WHERE snooze_us > 0"), 1);
    GIVE(.from = anna, .id = "a3@c", .answers = "a1@c");
    assert_int_equal(number(talk, "SELECT count(*) FROM tickets WHERE snooze_us > 0"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_talk, close_talk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_heard),
        TEST(test_heard_is_no_trap),
        TEST(test_what_is_heard),
        TEST(test_newest_first),
        TEST(test_own_id),
        TEST(test_same_subject),
        TEST(test_same_subject_twice),
        TEST(test_subject_is_weak),
        TEST(test_generic_subject),
        TEST(test_copies),
        TEST(test_copies_without_id),
        TEST(test_copies_of_guests),
        TEST(test_copies_elsewhere),
        TEST(test_closed),
        TEST(test_closed_refuses),
        TEST(test_solved),
        TEST(test_spam),
        TEST(test_split),
        TEST(test_split_tokens),
        TEST(test_roles),
        TEST(test_merge),
        TEST(test_merge_of_customers),
        TEST(test_other_queue),
        TEST(test_who_brings),
        TEST(test_too_much_evidence),
        TEST(test_taken_out),
        TEST(test_participants),
        TEST(test_too_many_guests),
        TEST(test_snooze),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
