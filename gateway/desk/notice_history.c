#include "gateway/desk/notice_parts.h"

#include <postern/base/clean.h>
#include <postern/reply.h>

#include <string.h>

#define HISTORY_MOST 5u
#define HISTORY_BYTES 700u
#define HISTORY_LINES 10u
#define NOTE_COLUMNS 60u /* no program breaks such a line again, so each keeps its mark */
#define RELATED_MOST 8u
#define SUBJECT_BYTES 120u

char *notice_text(const char *text, gsize most)
{
    g_autofree char *clean = clean_text(text ? text : "", -1, most);
    return reply_disarm(clean);
}

static char *moment(gint64 time_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC);
    return time ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC") : g_strdup("");
}

/* The beginning: a person who wants more has the ticket. */
static char *shortened(const char *text)
{
    g_autofree char *clean = notice_text(text, HISTORY_BYTES);
    g_autofree char *stripped = g_strdup(g_strstrip(clean));
    const char *end = stripped;
    for (guint lines = 0; *end && lines < HISTORY_LINES; end++)
        lines += *end == '\n';
    gboolean is_cut = *end != '\0' || strlen(text) > HISTORY_BYTES;
    g_autofree char *kept = g_strndup(stripped, (gsize)(end - stripped));
    return g_strconcat(g_strchomp(kept), is_cut ? "\n[…]" : "", NULL);
}

static void append_wrapped(GString *out, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    glong used = 0;
    g_string_append(out, REPLY_INSIDE_MARK);
    for (guint i = 0; words[i]; i++) {
        glong columns = g_utf8_strlen(words[i], -1);
        if (used > 0 && used + 1 + columns > (glong)NOTE_COLUMNS) {
            g_string_append(out, "\n" REPLY_INSIDE_MARK);
            used = 0;
        }
        g_string_append_printf(out, " %s", words[i]);
        used += 1 + columns;
    }
}

/* Each line of a note is marked: whatever piece of it an agent's program quotes is known for what it is. */
static char *marked(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *out = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++) {
        g_string_append(out, i ? "\n" : "");
        append_wrapped(out, lines[i]);
    }
    return g_string_free(out, FALSE);
}

static char *indented(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *joined = g_strjoinv("\n    ", lines);
    return g_strconcat("    ", joined, NULL);
}

static void add_message(const TicketMessage *message, TemplateValues *values)
{
    TemplateValues *item = template_add_item(values, "history");
    gboolean is_note = strcmp(message->direction, "note") == 0;
    g_autofree char *when = moment(message->at_us);
    g_autofree char *who = clean_terminal(message->from_name && *message->from_name ? message->from_name
                                                                                    : message->from_address);
    /* In an agent's name perhaps, but nobody believed it. */
    gboolean is_doubted = is_note && g_strcmp0(message->role, "guest") == 0;
    g_autofree char *named =
        g_strconcat(who && *who ? who : "unknown", is_doubted ? " (not proven to be an agent)" : "", NULL);
    g_autofree char *text = shortened(message->reply ? message->reply : "");
    g_autofree char *shown = is_note ? marked(text) : g_strdup(text);
    g_autofree char *in = indented(shown);
    template_set(item, "when", when);
    template_set(item, "who", named);
    template_set(item, "is_note", is_note ? "yes" : NULL);
    template_set(item, "is_out", strcmp(message->direction, "out") == 0 ? "yes" : NULL);
    template_set(item, "text", shown);
    template_set(item, "indented", in);
}

void notice_add_history(const DeskCase *mail, TemplateValues *values)
{
    const Ticket *ticket = mail->facts->ticket;
    for (guint i = ticket ? ticket->messages->len : 0, shown = 0; i > 0 && shown < HISTORY_MOST; i--) {
        const TicketMessage *message = ticket->messages->pdata[i - 1];
        if (desk_is_commands(message))
            continue;
        add_message(message, values);
        shown++;
    }
}

/* What is known of a ticket with that reference, or NULL. */
static const Ticket *find_earlier(const Facts *facts, const char *ref)
{
    for (guint i = 0; facts->earlier && i < facts->earlier->len; i++)
        if (g_strcmp0(((const Ticket *)facts->earlier->pdata[i])->ref, ref) == 0)
            return facts->earlier->pdata[i];
    return NULL;
}

static void add_ticket(const Facts *facts, const char *ref, const char *how, GHashTable *shown,
                       TemplateValues *values)
{
    if (!ref || g_hash_table_size(shown) >= RELATED_MOST || !g_hash_table_add(shown, (gpointer)(guintptr)ref))
        return;
    const Ticket *known = find_earlier(facts, ref);
    TemplateValues *item = template_add_item(values, "related");
    g_autofree char *subject = known && known->subject ? clean_line(known->subject, -1, SUBJECT_BYTES) : NULL;
    template_set(item, "ref", ref);
    template_set(item, "how", how);
    template_set(item, "status", known ? known->status : NULL);
    template_set(item, "subject", subject);
}

static const char *ref_of(const Facts *facts, gint64 ticket_id)
{
    for (guint i = 0; i < facts->evidence->len; i++) {
        const Evidence *piece = facts->evidence->pdata[i];
        if (piece->ticket_id == ticket_id)
            return piece->ref;
    }
    return NULL;
}

void notice_add_related(const DeskCase *mail, const Decision *decision, TemplateValues *values)
{
    const Facts *facts = mail->facts;
    g_autoptr(GHashTable) shown = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < decision->related->len; i++) {
        const Related *related = decision->related->pdata[i];
        add_ticket(facts, ref_of(facts, related->ticket_id), related->how, shown, values);
    }
    for (guint i = 0; facts->ticket && i < facts->ticket->links->len; i++) {
        const TicketLink *link = facts->ticket->links->pdata[i];
        add_ticket(facts, link->ref, link->how, shown, values);
    }
    for (guint i = 0; facts->earlier && i < facts->earlier->len; i++)
        add_ticket(facts, ((const Ticket *)facts->earlier->pdata[i])->ref, "of the same customer", shown,
                   values);
}
