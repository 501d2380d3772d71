#include "withhold.h"

#include <postern/base/clock.h>
#include <postern/base/limits.h>
#include <postern/body.h>
#include <postern/parts.h>

#include <string.h>

/* Messages within messages: deeper ones are not looked into. */
#define LEVELS_MOST 3u

typedef struct {
    const RuleSet *rules;
    RulesScratch *scratch;
    gint64 deadline_us;
    guint level;
} Search;

static gboolean holds(Search *search, Mail *mail, guint index);

/* No words to read in it. */
static gboolean is_picture(const MailPart *part)
{
    static const char *const prefixes[] = {"image/", "audio/", "video/", "font/"};
    if (strcmp(part->type, "image/svg+xml") == 0)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(part->type, prefixes[i]))
            return TRUE;
    return FALSE;
}

/* `text` is written to. */
static gboolean text_holds(const Search *search, char *text)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autofree char *before = g_strdup(text);
    rules_mask(search->rules, search->scratch, text, search->deadline_us, findings);
    return findings->len > 0 || strcmp(before, text) != 0;
}

/* Pages are looked through as they are written and as they are read: a word in bold is cut in the one, the
 * target of a link is gone in the other. */
static gboolean page_holds(const Search *search, const char *markup)
{
    gssize quote_start;
    BodyNotes notes;
    g_autofree char *text = body_html_to_text(markup, strlen(markup), &quote_start, &notes);
    return notes.is_incomplete || text_holds(search, text);
}

static gboolean bytes_hold(const Search *search, Mail *mail, guint index)
{
    gboolean is_cut = FALSE;
    g_autofree char *text = part_text_plain(mail, index, LIMIT_TEXT_BYTES, NULL, &is_cut);
    if (is_cut)
        return TRUE;
    if (strcmp(mail_part(mail, index)->type, "text/html") == 0 && page_holds(search, text))
        return TRUE;
    return text_holds(search, text);
}

/* What gives no field is masked all the same, and noticed. */
static gboolean message_holds(Search *search, Mail *mail)
{
    const ReadingSettings settings = {.rules = search->rules, .scratch = search->scratch};
    g_autoptr(Reading) reading = reading_make_mail(mail, &settings);
    gboolean is_found = rules_met_secret(search->scratch);
    for (guint i = 0; i < reading->findings->len; i++)
        is_found |= strcmp(((const Finding *)reading->findings->pdata[i])->code, "rule-gave-up") == 0;
    g_auto(ShownText) shown = {0};
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    shown_text_make(mail, findings, &shown);
    g_autoptr(GPtrArray) attached = parts_attached(mail, &shown);
    for (guint i = 0; i < attached->len && !is_found; i++)
        is_found = holds(search, mail, ((const AttachedPart *)attached->pdata[i])->index);
    return is_found;
}

/* An enclosed message is a mail of its own: its text may be in any encoding. Its bytes were looked through by
 * what is known of the mail around it. */
static gboolean enclosed_holds(const Search *search, Mail *mail, guint index)
{
    gsize length;
    gboolean is_cut = FALSE;
    if (search->level == LEVELS_MOST)
        return TRUE;
    g_autofree char *bytes = mail_part_bytes(mail, index, LIMIT_CONTENT_BYTES, &length, &is_cut);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) enclosed = mail_open_bytes(bytes, length, findings, NULL);
    g_autoptr(RulesScratch) scratch = rules_scratch_new(search->rules);
    Search inner = {search->rules, scratch, search->deadline_us, search->level + 1};
    return is_cut || !enclosed || message_holds(&inner, enclosed);
}

static gboolean holds(Search *search, Mail *mail, guint index)
{
    const MailPart *part = mail_part(mail, index);
    if (is_picture(part))
        return FALSE;
    if (clock_monotonic_us() >= search->deadline_us)
        return TRUE;
    return bytes_hold(search, mail, index) || (part->is_message && enclosed_holds(search, mail, index));
}

gboolean withhold_part(Mail *mail, guint index, const RuleSet *rules, RulesScratch *scratch,
                       gint64 deadline_us)
{
    Search search = {rules, scratch, deadline_us, 0};
    return holds(&search, mail, index);
}
