#include "way.h"

#include <postern/address.h>
#include <postern/base/clean.h>
#include <postern/base/limits.h>

#include <string.h>

/* What stands between the first angle brackets, or all of it. The caller frees. */
static char *inner_path(const char *raw)
{
    g_autofree char *line = clean_line(raw, -1, LIMIT_ADDRESS_HEADER_BYTES);
    char *open = strchr(line, '<');
    char *close = open ? strchr(open, '>') : NULL;
    return open && close ? g_strndup(open + 1, (gsize)(close - open - 1)) : g_strdup(line);
}

/* Some servers write MAILER-DAEMON for the null sender. */
static char *read_return_path(const Headers *headers)
{
    const char *raw = headers_get(headers, "Return-Path", 0);
    g_autofree char *path = raw ? inner_path(raw) : NULL;
    if (!path)
        return NULL;
    g_strstrip(path);
    if (*path == '\0' || g_ascii_strcasecmp(path, "MAILER-DAEMON") == 0)
        return g_strdup("");
    return address_normalise(path);
}

static gboolean has_text(const GPtrArray *texts, const char *text)
{
    for (guint i = 0; i < texts->len; i++)
        if (strcmp(texts->pdata[i], text) == 0)
            return TRUE;
    return FALSE;
}

static void read_delivered_to(const Headers *headers, GPtrArray *out)
{
    static const char *const names[] = {"Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To"};
    for (guint i = 0; i < headers->fields->len && out->len < LIMIT_DELIVERED_TO; i++) {
        const HeaderField *field = headers->fields->pdata[i];
        gboolean is_named = FALSE;
        for (guint n = 0; n < G_N_ELEMENTS(names); n++)
            is_named |= header_field_is(field, names[n]);
        g_autoptr(GPtrArray) found = is_named ? address_parse_list(field->value) : NULL;
        for (guint n = 0; found && n < found->len && out->len < LIMIT_DELIVERED_TO; n++) {
            char *address = address_normalise(((const Mailbox *)found->pdata[n])->address);
            if (address && !has_text(out, address))
                g_ptr_array_add(out, address);
            else
                g_free(address);
        }
    }
}

/* Where groups, aliases and other desks keep the From that they replaced, the surest first: RFC 9057, RFC
 * 5703, then what is used in practice. Two fields of one name are no answer. */
static Mailbox *read_original_from(const Headers *headers, const Mailbox *from)
{
    static const char *const names[] = {"Author", "Original-From", "X-Original-From",
                                        "X-Google-Original-From", "X-Original-Sender"};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(Mailbox) found = headers_count(headers, names[i]) == 1
                                       ? address_parse_mailbox(headers_get(headers, names[i], 0))
                                       : NULL;
        if (found && !(from && address_equal(found->address, from->address)))
            return g_steal_pointer(&found);
    }
    return NULL;
}

/* RFC 2369 List-Post: the first "<mailto:…>". */
static char *read_list_post(const Headers *headers)
{
    const char *raw = headers_get(headers, "List-Post", 0);
    g_autofree char *line = raw ? clean_line(raw, -1, LIMIT_ADDRESS_HEADER_BYTES) : NULL;
    const char *mailto = line ? strcasestr(line, "<mailto:") : NULL;
    if (!mailto)
        return NULL;
    mailto += strlen("<mailto:");
    g_autofree char *escaped = g_strndup(mailto, strcspn(mailto, ">?"));
    g_autofree char *address = g_uri_unescape_string(escaped, NULL);
    return address ? address_normalise(address) : NULL;
}

/* TRUE when a field of that name holds this address. */
static gboolean field_has_address(const Headers *headers, const char *name, const char *address)
{
    const char *raw = headers_get(headers, name, 0);
    g_autofree char *line = raw ? clean_line(raw, -1, LIMIT_ADDRESS_HEADER_BYTES) : NULL;
    g_auto(GStrv) words = line ? g_strsplit_set(line, " ;,<>", 20) : NULL;
    for (guint i = 0; words && words[i]; i++)
        if (strchr(words[i], '@') && address_equal(words[i], address))
            return TRUE;
    return FALSE;
}

/* RFC 2919: "Support <support.desk.test>" is the list support@desk.test. */
static gboolean is_list_id(const Headers *headers, const char *address)
{
    const char *raw = headers_get(headers, "List-Id", 0);
    const char *last = raw ? strrchr(raw, '<') : NULL;
    g_autofree char *id = last ? g_strndup(last + 1, strcspn(last + 1, ">")) : NULL;
    g_autofree char *dotted = g_strdup(address);
    char *at = strrchr(dotted, '@');
    if (!id || !at)
        return FALSE;
    *at = '.';
    return g_ascii_strcasecmp(g_strstrip(id), dotted) == 0;
}

static void read_list(const Headers *headers, Reading *reading)
{
    reading->list_address = read_list_post(headers);
    const char *from = reading->from ? reading->from->address : NULL;
    if (!from)
        return;
    reading->from_is_list = (reading->list_address && address_equal(reading->list_address, from)) ||
                            is_list_id(headers, from) || field_has_address(headers, "Mailing-list", from) ||
                            field_has_address(headers, "X-BeenThere", from);
    if (reading->from_is_list && !reading->list_address)
        reading->list_address = g_strdup(from);
}

/* RFC 5322 3.6.6: who sends on is not who wrote. */
static void note_resent(const Headers *headers, Reading *reading)
{
    const char *raw = headers_get(headers, "Resent-From", 0);
    if (!raw)
        raw = headers_get(headers, "Resent-Sender", 0);
    g_autoptr(GPtrArray) found = raw ? address_parse_list(raw) : NULL;
    if (found && found->len > 0)
        finding_add(reading->findings, "passed-on", "sent on by %s (Resent-From)",
                    ((const Mailbox *)found->pdata[0])->address);
}

void way_read(const Headers *headers, const char *authserv_id, Reading *reading)
{
    reading->return_path = read_return_path(headers);
    read_delivered_to(headers, reading->delivered_to);
    reading->original_from = read_original_from(headers, reading->from);
    reading->original_authentic = reading->original_from && authserv_id &&
                                  address_arc_vouches(headers, authserv_id, reading->original_from->address);
    read_list(headers, reading);
    note_resent(headers, reading);
}
