#include "attached.h"
#include "conflicts.h"
#include "evidence.h"
#include "forwarded.h"
#include "invitation.h"
#include "masking.h"
#include "part_nodes.h"
#include "way.h"

#include <postern/address.h>
#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/body.h>
#include <postern/ids.h>
#include <postern/parts.h>
#include <postern/reading.h>
#include <postern/reply.h>

#include <string.h>

/* All mailboxes of all fields of that name, within the limit of one list. */
static void read_mailboxes(const Headers *headers, const char *name, GPtrArray *out, GPtrArray *findings)
{
    const char *raw;
    gboolean is_cut = FALSE;
    for (guint nth = 0; (raw = headers_get(headers, name, nth)) && out->len < LIMIT_ADDRESSES; nth++) {
        GPtrArray *more = address_parse_list(raw);
        is_cut |= strlen(raw) > LIMIT_ADDRESS_HEADER_BYTES;
        g_ptr_array_extend_and_steal(out, more);
    }
    is_cut |= out->len > LIMIT_ADDRESSES;
    if (out->len > LIMIT_ADDRESSES)
        g_ptr_array_set_size(out, LIMIT_ADDRESSES);
    if (is_cut)
        finding_add(findings, "addresses-cut", "%s: only the first %u are listed", name, out->len);
}

static void read_ids(const Headers *headers, const char *name, GPtrArray **out)
{
    g_ptr_array_unref(*out);
    *out = ids_scan(headers_get(headers, name, 0));
}

static void read_message_id(const Headers *headers, Reading *reading)
{
    const char *raw = headers_get(headers, "Message-ID", 0);
    g_autoptr(GPtrArray) ids = ids_scan(raw);
    if (ids->len > 0)
        reading->message_id = g_strdup(ids->pdata[0]);
    else if (raw)
        finding_add(reading->findings, "message-id-broken", "%s", raw);
}

static void read_date(const Headers *headers, Reading *reading)
{
    const char *raw = headers_get(headers, "Date", 0);
    reading->date_us = mail_date_parse(raw);
    if (raw && reading->date_us == DATE_UNKNOWN)
        finding_add(reading->findings, "date-broken", "%s", raw);
}

/* RFC 5322 3.6: at most one of each. From is judged by its own grammar. */
static void note_repeated(const Headers *headers, Reading *reading)
{
    static const char *const names[] = {
        "Subject",    "Date",        "To",         "Cc",           "Reply-To",
        "Message-ID", "In-Reply-To", "References", "Content-Type", "Content-Transfer-Encoding"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        guint count = headers_count(headers, names[i]);
        if (count > 1)
            finding_add(reading->findings, "header-repeated", "%u %s fields", count, names[i]);
    }
}

static void read_sender(const Headers *headers, const ReadingSettings *settings, Reading *reading)
{
    reading->from = address_parse_sender(headers, reading->sender_findings);
    if (!reading->from || !settings->authserv_id)
        return;
    reading->from_authentic = address_is_authentic(headers, settings->authserv_id, reading->from->address);
    reading->from_refuted = address_is_refuted(headers, settings->authserv_id, reading->from->address);
    address_read_authentication(headers, settings->authserv_id, reading->from->address,
                                reading->authentication);
}

/* A subject or a name that shows other words than it holds. */
static void note_header_tricks(const Reading *reading)
{
    BodyTricks tricks = {0};
    const char *texts[] = {reading->subject, reading->from ? reading->from->name : ""};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(body_without_tricks(texts[i], &tricks));
    if (tricks.bidi_controls > 0)
        finding_add(reading->findings, "bidi-control", "in the subject, or the name of the sender");
    if (tricks.hidden_signs > 0)
        finding_add(reading->findings, "zero-width", "in the subject, or the name of the sender");
}

static void read_headers(const Headers *headers, const ReadingSettings *settings, Reading *reading)
{
    note_repeated(headers, reading);
    read_message_id(headers, reading);
    read_date(headers, reading);
    reading->subject = header_decode(headers_get(headers, "Subject", 0), LIMIT_SUBJECT_BYTES);
    read_sender(headers, settings, reading);
    note_header_tricks(reading);
    read_mailboxes(headers, "To", reading->to, reading->findings);
    read_mailboxes(headers, "Cc", reading->cc, reading->findings);
    read_mailboxes(headers, "Reply-To", reading->reply_to, reading->findings);
    read_ids(headers, "In-Reply-To", &reading->in_reply_to);
    read_ids(headers, "References", &reading->references);
    reading->hops = headers_count(headers, "Received");
    way_read(headers, settings->authserv_id, reading);
}

static void append_part(char **text, const char *more)
{
    char *whole = g_strconcat(*text, **text ? "\n\n" : "", more, NULL);
    g_free(*text);
    *text = whole;
}

/* Nothing is lost, and nobody has to read it. */
static void add_aside(const char *aside, Reading *reading)
{
    g_autofree char *words = g_strstrip(g_strdup(aside));
    gsize room = LIMIT_TEXT_BYTES - strlen(reading->text);
    if (*words == '\0' || strlen(words) + 2 > room || reading->spans->len >= LIMIT_SPANS)
        return;
    append_part(&reading->text, words);
    append_part(&reading->signature, words);
    TextSpan *span = g_new(TextSpan, 1);
    gsize end = strlen(reading->text);
    *span = (TextSpan){SPAN_FINE_PRINT, end - strlen(words), end};
    g_ptr_array_add(reading->spans, span);
}

static void split_text(ShownText *shown, Reading *reading)
{
    g_auto(ReplyParts) parts = {0};
    if (reply_subject_is_forward(reading->subject))
        reply_split_forward(shown->text, &parts);
    else
        reply_split(shown->text, shown->quote_start, &parts);
    reading->text = g_steal_pointer(&shown->text);
    reading->reply = g_steal_pointer(&parts.reply);
    reading->quoted = g_steal_pointer(&parts.quoted);
    reading->signature = g_steal_pointer(&parts.signature);
    g_ptr_array_unref(reading->spans);
    reading->spans = g_steal_pointer(&parts.spans);
    add_aside(shown->aside, reading);
}

/* A group that is the desk's own makes no list mail of what customers write to it. Which groups those are,
 * only the desk knows. */
static void judge_direct(KindEvidence *evidence, Reading *reading)
{
    reading->direct_kind = reading->kind;
    reading->direct_may_answer = reading->may_answer;
    if (!reading->list_address && !reading->original_from)
        return;
    g_autoptr(Reading) direct = reading_new();
    evidence->own_list = reading->list_address;
    if (reading->original_from)
        evidence->from = reading->original_from->address;
    kind_judge(evidence, direct);
    reading->direct_kind = direct->kind;
    reading->direct_may_answer = direct->may_answer;
}

static gboolean is_calendar_answer(const Reading *reading)
{
    for (guint i = 0; i < reading->invitations->len; i++) {
        const Invitation *invitation = reading->invitations->pdata[i];
        if (invitation->method && g_str_has_prefix(invitation->method, "reply"))
            return TRUE;
    }
    return FALSE;
}

static void judge_kind(Mail *mail, const ShownText *shown, const ReadingSettings *settings, Reading *reading)
{
    g_auto(EvidenceTexts) texts = {0};
    evidence_read(mail, &texts);
    const MailPart *whole = mail_part(mail, 0);
    KindEvidence evidence = {
        .headers = mail_headers(mail),
        .type = whole->type,
        .report_type = whole->report_type,
        .delivery_status = texts.delivery_status,
        .disposition = texts.disposition,
        .feedback = texts.feedback,
        .returned = texts.returned,
        .text = reading->text,
        .is_calendar_answer = is_calendar_answer(reading),
        .text_is_calendar = shown->is_invitation && is_calendar_answer(reading),
        .subject = reading->subject,
        .from = reading->from ? reading->from->address : NULL,
        .envelope_from = settings->envelope_from ? settings->envelope_from : reading->return_path,
    };
    kind_judge(&evidence, reading);
    judge_direct(&evidence, reading);
}

static const char *sender_domain(const Reading *reading)
{
    const char *at = reading->from ? strrchr(reading->from->address, '@') : NULL;
    return at ? at + 1 : NULL;
}

/* Before anything is masked: both sets see the same. */
static void find_other(const RulesInput *input, const ReadingSettings *settings, Reading *reading)
{
    if (!settings->other_rules)
        return;
    RulesInput own = *input;
    own.deadline_us = clock_monotonic_us() + LIMIT_RULE_MAIL_US;
    const RulesOutput output = {.fields = reading->other_fields,
                                .meanings = reading->other_meanings,
                                .findings = reading->other_gave_up};
    rules_find(settings->other_rules, settings->other_scratch, &own, &output);
}

static void find_fields(Mail *mail, const ShownText *shown, const ReadingSettings *settings, Reading *reading)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    attached_texts(mail, shown, reading, names, texts);
    RulesInput input = {
        .subject = reading->subject,
        .reply = reading->reply,
        .text = reading->text,
        .quoted = reading->quoted,
        .attachment_names = names,
        .attachment_texts = texts,
        .attachments = reading->attachments,
        .from_domain = sender_domain(reading),
        .deadline_us = clock_monotonic_us() + LIMIT_RULE_MAIL_US,
    };
    find_other(&input, settings, reading);
    const RulesOutput output = {.fields = reading->fields,
                                .losers = reading->losers,
                                .meanings = reading->meanings,
                                .findings = reading->findings,
                                .candidates = settings->with_candidates ? reading->candidates : NULL};
    rules_find(settings->rules, settings->scratch, &input, &output);
    /* Slow rules leave time to mask what is kept. */
    masking_run(settings, clock_monotonic_us() + LIMIT_RULE_MASK_US, reading);
    rules_forget_texts(settings->scratch);
}

static Reading *make(Mail *mail, const ReadingSettings *settings, GPtrArray *findings)
{
    Reading *reading = reading_new();
    g_auto(ShownText) shown = {0};
    g_ptr_array_unref(reading->findings);
    reading->findings = g_ptr_array_ref(findings);
    read_headers(mail_headers(mail), settings, reading);
    shown_text_make(mail, reading->findings, &shown);
    split_text(&shown, reading);
    invitations_read(mail, reading->invitations);
    attached_list(mail, &shown, reading);
    part_nodes_list(mail, &shown, reading);
    judge_kind(mail, &shown, settings, reading);
    conflicts_note(mail_headers(mail), reading);
    reading->forwarded = forwarded_read(mail, reading, shown.quote_start);
    if (settings->rules)
        find_fields(mail, &shown, settings, reading);
    return reading;
}

Reading *reading_make_mail(Mail *mail, const ReadingSettings *settings)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    return make(mail, settings, findings);
}

Reading *reading_make_bytes(const char *bytes, gsize length, const ReadingSettings *settings, GError **error)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(bytes, length, findings, error);
    return mail ? make(mail, settings, findings) : NULL;
}

Reading *reading_make_fd(int fd, const ReadingSettings *settings, GError **error)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_fd(fd, findings, error);
    return mail ? make(mail, settings, findings) : NULL;
}
