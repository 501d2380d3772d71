#include "yaml_private.h"

#include <postern/base/clean.h>

#include <string.h>

#define ECHO_BYTES 60u

typedef struct {
    const char *name;
    guint64 factor;
} Unit;

static const Unit duration_units[] = {
    {"s", G_USEC_PER_SEC},
    {"m", 60 * (guint64)G_USEC_PER_SEC},
    {"h", 3600 * (guint64)G_USEC_PER_SEC},
    {"d", 86400 * (guint64)G_USEC_PER_SEC},
};

static const Unit size_units[] = {
    {"B", 1},
    {"KB", 1000},
    {"KiB", 1024},
    {"MB", 1000 * 1000},
    {"MiB", 1024 * 1024},
    {"GB", 1000 * 1000 * 1000},
    {"GiB", 1024 * 1024 * 1024},
};

static gboolean is_nothing(const YamlNode *node)
{
    return !node->is_quoted &&
           (node->scalar_length == 0 || strcmp(node->scalar, "~") == 0 || strcmp(node->scalar, "null") == 0);
}

/* The node as a message names it. The caller frees. */
static char *found(const YamlNode *node)
{
    if (node->type != YAML_SCALAR)
        return g_strdup(node->type == YAML_SEQUENCE ? "a list" : "a mapping");
    if (is_nothing(node))
        return g_strdup("nothing");
    g_autofree char *echo = clean_line(node->scalar, (gssize)node->scalar_length, ECHO_BYTES);
    return g_strdup_printf("%s'%s%s'", node->is_quoted ? "the quoted text " : "", echo,
                           strlen(echo) < node->scalar_length ? "…" : "");
}

gboolean yaml_expected(const YamlDocument *document, const YamlNode *node, GPtrArray *problems,
                       const char *what)
{
    g_autofree char *instead = found(node);
    yaml_problem(document, node, problems, "expected %s, found %s", what, instead);
    return FALSE;
}

gboolean yaml_text(const YamlDocument *document, const YamlNode *node, char **out, GPtrArray *problems)
{
    if (node->type != YAML_SCALAR || is_nothing(node))
        return yaml_expected(document, node, problems, "text");
    *out = g_strndup(node->scalar, node->scalar_length);
    return TRUE;
}

gboolean yaml_boolean(const YamlDocument *document, const YamlNode *node, gboolean *out, GPtrArray *problems)
{
    static const char *const words[] = {"yes", "no", "true", "false", "on", "off"};
    if (node->type == YAML_SCALAR && !node->is_quoted)
        for (guint i = 0; i < G_N_ELEMENTS(words); i++)
            if (g_ascii_strcasecmp(node->scalar, words[i]) == 0) {
                *out = i % 2 == 0;
                return TRUE;
            }
    return yaml_expected(document, node, problems, "yes or no");
}

/* Digits without leading zeros, at most 19 of them. Returns what follows, or NULL. */
static const char *parse_digits(const char *text, guint64 *out)
{
    gsize count = strspn(text, "0123456789");
    if (count == 0 || count > 19 || (count > 1 && text[0] == '0'))
        return NULL;
    *out = g_ascii_strtoull(text, NULL, 10);
    return text + count;
}

static gboolean parse_integer(const char *text, gint64 *out)
{
    guint64 value;
    gboolean is_negative = text[0] == '-';
    const char *rest = parse_digits(text + is_negative, &value);
    if (!rest || *rest || value > G_MAXINT64)
        return FALSE;
    *out = is_negative ? -(gint64)value : (gint64)value;
    return TRUE;
}

gboolean yaml_integer(const YamlDocument *document, const YamlNode *node, gint64 least, gint64 most,
                      gint64 *out, GPtrArray *problems)
{
    gint64 value;
    if (node->type == YAML_SCALAR && !node->is_quoted && parse_integer(node->scalar, &value) &&
        value >= least && value <= most) {
        *out = value;
        return TRUE;
    }
    g_autofree char *what =
        g_strdup_printf("a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, least, most);
    return yaml_expected(document, node, problems, what);
}

/* A number and a unit, with or without blanks between. FALSE too when the product is over `most`. */
static gboolean parse_with_unit(const YamlNode *node, const Unit *units, guint count, guint64 most,
                                guint64 *out)
{
    guint64 value;
    const char *rest = node->type == YAML_SCALAR ? parse_digits(node->scalar, &value) : NULL;
    if (!rest)
        return FALSE;
    rest += strspn(rest, " ");
    for (guint i = 0; i < count; i++)
        if (g_ascii_strcasecmp(rest, units[i].name) == 0 && value <= most / units[i].factor) {
            *out = value * units[i].factor;
            return TRUE;
        }
    return FALSE;
}

gboolean yaml_duration_us(const YamlDocument *document, const YamlNode *node, gint64 *out,
                          GPtrArray *problems)
{
    guint64 value;
    if (!parse_with_unit(node, duration_units, G_N_ELEMENTS(duration_units), G_MAXINT64, &value))
        return yaml_expected(document, node, problems, "a time with its unit (90s, 5m, 2h, 3d)");
    *out = (gint64)value;
    return TRUE;
}

gboolean yaml_size(const YamlDocument *document, const YamlNode *node, guint64 *out, GPtrArray *problems)
{
    if (!parse_with_unit(node, size_units, G_N_ELEMENTS(size_units), G_MAXINT64, out))
        return yaml_expected(document, node, problems, "a size with its unit (100B, 512KiB, 25MiB, 1GB)");
    return TRUE;
}
