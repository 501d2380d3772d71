#include <parsers/rules/context_rule.h>

void context_free(Context *context)
{
    if (!context)
        return;
    near_free(context->near);
    g_clear_pointer(&context->under, g_ptr_array_unref);
    g_clear_pointer(&context->under_written, g_ptr_array_unref);
    g_clear_pointer(&context->keys, g_ptr_array_unref);
    url_parts_free(context->url);
    g_free(context);
}

ContextNotes *context_notes(Place *place)
{
    if (!place->notes)
        place->notes = g_new0(ContextNotes, 1);
    return place->notes;
}

void context_notes_free(ContextNotes *notes)
{
    if (!notes)
        return;
    mapped_free(notes->folded);
    g_clear_pointer(&notes->words, g_hash_table_unref);
    g_clear_pointer(&notes->sections, g_hash_table_unref);
    keyed_free(notes->keyed);
    url_list_free(notes->urls);
    for (guint i = 0; i < JOINED_COUNT; i++)
        mapped_free(notes->views[i]);
    g_free(notes);
}

char *context_quoted(const GPtrArray *words)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < words->len && i < 5; i++)
        g_string_append_printf(text, "%s'%s'", i ? ", " : "", (const char *)words->pdata[i]);
    if (words->len > 5)
        g_string_append_printf(text, " and %u more", words->len - 5);
    return g_string_free(text, FALSE);
}

gboolean context_fits(const Rule *rule, Place *place, gsize start, gsize end, char **why)
{
    const Context *context = rule->context;
    if (context->near && !near_fits(context->near, place, start, end, why))
        return FALSE;
    return !context->under || under_fits(context, place, start, why);
}

gboolean context_joins(const Rule *rule)
{
    return rule->context && rule->context->joins_lines;
}

static const Mapped *view_of(Place *place, guint number)
{
    static const JoinedView views[CONTEXT_VIEWS] = {JOINED_SURE, JOINED_COUNT, JOINED_ANY, JOINED_BARE};
    ContextNotes *notes = context_notes(place);
    JoinedView view = views[number];
    if (!notes->has_view[view])
        notes->views[view] = joined_make(place->text, place->length, view);
    notes->has_view[view] = TRUE;
    return notes->views[view];
}

gboolean context_view(Place *place, guint number, Place *out_view)
{
    const Mapped *mapped = view_of(place, number);
    if (!mapped)
        return FALSE;
    *out_view = *place;
    out_view->text = mapped->text->str;
    out_view->length = mapped->text->len;
    out_view->zuids = NULL;
    out_view->notes = NULL;
    return TRUE;
}

void context_view_clear(Place *view)
{
    g_clear_pointer(&view->zuids, g_array_unref);
    g_clear_pointer(&view->notes, context_notes_free);
}

gboolean context_view_span(Place *place, guint number, gsize *start, gsize *end)
{
    if (number == CONTEXT_VIEW_AS_IS)
        return TRUE;
    const Mapped *mapped = view_of(place, number);
    gboolean is_mended = mapped_is_mended(mapped, *start, *end);
    mapped_span(mapped, *start, *end, start, end);
    return is_mended || number < CONTEXT_VIEW_AS_IS;
}
