#include "gateway/app/parse_view.h"

#include <postern/kind.h>
#include <string.h>

static const char *const fate_words[] = {[PART_FATE_OPENED] = NULL,
                                         [PART_FATE_SHOWN] = "shown",
                                         [PART_FATE_SKIPPED] = "another form of what is shown",
                                         [PART_FATE_LISTED] = "attached"};
G_STATIC_ASSERT(G_N_ELEMENTS(fate_words) == PART_FATE_COUNT);

static void add(GString *words, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void add(GString *words, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_string_append(words, words->len > 0 ? ", " : "");
    g_string_append_vprintf(words, format, arguments);
    va_end(arguments);
}

char *parse_part_words(const PartNode *part)
{
    GString *words = g_string_new(part->type);
    if (part->name)
        g_string_append_printf(words, " \"%s\"", part->name);
    if (part->found_type)
        add(words, "in truth %s", part->found_type);
    if (part->charset)
        add(words, "%s", part->charset);
    if (part->fate != PART_FATE_OPENED) {
        g_autofree char *size = g_format_size(part->size);
        add(words, "%s", size);
    }
    if (part->is_unpacked)
        add(words, "unpacked");
    if (fate_words[part->fate])
        add(words, "%s", fate_words[part->fate]);
    return g_string_free(words, FALSE);
}

/* Whether another part of `level` follows below the same parent. */
static gboolean goes_on(const GPtrArray *parts, guint index, guint level)
{
    for (guint i = index + 1; i < parts->len; i++) {
        guint other = ((const PartNode *)parts->pdata[i])->level;
        if (other <= level)
            return other == level;
    }
    return FALSE;
}

char *parse_part_branch(const GPtrArray *parts, guint index)
{
    GString *branch = g_string_new(NULL);
    guint level = ((const PartNode *)parts->pdata[index])->level;
    for (guint i = 1; i < level; i++)
        g_string_append(branch, goes_on(parts, index, i) ? "│  " : "   ");
    if (level > 0)
        g_string_append(branch, goes_on(parts, index, level) ? "├─ " : "└─ ");
    return g_string_free(branch, FALSE);
}

char *parse_authentication_words(const AuthenticationResult *result)
{
    g_autofree char *method = g_ascii_strup(result->method, -1);
    if (!result->domain)
        return g_strdup_printf("%s %s", method, result->result);
    return g_strdup_printf("%s %s for %s%s", method, result->result, result->domain,
                           result->is_aligned ? ", the domain of From" : ", not the domain of From");
}

char *parse_recipient_words(const BounceRecipient *recipient)
{
    g_autoptr(GString) words = g_string_new(NULL);
    const char *texts[] = {recipient->action, recipient->status, recipient->smtp_code, recipient->reason};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i])
            add(words, "%s", texts[i]);
    const char *meaning = recipient->cause ? kind_cause_meaning(recipient->cause) : NULL;
    if (meaning)
        add(words, "%s: %s", recipient->cause, meaning);
    return g_strdup_printf("%s%s%s", recipient->address, words->len > 0 ? ": " : "", words->str);
}

const char *parse_role_words(SpanRole role)
{
    static const char *const words[] = {
        [SPAN_REPLY] = "written now",   [SPAN_INTRO] = "head of a quote", [SPAN_QUOTED] = "quoted",
        [SPAN_SIGNATURE] = "signature", [SPAN_DEVICE] = "of the device",  [SPAN_FINE_PRINT] = "fine print"};
    G_STATIC_ASSERT(G_N_ELEMENTS(words) == SPAN_COUNT);
    return words[role];
}
