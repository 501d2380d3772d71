#include "parsers/reading/reading_shape.h"
#include "reading_sample.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/reading.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(const char *a, const char *b)
{
    if (a && b)
        assert_string_equal(a, b);
    else
        assert_ptr_equal(a, b);
}

static void assert_mailbox(gconstpointer a, gconstpointer b)
{
    assert_text(((const Mailbox *)a)->name, ((const Mailbox *)b)->name);
    assert_text(((const Mailbox *)a)->address, ((const Mailbox *)b)->address);
}

static void assert_attachment(gconstpointer left, gconstpointer right)
{
    const Attachment *a = left, *b = right;
    assert_text(a->name, b->name);
    assert_text(a->type, b->type);
    assert_text(a->content_id, b->content_id);
    assert_true(a->size == b->size);
    assert_text(a->sha256, b->sha256);
    assert_int_equal(a->is_inline, b->is_inline);
}

static void assert_field(gconstpointer left, gconstpointer right)
{
    const Field *a = left, *b = right;
    assert_text(a->name, b->name);
    assert_text(a->value, b->value);
    assert_text(a->raw, b->raw);
    assert_text(a->rule, b->rule);
    assert_text(a->where, b->where);
    assert_int_equal(a->start, b->start);
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->is_secret, b->is_secret);
    assert_int_equal(a->may_echo, b->may_echo);
    assert_int_equal(a->is_single, b->is_single);
    assert_text(a->lost_to, b->lost_to);
    assert_text(a->why, b->why);
}

static void assert_line(gconstpointer a, gconstpointer b)
{
    assert_text(a, b);
}

static void assert_each(const GPtrArray *a, const GPtrArray *b, void (*same)(gconstpointer, gconstpointer))
{
    assert_int_equal(a->len, b->len);
    for (guint i = 0; i < a->len; i++)
        same(a->pdata[i], b->pdata[i]);
}

static void assert_meaning(gconstpointer left, gconstpointer right)
{
    const Meaning *a = left, *b = right;
    assert_int_equal(a->type, b->type);
    assert_text(a->name, b->name);
    assert_int_equal(a->score, b->score);
    assert_int_equal(a->is_chosen, b->is_chosen);
    assert_each(a->reasons, b->reasons, assert_line);
}

static void assert_candidate(gconstpointer left, gconstpointer right)
{
    const Candidate *a = left, *b = right;
    assert_text(a->field, b->field);
    assert_text(a->rule, b->rule);
    assert_text(a->where, b->where);
    assert_text(a->raw, b->raw);
    assert_text(a->value, b->value);
    assert_int_equal(a->start, b->start);
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->fate, b->fate);
    assert_text(a->why, b->why);
}

static void assert_finding(gconstpointer a, gconstpointer b)
{
    assert_text(((const Finding *)a)->code, ((const Finding *)b)->code);
    assert_text(((const Finding *)a)->detail, ((const Finding *)b)->detail);
}

static void assert_recipient(gconstpointer left, gconstpointer right)
{
    const BounceRecipient *a = left, *b = right;
    assert_text(a->address, b->address);
    assert_text(a->action, b->action);
    assert_text(a->status, b->status);
    assert_text(a->smtp_code, b->smtp_code);
    assert_text(a->reason, b->reason);
    assert_text(a->cause, b->cause);
}

static void assert_forwarded(const Forwarded *a, const Forwarded *b)
{
    assert_mailbox(a->from, b->from);
    assert_text(a->subject, b->subject);
    assert_true(a->date_us == b->date_us);
    assert_text(a->message_id, b->message_id);
    assert_text(a->comment, b->comment);
    assert_text(a->text, b->text);
    assert_int_equal(a->is_attached, b->is_attached);
}

static void assert_reading(const Reading *a, const Reading *b)
{
    assert_text(a->message_id, b->message_id);
    assert_true(a->date_us == b->date_us);
    assert_text(a->subject, b->subject);
    assert_int_equal(!a->from, !b->from);
    if (a->from)
        assert_mailbox(a->from, b->from);
    assert_each(a->sender_findings, b->sender_findings, assert_line);
    assert_each(a->to, b->to, assert_mailbox);
    assert_each(a->cc, b->cc, assert_mailbox);
    assert_each(a->reply_to, b->reply_to, assert_mailbox);
    assert_each(a->in_reply_to, b->in_reply_to, assert_line);
    assert_each(a->references, b->references, assert_line);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->may_answer, b->may_answer);
    assert_each(a->kind_reasons, b->kind_reasons, assert_line);
    assert_int_equal(!a->bounce, !b->bounce);
    if (a->bounce) {
        assert_each(a->bounce->recipients, b->bounce->recipients, assert_recipient);
        assert_text(a->bounce->original_message_id, b->bounce->original_message_id);
    }
    assert_text(a->text, b->text);
    assert_text(a->reply, b->reply);
    assert_text(a->quoted, b->quoted);
    assert_text(a->signature, b->signature);
    assert_each(a->attachments, b->attachments, assert_attachment);
    assert_each(a->fields, b->fields, assert_field);
    assert_each(a->losers, b->losers, assert_field);
    assert_each(a->meanings, b->meanings, assert_meaning);
    assert_each(a->candidates, b->candidates, assert_candidate);
    assert_each(a->findings, b->findings, assert_finding);
    assert_int_equal(a->from_authentic, b->from_authentic);
    assert_int_equal(a->from_refuted, b->from_refuted);
    assert_int_equal(a->hops, b->hops);
    assert_int_equal(!a->forwarded, !b->forwarded);
    if (a->forwarded)
        assert_forwarded(a->forwarded, b->forwarded);
}

static Reading *round_trip(const Reading *reading)
{
    g_autoptr(GBytes) packed = reading_pack(reading);
    g_autoptr(GError) error = NULL;
    Reading *again = reading_unpack(packed, &error);
    if (!again)
        fail_msg("%s", error->message);
    return again;
}

static void every_member_survives(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = sample_reading();
    g_autoptr(Reading) again = round_trip(reading);
    assert_reading(reading, again);
}

static void absent_members_stay_absent(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = reading_new();
    g_autoptr(Reading) again = round_trip(reading);
    assert_null(again->message_id);
    assert_null(again->from);
    assert_null(again->bounce);
    assert_null(again->forwarded);
    assert_true(again->date_us == DATE_UNKNOWN);
    assert_string_equal(again->subject, "");
    assert_string_equal(again->text, "");
    assert_int_equal(again->fields->len, 0);
}

/* Each of these makes one member break its promise. */
static void set(char **member, const char *value)
{
    g_free(*member);
    *member = g_strdup(value);
}
static Field *field_of(Reading *reading, guint index)
{
    return reading->fields->pdata[index];
}
static Attachment *attachment_of(Reading *reading)
{
    return reading->attachments->pdata[0];
}
static void add_line(GPtrArray *lines, const char *line)
{
    g_ptr_array_add(lines, g_strdup(line));
}
static void long_text(char **member, gsize length)
{
    g_free(*member);
    *member = g_strnfill(length, 'a');
}

static void id_line_break(Reading *r)
{
    set(&r->message_id, "a@b\nBcc: c@d");
}
static void id_long(Reading *r)
{
    long_text(&r->message_id, LIMIT_MESSAGE_ID_BYTES + 1);
}
static void date_far(Reading *r)
{
    r->date_us = G_MAXINT64;
}
static void date_early(Reading *r)
{
    r->date_us = G_MININT64 + 1;
}
static void subject_tab(Reading *r)
{
    set(&r->subject, "a\tb");
}
static void subject_c1(Reading *r)
{
    set(&r->subject, "a\xc2\x9b"
                     "b");
}
static void subject_separator(Reading *r)
{
    set(&r->subject, "a\xe2\x80\xa8"
                     "b");
}
static void subject_long(Reading *r)
{
    long_text(&r->subject, LIMIT_SUBJECT_BYTES + 1);
}
static void from_name(Reading *r)
{
    set(&r->from->name, "a\rb");
}
static void from_address(Reading *r)
{
    set(&r->from->address, "a@b\x7f");
}
static void sender_findings(Reading *r)
{
    add_line(r->sender_findings, "\x1b[31m");
}
static void to_many(Reading *r)
{
    for (guint i = 0; i <= LIMIT_ADDRESSES; i++)
        g_ptr_array_add(r->to, mailbox_new("", "a@b"));
}
static void cc_control(Reading *r)
{
    sample_mailbox(r->cc, "\x01", "a@b");
}
static void reply_to_control(Reading *r)
{
    sample_mailbox(r->reply_to, "", "a@b\n");
}
static void in_reply_to(Reading *r)
{
    add_line(r->in_reply_to, "a\nb");
}
static void references_many(Reading *r)
{
    for (guint i = 0; i < LIMIT_REFERENCES; i++)
        add_line(r->references, "a@b");
}
static void kind_out(Reading *r)
{
    r->kind = KIND_COUNT;
}
static void kind_reasons(Reading *r)
{
    add_line(r->kind_reasons, "a\nb");
}
static void bounce_reason(Reading *r)
{
    set(&((BounceRecipient *)r->bounce->recipients->pdata[0])->reason, "550\n551");
}
static void bounce_id(Reading *r)
{
    set(&r->bounce->original_message_id, "a\nb");
}
static void text_control(Reading *r)
{
    set(&r->text, "a\rb");
}
static void text_long(Reading *r)
{
    long_text(&r->text, LIMIT_TEXT_BYTES + 1);
}
static void reply_control(Reading *r)
{
    set(&r->reply, "The whole text \x08");
}
static void quoted_control(Reading *r)
{
    set(&r->quoted, "\x0c");
}
static void signature_control(Reading *r)
{
    set(&r->signature, "\x1b]0;title\x07");
}
static void attachment_path(Reading *r)
{
    set(&attachment_of(r)->name, "../picture.png");
}
static void attachment_nameless(Reading *r)
{
    set(&attachment_of(r)->name, "");
}
static void attachment_type(Reading *r)
{
    set(&attachment_of(r)->type, "image/png\n");
}
static void attachment_sum(Reading *r)
{
    set(&attachment_of(r)->sha256, "0011");
}
static void attachment_sum_upper(Reading *r)
{
    attachment_of(r)->sha256[20] = 'A';
}
static void attachment_size(Reading *r)
{
    attachment_of(r)->size = (guint64)G_MAXINT64 + 1;
}
static void field_name(Reading *r)
{
    set(&field_of(r, 0)->name, "a\nb");
}
static void field_value(Reading *r)
{
    set(&field_of(r, 0)->value, "a\rb");
}
static void field_raw(Reading *r)
{
    set(&field_of(r, 0)->raw, "\x1b");
}
static void field_where(Reading *r)
{
    set(&field_of(r, 0)->where, "signature");
}
static void field_turned(Reading *r)
{
    field_of(r, 0)->start = field_of(r, 0)->end + 2;
}
static void field_beyond_subject(Reading *r)
{
    field_of(r, 0)->end = strlen(r->subject) + 1;
}
static void field_inside_character(Reading *r)
{
    field_of(r, 0)->end = 3; /* the "ü" of "Grüße" has the bytes 2 and 3 */
}
static void field_beyond_reply(Reading *r)
{
    field_of(r, 1)->end = strlen(r->reply) + 1;
}
static void field_beyond_text(Reading *r)
{
    field_of(r, 2)->end = strlen(r->text) + 1;
}
static void field_other_attachment(Reading *r)
{
    set(&field_of(r, 3)->where, "attachment:other.log");
}
static void field_beyond_attachment(Reading *r)
{
    field_of(r, 3)->end = G_MAXSIZE;
}
static Field *loser_of(Reading *r, guint index)
{
    return r->losers->pdata[index];
}
static void loser_beyond_quoted(Reading *r)
{
    loser_of(r, 0)->end = strlen(r->quoted) + 1;
}
static void loser_beyond_name(Reading *r)
{
    loser_of(r, 1)->end = strlen("picture.png") + 1;
}
static void loser_of_other_name(Reading *r)
{
    set(&loser_of(r, 1)->where, "attachment-name:other.png");
}
static void loser_beyond_domain(Reading *r)
{
    loser_of(r, 2)->end = strlen("example.org") + 1;
}
static void loser_of_no_sender(Reading *r)
{
    g_clear_pointer(&r->from, mailbox_free);
}
static void loser_to_nobody(Reading *r)
{
    g_clear_pointer(&loser_of(r, 0)->lost_to, g_free);
}
static void candidate_beyond_reply(Reading *r)
{
    ((Candidate *)r->candidates->pdata[0])->end = strlen(r->reply) + 1;
}
static void other_field_elsewhere(Reading *r)
{
    Field *field = sample_field(r, "other", "nowhere", 0, 1);
    g_ptr_array_steal_index(r->fields, r->fields->len - 1);
    g_ptr_array_add(r->other_fields, field);
}
static void echo_words(Reading *r)
{
    set(&field_of(r, 1)->value, "win a prize");
}
static void echo_link(Reading *r)
{
    set(&field_of(r, 1)->value, "http://example.org");
}
static void echo_long(Reading *r)
{
    long_text(&field_of(r, 1)->value, LIMIT_NAME_BYTES + 1);
}
static void echo_secret(Reading *r)
{
    field_of(r, 1)->is_secret = TRUE;
}
static void fields_many(Reading *r)
{
    for (guint i = 0; i < LIMIT_FIELDS; i++)
        sample_field(r, "app_id", "text", 0, 0);
}
static void finding_code(Reading *r)
{
    set(&((Finding *)r->findings->pdata[0])->code, "a\nb");
}
static void finding_detail(Reading *r)
{
    set(&((Finding *)r->findings->pdata[0])->detail, "a\nb");
}
static void hops_many(Reading *r)
{
    r->hops = G_MAXUINT;
}
static void forwarded_by_nobody(Reading *r)
{
    g_clear_pointer(&r->forwarded->from, mailbox_free);
}
static void forwarded_address(Reading *r)
{
    set(&r->forwarded->from->address, "");
}
static void forwarded_subject(Reading *r)
{
    set(&r->forwarded->subject, "a\nBcc: c@d");
}
static void forwarded_date(Reading *r)
{
    r->forwarded->date_us = G_MAXINT64;
}
static void forwarded_id(Reading *r)
{
    set(&r->forwarded->message_id, "a\nb");
}
static void forwarded_comment(Reading *r)
{
    set(&r->forwarded->comment, "\x1b[2J");
}
static void forwarded_text(Reading *r)
{
    long_text(&r->forwarded->text, LIMIT_TEXT_BYTES + 1);
}

static const struct {
    const char *member;
    void (*spoil)(Reading *reading);
} lies[] = {
    {"message_id", id_line_break},
    {"message_id", id_long},
    {"date_us", date_far},
    {"date_us", date_early},
    {"subject", subject_tab},
    {"subject", subject_c1},
    {"subject", subject_separator},
    {"subject", subject_long},
    {"name", from_name},
    {"address", from_address},
    {"sender_findings", sender_findings},
    {"to", to_many},
    {"name", cc_control},
    {"address", reply_to_control},
    {"in_reply_to", in_reply_to},
    {"references", references_many},
    {"kind", kind_out},
    {"kind_reasons", kind_reasons},
    {"reason", bounce_reason},
    {"original_message_id", bounce_id},
    {"text", text_control},
    {"text", text_long},
    {"reply", reply_control},
    {"quoted", quoted_control},
    {"signature", signature_control},
    {"name", attachment_path},
    {"name", attachment_nameless},
    {"type", attachment_type},
    {"sha256", attachment_sum},
    {"sha256", attachment_sum_upper},
    {"size", attachment_size},
    {"name", field_name},
    {"value", field_value},
    {"raw", field_raw},
    {"where", field_where},
    {"where", field_turned},
    {"where", field_beyond_subject},
    {"where", field_inside_character},
    {"where", field_beyond_reply},
    {"where", field_beyond_text},
    {"where", field_other_attachment},
    {"end", field_beyond_attachment},
    {"where", loser_beyond_quoted},
    {"where", loser_beyond_name},
    {"where", loser_of_other_name},
    {"where", loser_beyond_domain},
    {"where", loser_of_no_sender},
    {"lost_to", loser_to_nobody},
    {"candidates", candidate_beyond_reply},
    {"where", other_field_elsewhere},
    {"may_echo", echo_words},
    {"may_echo", echo_link},
    {"may_echo", echo_long},
    {"may_echo", echo_secret},
    {"fields", fields_many},
    {"code", finding_code},
    {"detail", finding_detail},
    {"hops", hops_many},
    {"forwarded", forwarded_by_nobody},
    {"forwarded", forwarded_address},
    {"subject", forwarded_subject},
    {"forwarded", forwarded_date},
    {"message_id", forwarded_id},
    {"comment", forwarded_comment},
    {"text", forwarded_text},
};

static void a_lie_is_named(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(lies); i++) {
        g_autoptr(Reading) reading = sample_reading();
        lies[i].spoil(reading);
        g_autoptr(GBytes) packed = reading_pack(reading);
        g_autoptr(GError) error = NULL;
        g_autoptr(Reading) again = reading_unpack(packed, &error);
        if (again)
            fail_msg("lie %u about %s was believed", i, lies[i].member);
        assert_true(error_is(error, ERROR_CORRUPT));
        g_autofree char *end = g_strconcat(": ", lies[i].member, NULL);
        if (!g_str_has_suffix(error->message, end))
            fail_msg("lie %u about %s: %s", i, lies[i].member, error->message);
    }
}

static void assert_refused(const guint8 *bytes, gsize length)
{
    g_autoptr(GBytes) spoiled = g_bytes_new(bytes, length);
    g_autoptr(GError) error = NULL;
    g_autoptr(Reading) reading = reading_unpack(spoiled, &error);
    assert_null(reading);
    assert_true(error_is(error, ERROR_CORRUPT));
}

static void broken_utf8_is_refused(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = sample_reading();
    g_autoptr(GBytes) packed = reading_pack(reading);
    gsize length;
    gpointer data = g_bytes_unref_to_data(g_steal_pointer(&packed), &length);
    g_autofree guint8 *bytes = data;
    guint8 *word = memmem(bytes, length, "The whole text", 14);
    assert_non_null(word);
    word[0] = 0xff;
    assert_refused(bytes, length);
    word[0] = 0; /* a NUL inside a string */
    assert_refused(bytes, length);
}

static void cut_short_is_refused(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = sample_reading();
    g_autoptr(GBytes) packed = reading_pack(reading);
    gsize length;
    const guint8 *bytes = g_bytes_get_data(packed, &length);
    for (gsize cut = 0; cut < length; cut++)
        assert_refused(bytes, cut);
}

/* Some flips give another clean reading, most do not; none may read outside. */
static void flipped_bytes_do_no_harm(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = sample_reading();
    g_autoptr(GBytes) packed = reading_pack(reading);
    gsize length;
    const guint8 *bytes = g_bytes_get_data(packed, &length);
    guint refused = 0;
    for (gsize at = 0; at < length; at++) {
        g_autofree guint8 *copy = g_memdup2(bytes, length);
        copy[at] ^= 0xff;
        g_autoptr(GBytes) spoiled = g_bytes_new(copy, length);
        g_autoptr(Reading) again = reading_unpack(spoiled, NULL);
        refused += again == NULL;
    }
    assert_true(refused > length / 2);
}

/* The members of a struct stand in its table in order and without a gap wider than alignment asks for. */
static void tables_name_every_member(void **state)
{
    (void)state;
    const Shape *shapes[] = {&mailbox_shape, &attachment_shape, &field_shape,
                             &finding_shape, &recipient_shape,  &bounce_shape,
                             &reading_shape, &meaning_shape,    &candidate_shape};
    for (guint i = 0; i < G_N_ELEMENTS(shapes); i++) {
        gsize end = 0;
        for (guint m = 0; m < shapes[i]->count; m++) {
            const Member *member = &shapes[i]->members[m];
            gsize aligned = (end + member->size - 1) / member->size * member->size;
            if (member->offset != aligned)
                fail_msg("a member before %s is not in table %u", member->name, i);
            end = member->offset + member->size;
        }
        gsize aligned = (end + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);
        if (aligned != shapes[i]->size)
            fail_msg("the last member is not in table %u", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_survives),      cmocka_unit_test(tables_name_every_member),
        cmocka_unit_test(absent_members_stay_absent), cmocka_unit_test(a_lie_is_named),
        cmocka_unit_test(broken_utf8_is_refused),     cmocka_unit_test(cut_short_is_refused),
        cmocka_unit_test(flipped_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
