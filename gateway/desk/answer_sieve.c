#include "gateway/desk/answer_sieve.h"

#include <postern/address.h>
#include <postern/reply.h>

#include <string.h>

/* Quoted lines that are looked up in what customers wrote; people answer between fewer. */
#define QUOTED_LINES_MOST 500u
#define CUSTOMER_TEXT_BYTES (512u * 1024)
/* Lines that "On …, somebody wrote:" is broken over. */
#define ATTRIBUTION_LINES 3u

/* Blanks and line ends are one blank, marks of quotes go. */
static void squeeze(GString *out, const char *text)
{
    gboolean at_start = TRUE, blank_waits = FALSE;
    for (; *text && out->len < CUSTOMER_TEXT_BYTES; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        gboolean is_space = g_unichar_isspace(c);
        blank_waits |= is_space;
        at_start = c == '\n' || (at_start && (is_space || c == '>'));
        if (is_space || at_start)
            continue;
        if (blank_waits && out->len > 0)
            g_string_append_c(out, ' ');
        blank_waits = FALSE;
        g_string_append_unichar(out, c);
    }
}

/* After tickets of two customers became one, neither reads what the other wrote. */
static gboolean is_heard(const Ticket *ticket, const TicketMessage *message)
{
    if (address_equal(message->from_address, ticket->requester_address))
        return TRUE;
    for (guint i = 0; i < ticket->participants->len; i++) {
        const Participant *participant = ticket->participants->pdata[i];
        if (participant->copies && address_equal(message->from_address, participant->address))
            return TRUE;
    }
    return FALSE;
}

/* What customers wrote here, newest first: older ones are quoted less. */
static char *customers_text(const Ticket *ticket)
{
    GString *all = g_string_new(NULL);
    for (guint i = ticket ? ticket->messages->len : 0; i-- > 0;) {
        const TicketMessage *message = ticket->messages->pdata[i];
        if (g_strcmp0(message->direction, "in") != 0 || g_strcmp0(message->role, "agent") == 0 ||
            !message->reply || !is_heard(ticket, message))
            continue;
        squeeze(all, message->reply);
        g_string_append_c(all, '\n');
    }
    return g_string_free(all, FALSE);
}

/* ">", "> >", and "KL>" of old programs. */
static gboolean is_quoted(const char *line)
{
    line += strspn(line, " \t");
    for (guint letters = 0; letters < 3 && g_ascii_isupper(*line); letters++)
        line++;
    return *line == '>';
}

typedef struct {
    char **lines;
    gboolean *keep;
    guint count, looked_up;
    gboolean has_quotes;
    char *customers;
} Sieve;

static void sieve_clear(Sieve *sieve)
{
    g_strfreev(sieve->lines);
    g_free(sieve->keep);
    g_free(sieve->customers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sieve, sieve_clear)

static gboolean is_blank(const char *line)
{
    return line[strspn(line, " \t>\r")] == '\0';
}

static gboolean is_customers(Sieve *sieve, const char *line)
{
    if (sieve->looked_up++ >= QUOTED_LINES_MOST)
        return FALSE;
    const char *mark = strchr(line, '>');
    GString *plain = g_string_new(NULL);
    squeeze(plain, mark);
    gboolean found = plain->len > 0 && strstr(sieve->customers, plain->str);
    g_string_free(plain, TRUE);
    return found;
}

/* How many of the lines above a quote say whose it is: asked of those who know such lines. */
static guint attribution_lines(const Sieve *sieve, guint quote)
{
    guint first = sieve->looked_up < QUOTED_LINES_MOST ? quote : 0;
    while (first > 0 && quote - first < ATTRIBUTION_LINES && !is_quoted(sieve->lines[first - 1]) &&
           (!is_blank(sieve->lines[first - 1]) || first == quote))
        first--;
    if (first == 0 && quote > ATTRIBUTION_LINES)
        return 0;
    GString *piece = g_string_new("…\n\n");
    for (guint i = first; i < quote; i++)
        g_string_append_printf(piece, "%s\n", sieve->lines[i]);
    g_string_append(piece, "> …\n> …\n");
    g_auto(ReplyParts) parts = {0};
    reply_split(piece->str, -1, &parts);
    g_string_free(piece, TRUE);
    g_auto(GStrv) left = g_strsplit(g_strchomp(parts.reply), "\n", -1);
    guint stay = g_strv_length(left);
    stay = stay > 2 ? stay - 2 : 0;
    for (guint i = first + stay; i < quote; i++)
        if (!is_blank(sieve->lines[i]))
            return quote - first - stay;
    return 0;
}

/* From line `first` on: one block of quoted lines. Returns the line behind it. */
static guint sift_quote(Sieve *sieve, guint first)
{
    sieve->has_quotes = TRUE;
    /* It names us and the address that this agent answers to, not the customer. */
    guint above = attribution_lines(sieve, first);
    for (guint i = 1; i <= above; i++)
        sieve->keep[first - i] = FALSE;
    guint end = first;
    for (; end < sieve->count && is_quoted(sieve->lines[end]); end++)
        sieve->keep[end] = !is_blank(sieve->lines[end]) && is_customers(sieve, sieve->lines[end]);
    /* Empty ones between two that stay. */
    for (guint i = first + 1; i + 1 < end; i++)
        sieve->keep[i] |= is_blank(sieve->lines[i]) && sieve->keep[i - 1] && sieve->keep[i + 1];
    return end;
}

char *answer_sift(const Ticket *ticket, const char *text, gboolean *out_has_quotes)
{
    g_auto(Sieve) sieve = {.lines = g_strsplit(text, "\n", -1), .customers = customers_text(ticket)};
    sieve.count = g_strv_length(sieve.lines);
    sieve.keep = g_new(gboolean, sieve.count + 1);
    for (guint i = 0; i < sieve.count;) {
        if (is_quoted(sieve.lines[i])) {
            i = sift_quote(&sieve, i);
            continue;
        }
        sieve.keep[i] = !reply_holds_notice(sieve.lines[i]);
        i++;
    }
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < sieve.count; i++)
        if (sieve.keep[i])
            g_string_append_printf(out, "%s\n", sieve.lines[i]);
    *out_has_quotes = sieve.has_quotes;
    return g_string_free(out, FALSE);
}
