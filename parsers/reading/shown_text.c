#include "invitation.h"
#include "part_text.h"
#include "protection.h"
#include "teaser.h"

#include <postern/base/limits.h>
#include <postern/parts.h>

#include <string.h>

/* As far into the markup as the words of the plain part are looked for. */
#define COMPARE_BYTES (64u * 1024)

typedef struct {
    Mail *mail;
    GPtrArray *findings;
    PartUse *uses;
    gsize room;     /* bytes of text that still fit */
    GString *aside; /* teasers */
} Choice;

static const MailPart *part_at(const Choice *choice, guint index)
{
    return mail_part(choice->mail, index);
}

/* The part after `index` and all that is in it. */
static guint part_after(const Choice *choice, guint index)
{
    guint next = index + 1;
    while (next < mail_part_count(choice->mail) &&
           part_at(choice, next)->level > part_at(choice, index)->level)
        next++;
    return next;
}

static gboolean is_type(const Choice *choice, guint index, const char *type)
{
    return strcmp(part_at(choice, index)->type, type) == 0;
}

static gboolean is_readable(const MailPart *part)
{
    static const char *const types[] = {"text/plain",    "text/html",     "text/enriched",
                                        "text/richtext", "text/markdown", "text/x-markdown"};
    if (part->is_raw)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(part->type, types[i]) == 0)
            return part->is_leaf;
    return FALSE;
}

/* A text with a name is a file that somebody attached, whatever its disposition. */
gboolean part_is_shown(const MailPart *part)
{
    gboolean is_file = part->name || (part->disposition && strcmp(part->disposition, "attachment") == 0);
    return is_readable(part) && (part->index == 0 || !is_file);
}

/* Leaves of `index` that could be shown get this use. */
static void use_forms(Choice *choice, guint index, PartUse use)
{
    for (guint i = index, end = part_after(choice, index); i < end; i++)
        if (part_at(choice, i)->is_leaf && part_is_shown(part_at(choice, i)))
            choice->uses[i] = use;
}

/* Forms that only repeat what the plain or the HTML form says. */
static gboolean is_other_form(const MailPart *part)
{
    static const char *const types[] = {"text/x-amp-html", "text/watch-html", "text/enriched",
                                        "text/richtext"};
    for (guint i = 0; i < G_N_ELEMENTS(types); i++)
        if (strcmp(part->type, types[i]) == 0)
            return !part->name;
    return FALSE;
}

static void render(Choice *choice, guint index, PartText *out);

static void render_leaf(Choice *choice, guint index, PartText *out)
{
    if (!part_is_shown(part_at(choice, index)) || part_at(choice, index)->is_unpacked)
        return;
    part_text_read(choice->mail, index, choice->room, choice->findings, out);
    /* A mail that is nothing else is shown for what it may be worth. */
    if (out->is_binary && index > 0) {
        finding_add(choice->findings, "text-binary", "a part is labelled %s and is no text",
                    part_at(choice, index)->type);
        g_string_truncate(out->text, 0);
        return;
    }
    /* What did not fit must be in reach as well. */
    choice->uses[index] = out->is_cut ? PART_ATTACHED : PART_SHOWN;
}

static gboolean is_blank(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

static void render_all(Choice *choice, guint index, PartText *out)
{
    guint end = part_after(choice, index);
    const gsize room = choice->room;
    for (guint i = index + 1; i < end; i = part_after(choice, i)) {
        g_auto(PartText) child;
        part_text_init(&child);
        choice->room = room - MIN(room, out->text->len + 1);
        render(choice, i, &child);
        part_text_append(out, &child);
    }
    choice->room = room;
}

/* RFC 2387: the first part is the text, the others are what it refers to. */
static void render_related(Choice *choice, guint index, PartText *out)
{
    guint end = part_after(choice, index);
    for (guint i = index + 1; i < end; i = part_after(choice, i)) {
        render(choice, i, out);
        if (out->text->len > 0)
            return;
    }
}

static gboolean holds_html(const Choice *choice, guint index)
{
    for (guint i = index, end = part_after(choice, index); i < end; i++)
        if (is_type(choice, i, "text/html") && part_is_shown(part_at(choice, i)))
            return TRUE;
    return FALSE;
}

/* All HTML of a form, one after the other, as far as it is compared. */
static char *markup_of(const Choice *choice, guint index)
{
    g_autoptr(GString) markup = g_string_new(NULL);
    for (guint i = index, end = part_after(choice, index); i < end && markup->len < COMPARE_BYTES; i++) {
        if (!part_at(choice, i)->is_leaf || !is_type(choice, i, "text/html"))
            continue;
        gsize length;
        g_autofree char *bytes = mail_part_bytes(choice->mail, i, COMPARE_BYTES, &length, NULL);
        g_string_append(markup, bytes);
    }
    return g_strdup(markup->str);
}

/* The HTML takes the place of the plain form when that is empty or a teaser. */
static gboolean prefer_html(Choice *choice, guint html, const char *markup, PartText *out)
{
    if (!teaser_may_be(out->text->str, markup))
        return FALSE;
    g_auto(PartText) rich;
    part_text_init(&rich);
    render(choice, html, &rich);
    if (is_blank(rich.text->str) || !teaser_is(out->text->str, rich.text->str))
        return FALSE;
    if (!is_blank(out->text->str)) {
        finding_add(choice->findings, "teaser", "the plain part only points to the HTML part");
        g_string_append_printf(choice->aside, "%s%s", choice->aside->len > 0 ? "\n" : "", out->text->str);
    }
    part_text_take(out, &rich);
    return TRUE;
}

/* The form that goes unshown stays in the list when it says something else. */
static void render_better(Choice *choice, guint plain, guint html, PartText *out)
{
    render(choice, plain, out);
    g_autofree char *markup = markup_of(choice, html);
    if (prefer_html(choice, html, markup, out))
        use_forms(choice, plain, PART_SKIPPED);
    else
        use_forms(choice, html, teaser_says_the_same(out->text->str, markup) ? PART_SKIPPED : PART_ATTACHED);
}

/* RFC 2046 5.1.4. The plain form is what the writer's program means to be read as text. */
static void render_alternative(Choice *choice, guint index, PartText *out)
{
    guint end = part_after(choice, index), plain = 0, html = 0;
    for (guint i = index + 1; i < end; i = part_after(choice, i)) {
        if (!plain && is_type(choice, i, "text/plain") && part_is_shown(part_at(choice, i)))
            plain = i;
        else if (holds_html(choice, i))
            html = i;
    }
    if (plain && html) {
        render_better(choice, plain, html, out);
    } else {
        for (guint i = index + 1; i < end && is_blank(out->text->str); i = part_after(choice, i))
            if (!html || i == html)
                render(choice, i, out);
    }
    for (guint i = index + 1; i < end && !out->is_cut && !is_blank(out->text->str); i++)
        if (choice->uses[i] == PART_ATTACHED && is_other_form(part_at(choice, i)))
            choice->uses[i] = PART_SKIPPED;
}

/* Recursion ends at LIMIT_LEVELS, as the tree does. */
static void render(Choice *choice, guint index, PartText *out)
{
    if (part_at(choice, index)->is_leaf)
        render_leaf(choice, index, out);
    else if (is_type(choice, index, "multipart/alternative"))
        render_alternative(choice, index, out);
    else if (is_type(choice, index, "multipart/related"))
        render_related(choice, index, out);
    else
        render_all(choice, index, out);
}

/* A mail that is nothing but a text with a name, not attached but in line: shown as well as listed. */
static void render_file(Choice *choice, PartText *out)
{
    for (guint i = 0; i < mail_part_count(choice->mail); i++) {
        const MailPart *part = part_at(choice, i);
        gboolean is_attached = part->disposition && strcmp(part->disposition, "attachment") == 0;
        if (!part->is_leaf || !is_readable(part) || is_attached || choice->uses[i] != PART_ATTACHED)
            continue;
        g_string_truncate(out->text, 0);
        part_text_read(choice->mail, i, choice->room, choice->findings, out);
        return;
    }
}

/* The text in a winmail.dat mostly repeats the one beside it; alone it is what the mail says. */
static void render_unpacked(Choice *choice, PartText *out)
{
    gboolean is_alone = is_blank(out->text->str);
    for (guint i = 0; i < mail_part_count(choice->mail); i++) {
        const MailPart *part = part_at(choice, i);
        if (!part->is_leaf || !part->is_unpacked || !part_is_shown(part))
            continue;
        g_auto(PartText) own;
        part_text_init(&own);
        part_text_read(choice->mail, i, choice->room, NULL, &own);
        if (is_alone) {
            choice->uses[i] = own.is_cut ? PART_ATTACHED : PART_SHOWN;
            part_text_append(out, &own);
        } else if (teaser_repeats(out->text->str, own.text->str)) {
            choice->uses[i] = PART_SKIPPED;
        }
    }
}

static void render_invitation(Choice *choice, PartText *out)
{
    g_autofree char *text = invitation_text(choice->mail);
    if (*text)
        g_string_assign(out->text, text);
}

/* The armour of a signature is nothing to read. */
static void take_armour(ShownText *out, GString *aside)
{
    g_autofree char *armour = NULL;
    char *bare = protection_bare_text(out->text, &armour);
    if (!bare)
        return;
    g_free(out->text);
    out->text = bare;
    g_string_append(aside, armour);
}

/* RFC 1740 5: beside the file itself, what only one maker's machines know of it (its icon, its window). */
static void skip_resource_forks(Choice *choice)
{
    for (guint i = 1; i < mail_part_count(choice->mail); i++) {
        const MailPart *part = part_at(choice, i);
        gboolean is_fork = part->is_leaf && strcmp(part->type, "application/applefile") == 0;
        if (is_fork && is_type(choice, part->parent, "multipart/appledouble") &&
            part_after(choice, part->parent) > i + 1)
            choice->uses[i] = PART_SKIPPED;
    }
}

void shown_text_make(Mail *mail, GPtrArray *findings, ShownText *out)
{
    Choice choice = {
        .mail = mail, .findings = findings, .room = LIMIT_TEXT_BYTES, .aside = g_string_new(NULL)};
    g_auto(PartText) whole;
    part_text_init(&whole);
    choice.uses = g_new0(PartUse, mail_part_count(mail));
    render(&choice, 0, &whole);
    render_unpacked(&choice, &whole);
    skip_resource_forks(&choice);
    if (is_blank(whole.text->str))
        render_file(&choice, &whole);
    if (is_blank(whole.text->str))
        render_invitation(&choice, &whole);
    if (whole.is_cut)
        finding_add(findings, "text-cut", "more than %u bytes of text", LIMIT_TEXT_BYTES);
    out->uses = choice.uses;
    out->quote_start = whole.quote_start;
    out->text = g_string_free(g_steal_pointer(&whole.text), FALSE);
    protection_note(mail, out->text, findings);
    take_armour(out, choice.aside);
    out->aside = g_string_free(choice.aside, FALSE);
}

void shown_text_clear(ShownText *shown)
{
    g_clear_pointer(&shown->text, g_free);
    g_clear_pointer(&shown->aside, g_free);
    g_clear_pointer(&shown->uses, g_free);
}
