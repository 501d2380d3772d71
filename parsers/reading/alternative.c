#include "part_choice.h"
#include "teaser.h"

#include <string.h>

/* As far into the markup as the words of the plain part are looked for. */
#define COMPARE_BYTES (64u * 1024)

/* Leaves of `index` that could be shown get this use. */
static void use_forms(Choice *choice, guint index, PartUse use)
{
    for (guint i = index, end = choice_part_after(choice, index); i < end; i++)
        if (choice_part(choice, i)->is_leaf && part_is_shown(choice_part(choice, i)))
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

static gboolean holds_html(const Choice *choice, guint index)
{
    for (guint i = index, end = choice_part_after(choice, index); i < end; i++)
        if (choice_is_type(choice, i, "text/html") && part_is_shown(choice_part(choice, i)))
            return TRUE;
    return FALSE;
}

/* All HTML of a form, one after the other, as far as it is compared. */
static char *markup_of(const Choice *choice, guint index)
{
    g_autoptr(GString) markup = g_string_new(NULL);
    for (guint i = index, end = choice_part_after(choice, index); i < end && markup->len < COMPARE_BYTES;
         i++) {
        if (!choice_part(choice, i)->is_leaf || !choice_is_type(choice, i, "text/html"))
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
    choice_render(choice, html, &rich);
    if (part_text_is_blank(&rich) || !teaser_is(out->text->str, rich.text->str))
        return FALSE;
    if (!part_text_is_blank(out)) {
        finding_add(choice->findings, "teaser", "the plain part only points to the HTML part");
        g_string_append_printf(choice->aside, "%s%s", choice->aside->len > 0 ? "\n" : "", out->text->str);
    }
    part_text_take(out, &rich);
    return TRUE;
}

/* The form that goes unshown stays in the list when it says something else. */
static void render_better(Choice *choice, guint plain, guint html, PartText *out)
{
    choice_render(choice, plain, out);
    g_autofree char *markup = markup_of(choice, html);
    if (prefer_html(choice, html, markup, out))
        use_forms(choice, plain, PART_SKIPPED);
    else
        use_forms(choice, html, teaser_says_the_same(out->text->str, markup) ? PART_SKIPPED : PART_ATTACHED);
}

/* RFC 2046 5.1.4. The plain form is what the writer's program means to be read as text. */
void choice_render_alternative(Choice *choice, guint index, PartText *out)
{
    guint end = choice_part_after(choice, index), plain = 0, html = 0;
    for (guint i = index + 1; i < end; i = choice_part_after(choice, i)) {
        if (!plain && choice_is_type(choice, i, "text/plain") && part_is_shown(choice_part(choice, i)))
            plain = i;
        else if (holds_html(choice, i))
            html = i;
    }
    if (plain && html) {
        render_better(choice, plain, html, out);
    } else {
        for (guint i = index + 1; i < end && part_text_is_blank(out); i = choice_part_after(choice, i))
            if (!html || i == html)
                choice_render(choice, i, out);
    }
    for (guint i = index + 1; i < end && !out->is_cut && !part_text_is_blank(out); i++)
        if (choice->uses[i] == PART_ATTACHED && is_other_form(choice_part(choice, i)))
            choice->uses[i] = PART_SKIPPED;
}
