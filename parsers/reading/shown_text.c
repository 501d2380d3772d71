#include "invitation.h"
#include "part_choice.h"
#include "protection.h"
#include "teaser.h"

#include <postern/base/limits.h>
#include <postern/parts.h>

#include <string.h>

static void render_leaf(Choice *choice, guint index, PartText *out)
{
    if (!part_is_shown(choice_part(choice, index)) || choice_part(choice, index)->is_unpacked)
        return;
    part_text_read(choice->mail, index, choice->room, choice->findings, out);
    /* A mail that is nothing else is shown for what it may be worth. */
    if (out->is_binary && index > 0) {
        finding_add(choice->findings, "text-binary", "a part is labelled %s and is no text",
                    choice_part(choice, index)->type);
        g_string_truncate(out->text, 0);
        return;
    }
    /* What did not fit must be in reach as well. */
    choice->uses[index] = out->is_cut ? PART_ATTACHED : PART_SHOWN;
}

static void render_all(Choice *choice, guint index, PartText *out)
{
    guint end = choice_part_after(choice, index);
    const gsize room = choice->room;
    for (guint i = index + 1; i < end; i = choice_part_after(choice, i)) {
        g_auto(PartText) child;
        part_text_init(&child);
        choice->room = room - MIN(room, out->text->len + 1);
        choice_render(choice, i, &child);
        part_text_append(out, &child);
    }
    choice->room = room;
}

/* RFC 2387: the first part is the text, the others are what it refers to. */
static void render_related(Choice *choice, guint index, PartText *out)
{
    guint end = choice_part_after(choice, index);
    for (guint i = index + 1; i < end; i = choice_part_after(choice, i)) {
        choice_render(choice, i, out);
        if (out->text->len > 0)
            return;
    }
}

/* Recursion ends at LIMIT_LEVELS, as the tree does. */
void choice_render(Choice *choice, guint index, PartText *out)
{
    if (choice_part(choice, index)->is_leaf)
        render_leaf(choice, index, out);
    else if (choice_is_type(choice, index, "multipart/alternative"))
        choice_render_alternative(choice, index, out);
    else if (choice_is_type(choice, index, "multipart/related"))
        render_related(choice, index, out);
    else
        render_all(choice, index, out);
}

/* A mail that is nothing but a text with a name, not attached but in line: shown as well as listed. */
static void render_file(Choice *choice, PartText *out)
{
    for (guint i = 0; i < mail_part_count(choice->mail); i++) {
        const MailPart *part = choice_part(choice, i);
        gboolean is_attached = part->disposition && strcmp(part->disposition, "attachment") == 0;
        if (!part->is_leaf || !part_is_readable(part) || is_attached || choice->uses[i] != PART_ATTACHED)
            continue;
        g_string_truncate(out->text, 0);
        part_text_read(choice->mail, i, choice->room, choice->findings, out);
        return;
    }
}

/* The text in a winmail.dat mostly repeats the one beside it; alone it is what the mail says. */
static void render_unpacked(Choice *choice, PartText *out)
{
    gboolean is_alone = part_text_is_blank(out);
    for (guint i = 0; i < mail_part_count(choice->mail); i++) {
        const MailPart *part = choice_part(choice, i);
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

/* FALSE when there is none. */
static gboolean render_invitation(Choice *choice, PartText *out)
{
    g_autofree char *text = invitation_text(choice->mail);
    if (*text)
        g_string_assign(out->text, text);
    return *text != '\0';
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
        const MailPart *part = choice_part(choice, i);
        gboolean is_fork = part->is_leaf && strcmp(part->type, "application/applefile") == 0;
        if (is_fork && choice_is_type(choice, part->parent, "multipart/appledouble") &&
            choice_part_after(choice, part->parent) > i + 1)
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
    choice_render(&choice, 0, &whole);
    render_unpacked(&choice, &whole);
    skip_resource_forks(&choice);
    if (part_text_is_blank(&whole))
        render_file(&choice, &whole);
    out->is_invitation = part_text_is_blank(&whole) && render_invitation(&choice, &whole);
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
