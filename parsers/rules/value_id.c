#include <parsers/rules/value_parts.h>
#include <parsers/rules/zuid.h>

char *uuid_normalise(const TypeSpec *spec G_GNUC_UNUSED, const char *text, gsize *start, gsize *end,
                     const char **why)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (*end - *start != sizeof shape - 1)
        return value_refuse(why, "a UUID has 36 characters");
    for (gsize i = 0; i < sizeof shape - 1; i++) {
        char c = text[*start + i];
        if (shape[i] == '-' ? c != '-' : !g_ascii_isxdigit(c))
            return value_refuse(why, "no UUID: hexadecimal digits in groups of 8-4-4-4-12");
    }
    return g_ascii_strdown(text + *start, (gssize)(*end - *start));
}

static gboolean kind_fits(const TypeSpec *spec, guint kind)
{
    if (!spec->kinds)
        return TRUE;
    for (guint i = 0; i < spec->kinds->len; i++)
        if (g_array_index(spec->kinds, guint, i) == kind)
            return TRUE;
    return FALSE;
}

char *zuid_normalise(const TypeSpec *spec, const char *text, gsize *start, gsize *end, const char **why)
{
    Zuid zuid;
    if (!zuid_find(text, *end, *start, &zuid) || zuid.start != *start || zuid.end != *end)
        return value_refuse(why, "no ZUID");
    return kind_fits(spec, zuid.kind) ? g_strdup(zuid.text) : value_refuse(why, "a ZUID of another kind");
}
