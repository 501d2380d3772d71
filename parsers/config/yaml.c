#include "yaml_private.h"

#include <postern/base/limits.h>

#include <stdarg.h>
#include <string.h>

void yaml_problem(const YamlDocument *document, const YamlNode *node, GPtrArray *problems, const char *format,
                  ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    problem_add(problems, document->file, document->text, node->line, node->column, "%s", message);
}

/* What libyaml would take for a line end and an editor would not, or what no editor shows. */
static const char *character_problem(const char *at, const char *end)
{
    gunichar c = g_utf8_get_char(at);
    if (c == '\t' || c == '\n' || (c >= 0x20 && c < 0x7f))
        return NULL;
    if (c == '\r')
        return at + 1 < end && at[1] == '\n' ? NULL : "a lone carriage return; lines end with LF or CR LF";
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
        return "a control character; remove it";
    if (c == 0x2028 || c == 0x2029)
        return "an invisible line separator; use a plain line break";
    return c == 0xfeff ? "an invisible byte order mark in the middle of the file; remove it" : NULL;
}

/* Checks every character; the first bad one ends it. */
static gboolean check_characters(const YamlDocument *document, const char *text, gsize length,
                                 GPtrArray *problems)
{
    const char *broken;
    gboolean is_utf8 = g_utf8_validate_len(text, length, &broken);
    guint line = 1, column = 1;
    for (const char *at = text; at < broken; at += g_utf8_skip[(guchar)*at]) {
        /* Directives change what the rest means, and libyaml's work on them grows with their square. */
        const char *message =
            column == 1 && *at == '%' ? "a line must not begin with '%'" : character_problem(at, broken);
        if (message) {
            problem_add(problems, document->file, document->text, line, column, "%s", message);
            return FALSE;
        }
        column = *at == '\n' ? 1 : column + 1;
        line += *at == '\n';
    }
    if (!is_utf8)
        problem_add(problems, document->file, document->text, line, column,
                    "byte 0x%02x is not UTF-8; save the file as UTF-8", (guint)(guchar)*broken);
    return is_utf8;
}

static gboolean begins_with_mark(const char *text, gsize length)
{
    return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0;
}

static YamlDocument *document_new(const char *file, const char *shown, gsize length)
{
    YamlDocument *document = g_new0(YamlDocument, 1);
    document->file = g_strdup(file);
    document->text = g_malloc(length + 1);
    if (length > 0)
        memcpy(document->text, shown, length);
    document->text[length] = '\0';
    document->length = length;
    return document;
}

/* `document` has what may be shown; `text` is what counts. */
static void parse_into(YamlDocument *document, const char *text, gsize length, GPtrArray *problems)
{
    if (check_characters(document, text, length, problems))
        yaml_build(document, text, length, problems);
}

static YamlDocument *parse(const char *file, const char *text, gsize length, const char *shown,
                           gsize shown_length, GPtrArray *problems)
{
    if (length > LIMIT_CONFIG_BYTES) {
        problem_add(problems, file, NULL, 0, 0,
                    "the file has %" G_GSIZE_FORMAT " bytes, over the limit of %u", length,
                    LIMIT_CONFIG_BYTES);
        return NULL;
    }
    gsize skip = begins_with_mark(text, length) ? 3 : 0;
    gsize shown_skip = begins_with_mark(shown, shown_length) ? 3 : 0;
    YamlDocument *document = document_new(file, shown + shown_skip, shown_length - shown_skip);
    parse_into(document, text + skip, length - skip, problems);
    return document;
}

YamlDocument *yaml_parse(const char *file, const char *text, gsize length, GPtrArray *problems)
{
    return parse(file, text, length, text, length, problems);
}

YamlDocument *yaml_parse_shown(const char *file, const char *text, gsize length, const char *shown,
                               GPtrArray *problems)
{
    return parse(file, text, length, shown, strlen(shown), problems);
}

void yaml_document_free(YamlDocument *document)
{
    if (!document)
        return;
    yaml_node_free(document->root);
    g_free(document->file);
    g_free(document->text);
    g_free(document);
}

const YamlNode *yaml_get(const YamlNode *mapping, const char *key)
{
    if (!mapping || mapping->type != YAML_MAPPING)
        return NULL;
    for (guint i = 0; i < mapping->keys->len; i++)
        if (strcmp(((const YamlNode *)mapping->keys->pdata[i])->scalar, key) == 0)
            return mapping->values->pdata[i];
    return NULL;
}

void yaml_refuse_unknown(const YamlDocument *document, const YamlNode *mapping, const char *const *allowed,
                         GPtrArray *problems)
{
    /* Guesses cost more than lookups, and nobody reads those over the maximum. */
    for (guint i = 0; i < mapping->keys->len && problems->len < PROBLEMS_MAX; i++) {
        const YamlNode *key = mapping->keys->pdata[i];
        if (g_strv_contains(allowed, key->scalar))
            continue;
        const char *meant = problem_did_you_mean(key->scalar, allowed);
        if (meant)
            yaml_problem(document, key, problems, "unknown key '%s'; did you mean '%s'?", key->scalar, meant);
        else
            yaml_problem(document, key, problems, "unknown key '%s'", key->scalar);
    }
}
