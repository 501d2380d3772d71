#include <parsers/rules/joined_map.h>

Mapped *mapped_new(gsize size)
{
    Mapped *mapped = g_new0(Mapped, 1);
    mapped->text = g_string_sized_new(size);
    mapped->origins = g_array_sized_new(FALSE, FALSE, sizeof(Origin), (guint)size);
    mapped->mended = g_array_new(FALSE, FALSE, sizeof(guint32));
    return mapped;
}

void mapped_free(Mapped *mapped)
{
    if (!mapped)
        return;
    g_string_free(mapped->text, TRUE);
    g_array_unref(mapped->origins);
    g_array_unref(mapped->mended);
    g_free(mapped);
}

void mapped_copy(Mapped *mapped, const char *source, gsize start, gsize end)
{
    if (end <= start)
        return;
    guint first = mapped->origins->len;
    g_string_append_len(mapped->text, source + start, (gssize)(end - start));
    g_array_set_size(mapped->origins, first + (guint)(end - start));
    Origin *origins = &g_array_index(mapped->origins, Origin, first);
    for (gsize at = start; at < end; at++)
        origins[at - start] = (Origin){(guint32)at, (guint32)at + 1};
}

void mapped_add(Mapped *mapped, const char *bytes, gsize length, gsize start, gsize end)
{
    const Origin origin = {(guint32)start, (guint32)end};
    g_string_append_len(mapped->text, bytes, (gssize)length);
    for (gsize i = 0; i < length; i++)
        g_array_append_val(mapped->origins, origin);
}

void mapped_add_of(Mapped *mapped, const char *bytes, gsize length, const Mapped *of, gsize start, gsize end)
{
    gsize source_start, source_end;
    mapped_span(of, start, end, &source_start, &source_end);
    mapped_add(mapped, bytes, length, source_start, source_end);
}

void mapped_copy_of(Mapped *mapped, const Mapped *of, gsize start, gsize end)
{
    if (end <= start)
        return;
    g_string_append_len(mapped->text, of->text->str + start, (gssize)(end - start));
    g_array_append_vals(mapped->origins, &g_array_index(of->origins, Origin, start), (guint)(end - start));
}

void mapped_mend(Mapped *mapped)
{
    guint32 at = (guint32)mapped->text->len;
    guint count = mapped->mended->len;
    if (count == 0 || g_array_index(mapped->mended, guint32, count - 1) != at)
        g_array_append_val(mapped->mended, at);
}

void mapped_span(const Mapped *mapped, gsize from, gsize to, gsize *out_start, gsize *out_end)
{
    *out_start = g_array_index(mapped->origins, Origin, from).start;
    *out_end = g_array_index(mapped->origins, Origin, to - 1).end;
}

gboolean mapped_is_mended(const Mapped *mapped, gsize from, gsize to)
{
    guint low = 0, high = mapped->mended->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(mapped->mended, guint32, middle) <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < mapped->mended->len && g_array_index(mapped->mended, guint32, low) < to;
}
