#include "parsers/kind/signs.h"

#include "parsers/kind/automatic.h"
#include "parsers/kind/person.h"
#include "parsers/kind/phrases.h"
#include "parsers/kind/report.h"
#include "parsers/kind/report_phrases.h"
#include "parsers/kind/sign_tables.h"
#include "parsers/kind/words.h"

#include <postern/base/clean.h>
#include <string.h>

#define REASON_BYTES 200u /* a reason is a line */
#define REASONS 20u       /* more tell nobody more */
#define PROSE_BYTES 4096u

void signs_add(Signs *signs, MailKind kind, guint weight, const char *format, ...)
{
    signs->weight[kind] += weight;
    if (signs->reasons->len >= REASONS)
        return;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *words = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_ptr_array_add(signs->reasons, clean_line(words, -1, REASON_BYTES));
}

/* The link to leave a list is that list's, too, when it leads to the list's domain or to Google's groups. */
static gboolean is_own_list(const HeaderSign *known, const char *raw, const char *own_list)
{
    if (!own_list || known->kind == KIND_LIST)
        return own_list != NULL;
    const char *at = strrchr(own_list, '@');
    return g_str_has_prefix(known->name, "List-Unsubscribe") &&
           (strcasestr(raw, "groups.google.") || strcasestr(raw, "googlegroups.") ||
            (at && strcasestr(raw, at + 1)));
}

/* Fields that gateways, filters and odd clients put on what people write. */
static gboolean is_put_on(const HeaderSign *known)
{
    static const char *const names[] = {"Precedence", "X-Precedence", "List-Unsubscribe", "X-Loop", NULL};
    return g_strv_contains(names, known->name) && known->kind != KIND_AUTO_REPLY;
}

/* Which names a header has, as sums: most of the table are in no mail, and this tells so at once. */
static guint name_sum(const char *name)
{
    gsize length = strlen(name);
    return length == 0 ? 0
                       : ((guint)length * 5 ^ (guint)g_ascii_tolower(name[length / 2]) * 3 ^
                          (guint)g_ascii_tolower(name[length - 1])) %
                             256;
}

/* A field of that sort, on what a person wrote. */
static gboolean is_weak(const Signs *signs, const HeaderSign *known, const KindEvidence *evidence)
{
    return is_put_on(known) && (signs->has_client || person_is_talking(evidence));
}

static void collect_headers(Signs *signs, const KindEvidence *evidence, const char *own_list)
{
    const Headers *headers = evidence->headers;
    gboolean has_sum[256] = {FALSE};
    for (guint i = 0; i < headers->fields->len; i++)
        has_sum[name_sum(((const HeaderField *)headers->fields->pdata[i])->name)] = TRUE;
    for (guint i = 0; kind_header_signs[i].name; i++) {
        const HeaderSign *known = &kind_header_signs[i];
        const char *raw = has_sum[name_sum(known->name)] ? headers_get(headers, known->name, 0) : NULL;
        if (raw && is_own_list(known, raw, own_list))
            continue;
        g_autofree char *token = raw ? field_token(raw) : NULL;
        /* "X-Autoreply: no" says what it says. */
        if (!raw || g_str_equal(token, "no") || g_str_equal(token, "false") ||
            (known->value && !g_str_equal(token, known->value)))
            continue;
        gboolean weak = is_weak(signs, known, evidence);
        signs->no_answer |= !weak && (known->weight == NO_ANSWER || known->weight >= SIGN_PROOF);
        g_autofree char *value = clean_line(raw, -1, 80);
        signs_add(signs, known->kind, weak ? known->weight / 2 : known->weight, "%s: %s", known->name, value);
    }
}

/* RFC 3834 5: a keyword, then parameters; unknown keywords mean that no person sent it. */
static void collect_auto_submitted(Signs *signs, const Headers *headers)
{
    const char *raw;
    for (guint i = 0; i < 5 && (raw = headers_get(headers, "Auto-Submitted", i)); i++) {
        g_autofree char *token = field_token(raw);
        if (token[0] == '\0' || g_str_equal(token, "no"))
            continue;
        MailKind kind = g_str_equal(token, "auto-replied") ? KIND_AUTO_REPLY : KIND_MACHINE;
        signs_add(signs, kind, 4, "Auto-Submitted: %s", token);
    }
}

/* A wish, not a proof: the sender's server asks that no machine answers. */
static void collect_suppression(Signs *signs, const Headers *headers)
{
    const char *raw = headers_get(headers, "X-Auto-Response-Suppress", 0);
    static const char *const wishes[] = {"all", "oof", "autoreply", NULL};
    g_autofree char *value = lower_text(raw, 200);
    if (!raw || !has_phrase(value, wishes))
        return;
    /* Exchange writes it on what people send, too. */
    signs->no_answer |= !signs->has_client;
    signs_add(signs, KIND_AUTO_REPLY, 1, "X-Auto-Response-Suppress: %s", value);
}

/* "No-Reply+x@…" → "noreply+x" */
static char *plain_local(const char *address)
{
    GString *out = g_string_new(NULL);
    const char *at = strrchr(address, '@');
    for (const char *c = address; *c && (!at || c < at) && out->len < 64; c++)
        if (!strchr("-_.\"<> ", *c))
            g_string_append_c(out, g_ascii_tolower(*c));
    return g_string_free(out, FALSE);
}

/* "alertsson@…" after "alerts": the word is the beginning of a name. A plural is none. */
static gboolean goes_on_as_name(const char *address, const char *word)
{
    const char *at = strcasestr(address, word);
    const char *rest = at ? at + strlen(word) : "";
    return g_ascii_isalpha(rest[0]) && !(rest[0] == 's' && !g_ascii_isalpha(rest[1])) &&
           !g_str_has_prefix(rest, "ing");
}

static void collect_sender(Signs *signs, const char *address)
{
    g_autofree char *local = plain_local(address);
    for (guint i = 0; kind_sender_signs[i].local; i++) {
        const SenderSign *known = &kind_sender_signs[i];
        if (known->is_whole ? !g_str_equal(local, known->local) : !g_str_has_prefix(local, known->local))
            continue;
        if (g_strv_contains(kind_sender_roles, known->local) &&
            (signs->has_client || goes_on_as_name(address, known->local)))
            return;
        signs->no_answer = TRUE;
        signs_add(signs, known->kind, known->weight, "From: %s", address);
        return;
    }
    /* "support-noreply", "service.donotreply" */
    if (g_str_has_suffix(local, "noreply") || g_str_has_suffix(local, "donotreply") ||
        strstr(local, "noreply+")) {
        signs->no_answer = TRUE;
        signs_add(signs, KIND_MACHINE, 4, "From: %s", address);
    }
}

/* Nobody reads what is sent there. */
static gboolean is_automatic_sender(const char *address)
{
    g_auto(Signs) signs = {.reasons = g_ptr_array_new_with_free_func(g_free)};
    collect_sender(&signs, address);
    return signs.no_answer;
}

/* "MAILER-DAEMON <>" and "Mail Delivery Subsystem <MAILER-DAEMON>" are no addresses, but they are signs. */
static char *sender_address(const KindEvidence *evidence)
{
    if (evidence->from)
        return g_strdup(evidence->from);
    const char *raw = headers_get(evidence->headers, "From", 0);
    gsize length;
    const char *found = raw ? find_address(raw, raw + strlen(raw), &length) : NULL;
    if (!raw || found)
        return raw ? g_strndup(found, length) : NULL;
    const char *open = strchr(raw, '<');
    g_autofree char *inside = open ? g_strndup(open + 1, strcspn(open + 1, "> ")) : NULL;
    return clean_line(inside && inside[0] ? inside : raw, -1, 100);
}

/* RFC 5321 4.5.5: reports and automatic answers come from the null sender. */
static gboolean is_null_sender(const KindEvidence *evidence)
{
    const char *path = headers_get(evidence->headers, "Return-Path", 0);
    if (evidence->envelope_from)
        return evidence->envelope_from[0] == '\0' || g_str_equal(evidence->envelope_from, "<>");
    g_autofree char *line = path ? clean_line(path, -1, 100) : NULL;
    return line && (g_str_equal(line, "<>") || line[0] == '\0');
}

static void collect_program(Signs *signs, const Headers *headers)
{
    static const char *const fields[] = {"X-Mailer", "User-Agent", NULL};
    for (const char *const *name = fields; *name; name++) {
        g_autofree char *value = lower_text(headers_get(headers, *name, 0), 200);
        if (has_phrase(value, kind_responders))
            signs_add(signs, KIND_AUTO_REPLY, 4, "%s: %s", *name, value);
        else if (has_phrase(value, kind_programs))
            signs_add(signs, KIND_MACHINE, 4, "%s: %s", *name, value);
        else if (has_phrase(value, kind_ticket_programs)) {
            /* People answer through these, but they answer by themselves too. */
            signs->no_answer |= headers_count(headers, "In-Reply-To") == 0;
            /* Who asks for no automatic answer is mostly none himself. */
            gboolean is_suppressing = signs->weight[KIND_AUTO_REPLY] > 0;
            signs_add(signs, is_suppressing ? KIND_AUTO_REPLY : KIND_MACHINE,
                      is_suppressing ? SIGN_PROOF - 1 : NO_ANSWER, "%s: %s", *name, value);
        }
    }
}

/* No address at all, or one of a program; a Domino server has the path of its name. */
static gboolean is_system_sender(const KindEvidence *evidence)
{
    g_autofree char *sender = sender_address(evidence);
    g_autofree char *local = sender && strchr(sender, '@') ? plain_local(sender) : NULL;
    return sender && (!local || strchr(local, '/') || g_strv_contains(kind_system_senders, local));
}

static void collect_bounce(Signs *signs, const KindEvidence *evidence, const AutomaticTexts *texts)
{
    const char *subject = texts->subject, *prose = texts->prose;
    gboolean null_sender = texts->null_sender;
    if (evidence->delivery_status ||
        (evidence->report_type && g_str_equal(evidence->report_type, "delivery-status")))
        signs_add(signs, KIND_BOUNCE, 4, "Content-Type: multipart/report; report-type=delivery-status");
    if (null_sender && g_strcmp0(evidence->type, "multipart/report") == 0 && !evidence->report_type)
        signs_add(signs, KIND_BOUNCE, 3, "Content-Type: multipart/report");
    if (strstr(prose, "\"notificationtype\":\"bounce\""))
        signs_add(signs, KIND_BOUNCE, 4, "body: notificationType Bounce");
    if (strstr(prose, "\"notificationtype\":\"complaint\""))
        signs_add(signs, KIND_FEEDBACK, 4, "body: notificationType Complaint");
    gboolean answers = g_str_has_prefix(subject, "re:") || g_str_has_prefix(subject, "fwd:") ||
                       g_str_has_prefix(subject, "fw:");
    if (!answers && (has_phrase_of(texts->subject_grams, subject, kind_bounce_subjects) ||
                     has_phrase_of(texts->subject_grams, subject, report_world_failed)))
        signs_add(signs, KIND_BOUNCE, signs->weight[KIND_BOUNCE] > 0 || null_sender ? 2 : 1, "Subject: %s",
                  evidence->subject);
    if (signs->weight[KIND_BOUNCE] > 0 && (has_phrase_of(texts->grams, prose, kind_bounce_words) ||
                                           has_phrase_of(texts->grams, prose, report_world_failed)))
        signs_add(signs, KIND_BOUNCE, 2, "body speaks of a failed delivery");
    if (signs->weight[KIND_BOUNCE] == SIGN_PROOF - 1 && null_sender && report_is_answer(prose))
        signs_add(signs, KIND_BOUNCE, 1, "body holds a server's answer");
    if (signs->weight[KIND_BOUNCE] == SIGN_PROOF - 1 && !null_sender && is_system_sender(evidence))
        signs_add(signs, KIND_BOUNCE, 1, "sender is a program");
}

static void collect_reports(Signs *signs, const KindEvidence *evidence)
{
    const char *type = evidence->report_type ? evidence->report_type : "";
    if (evidence->feedback || g_str_equal(type, "feedback-report"))
        signs_add(signs, KIND_FEEDBACK, 4, "Content-Type: multipart/report; report-type=feedback-report");
    if (evidence->disposition || g_str_equal(type, "disposition-notification"))
        signs_add(signs, KIND_RECEIPT, 4,
                  "Content-Type: multipart/report; report-type=disposition-notification");
}

void signs_collect(Signs *signs, const KindEvidence *evidence)
{
    signs->reasons = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *subject = lower_text(evidence->subject, 500);
    g_autofree char *prose = lower_text(evidence->text, PROSE_BYTES);
    gboolean null_sender = is_null_sender(evidence);
    if (null_sender) {
        signs->no_answer = TRUE;
        signs_add(signs, KIND_BOUNCE, 1, "null sender");
    }
    signs->has_client = person_has_client(evidence->headers);
    collect_reports(signs, evidence);
    collect_auto_submitted(signs, evidence->headers);
    g_autofree char *firm_list = evidence->own_list || !evidence->from
                                     ? NULL
                                     : person_firm_list(evidence, evidence->from, signs->has_client);
    collect_headers(signs, evidence, firm_list ? firm_list : evidence->own_list);
    if (firm_list)
        signs_add(signs, KIND_HUMAN, 0, "a person of %s, and the list is the firm's own", firm_list + 1);
    collect_suppression(signs, evidence->headers);
    collect_program(signs, evidence->headers);
    g_autofree char *sender = sender_address(evidence);
    if (sender && person_has_form(evidence, sender)) {
        signs->no_answer |= is_automatic_sender(sender);
        signs_add(signs, KIND_HUMAN, 0, "a form that somebody filled in: Reply-To is in its text");
    } else if (sender)
        collect_sender(signs, sender);
    Grams grams, subject_grams;
    grams_init(&grams, prose, strlen(prose));
    grams_init(&subject_grams, subject, strlen(subject));
    const AutomaticTexts texts = {subject, prose, &grams, &subject_grams, null_sender};
    collect_bounce(signs, evidence, &texts);
    automatic_collect(signs, evidence, &texts);
    /* From the null sender and of no known sort: still no person. */
    if (null_sender)
        signs->weight[headers_count(evidence->headers, "In-Reply-To") > 0 ? KIND_AUTO_REPLY : KIND_MACHINE] +=
            SIGN_PROOF;
}

void signs_clear(Signs *signs)
{
    g_clear_pointer(&signs->reasons, g_ptr_array_unref);
}
