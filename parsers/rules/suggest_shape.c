/* The form of marked values: "ORD-12345" and "ORD-99" are ORD-\d{2,5}. */
#include <parsers/rules/suggest.h>

#include <string.h>

typedef enum { RUN_DIGITS, RUN_LOWER, RUN_UPPER, RUN_OTHER } RunType;

/* Characters of one class side by side, over all values that have the same form. */
typedef struct {
    RunType type;
    guint least, most;
    char *literal; /* the same in every value, or NULL */
} Run;

static void run_clear(gpointer data)
{
    g_free(((Run *)data)->literal);
}

static RunType type_of(char c)
{
    if (g_ascii_isdigit(c))
        return RUN_DIGITS;
    if (g_ascii_islower(c))
        return RUN_LOWER;
    return g_ascii_isupper(c) ? RUN_UPPER : RUN_OTHER;
}

static GArray *runs_of(const char *value)
{
    GArray *runs = g_array_new(FALSE, FALSE, sizeof(Run));
    g_array_set_clear_func(runs, run_clear);
    for (const char *at = value; *at;) {
        const char *from = at;
        RunType type = type_of(*at);
        while (*at && type_of(*at) == type)
            at++;
        guint length = (guint)(at - from);
        Run run = {.type = type, .least = length, .most = length, .literal = g_strndup(from, length)};
        g_array_append_val(runs, run);
    }
    return runs;
}

/* FALSE when the forms differ. */
static gboolean merge(GArray *all, const GArray *one)
{
    if (all->len != one->len)
        return FALSE;
    for (guint i = 0; i < all->len; i++) {
        Run *into = &g_array_index(all, Run, i);
        const Run *run = &g_array_index(one, Run, i);
        gboolean is_sign = into->type == RUN_OTHER && strcmp(into->literal, run->literal) != 0;
        if (into->type != run->type || is_sign)
            return FALSE;
    }
    for (guint i = 0; i < all->len; i++) {
        Run *into = &g_array_index(all, Run, i);
        const Run *run = &g_array_index(one, Run, i);
        into->least = MIN(into->least, run->least);
        into->most = MAX(into->most, run->most);
        if (into->literal && strcmp(into->literal, run->literal) != 0)
            g_clear_pointer(&into->literal, g_free);
    }
    return TRUE;
}

static void append_quoted(GString *pattern, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (strchr("\\^$.[]|()?*+{}/#-", *at) && *at != '-' && *at != '/' && *at != '#')
            g_string_append_c(pattern, '\\');
        g_string_append_c(pattern, *at);
    }
}

static void append_count(GString *pattern, guint least, guint most)
{
    if (least == most)
        g_string_append_printf(pattern, "{%u}", least);
    else
        g_string_append_printf(pattern, "{%u,%u}", least, most);
}

/* Digits differ from value to value, even if those of the few that are marked do not. */
static void append_run(GString *pattern, const Run *run)
{
    static const char *const classes[] = {[RUN_DIGITS] = "\\d", [RUN_LOWER] = "[a-z]", [RUN_UPPER] = "[A-Z]"};
    if (run->type == RUN_OTHER || (run->literal && run->type != RUN_DIGITS)) {
        append_quoted(pattern, run->literal);
        return;
    }
    g_string_append(pattern, classes[run->type]);
    append_count(pattern, run->least, run->most);
}

static char *shape_of_runs(const GArray *marks)
{
    const char *first = g_array_index(marks, Mark, 0).value;
    g_autoptr(GArray) all = runs_of(first);
    for (guint i = 1; i < marks->len; i++) {
        g_autoptr(GArray) one = runs_of(g_array_index(marks, Mark, i).value);
        if (!merge(all, one))
            return NULL;
    }
    GString *pattern = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++)
        append_run(pattern, &g_array_index(all, Run, i));
    return g_string_free(pattern, FALSE);
}

/* Any of the characters that occur, as often as they do: for values that have no form in common. */
static char *shape_of_characters(const GArray *marks)
{
    gboolean has[4] = {FALSE};
    g_autoptr(GString) signs = g_string_new(NULL);
    gsize least = G_MAXSIZE, most = 0;
    for (guint i = 0; i < marks->len; i++) {
        const char *value = g_array_index(marks, Mark, i).value;
        gsize length = (gsize)g_utf8_strlen(value, -1);
        least = MIN(least, length);
        most = MAX(most, length);
        for (const char *at = value; *at; at = g_utf8_next_char(at)) {
            gboolean is_ascii = (guchar)*at < 0x80;
            has[is_ascii ? type_of(*at) : RUN_LOWER] = TRUE;
            if (is_ascii && type_of(*at) == RUN_OTHER && !strchr(signs->str, *at))
                g_string_append_printf(signs, "%s%c", strchr("\\]^-[", *at) ? "\\" : "", *at);
        }
    }
    GString *pattern = g_string_new("[");
    g_string_append_printf(pattern, "%s%s%s%s]", has[RUN_DIGITS] ? "\\d" : "",
                           has[RUN_LOWER] || has[RUN_UPPER] ? "\\p{L}" : "", signs->str, "");
    append_count(pattern, (guint)least, (guint)most);
    return g_string_free(pattern, FALSE);
}

char *suggest_shape(const GArray *marks)
{
    char *shape = shape_of_runs(marks);
    return shape ? shape : shape_of_characters(marks);
}

static gboolean takes_all(ValueType type, const GArray *marks)
{
    TypeSpec spec;
    gboolean all = TRUE;
    type_spec_init(&spec, type);
    for (guint i = 0; all && i < marks->len; i++) {
        const char *value = g_array_index(marks, Mark, i).value;
        gsize start = 0, end = strlen(value);
        g_autofree char *normal = value_normalise(&spec, value, &start, &end);
        all = normal && start == 0 && end == strlen(value);
    }
    type_spec_clear(&spec);
    return all;
}

ValueType suggest_type(const GArray *marks)
{
    static const char *const narrow_first[] = {"zuid", "uuid", "email", "ip", "url", "digits"};
    for (gsize i = 0; i < G_N_ELEMENTS(narrow_first); i++) {
        ValueType type = value_type_parse(narrow_first[i]);
        if (type != TYPE_COUNT && takes_all(type, marks))
            return type;
    }
    return TYPE_TEXT;
}

#define PREFIX_LEAST 2u

gboolean suggest_has_prefix(const GArray *marks, char **out_prefix)
{
    const char *first = g_array_index(marks, Mark, 0).value;
    gsize length = 0;
    while (g_ascii_isalpha(first[length]))
        length++;
    for (guint i = 1; i < marks->len; i++)
        while (length > 0 && strncmp(first, g_array_index(marks, Mark, i).value, length) != 0)
            length--;
    *out_prefix = length >= PREFIX_LEAST ? g_strndup(first, length) : NULL;
    return length >= PREFIX_LEAST;
}
