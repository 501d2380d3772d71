#include "message_note.h"

#include "parameter.h"

#include <postern/base/clean.h>
#include <postern/values.h>

#include <string.h>

#define PLACE_BYTES 300u /* as much of a place as a person reads */

/* RFC 2046 5.2.3, RFC 2017 */
static void note_external(const char *raw, GPtrArray *findings)
{
    static const char *const names[] = {"url", "site", "server", "directory", "name"};
    g_autoptr(GString) place = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *value = header_parameter(raw, names[i]);
        if (!value || !*value)
            continue;
        /* RFC 2017: an address is broken over lines, and holds no blanks itself. */
        for (char *from = value, *to = value; i == 0 && (*to = *from); from++)
            to += *from != ' ';
        g_string_append_printf(place, "%s%s", place->len > 0 ? " " : "", value);
        if (i == 0)
            break;
    }
    g_autofree char *shown = clean_line(place->str, -1, PLACE_BYTES);
    finding_add(findings, "external-body", "a part is not in the mail, but at %s; nobody has fetched it",
                *shown ? shown : "a place that it does not name");
}

/* RFC 2046 5.2.2 */
static void note_partial(const char *raw, GPtrArray *findings)
{
    g_autofree char *number = header_parameter(raw, "number"), *total = header_parameter(raw, "total");
    guint piece = number ? (guint)g_ascii_strtoull(number, NULL, 10) : 0;
    guint pieces = total ? (guint)g_ascii_strtoull(total, NULL, 10) : 0;
    g_autofree char *of = pieces > 0 ? g_strdup_printf(" of %u", pieces) : g_strdup("");
    finding_add(findings, "message-partial",
                "the mail is piece %u%s of a longer one; the others came, if at all, by themselves", piece,
                of);
}

void message_note(const char *type, const char *raw, GPtrArray *findings)
{
    if (!raw || !g_str_has_prefix(type, "message/"))
        return;
    if (strcmp(type, "message/external-body") == 0)
        note_external(raw, findings);
    else if (strcmp(type, "message/partial") == 0)
        note_partial(raw, findings);
}
