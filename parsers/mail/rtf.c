#include "rtf_private.h"

#include <string.h>

/* Groups within groups; what is deeper has the state of the last of them. */
#define MOST_GROUPS 200u
#define WORD_BYTES 32u /* no control word that is known is longer */

static void open_group(Rtf *rtf)
{
    rtf->skip = 0;
    rtf->is_optional = FALSE;
    if (rtf->stack->len < MOST_GROUPS)
        g_array_append_val(rtf->stack, rtf->state);
    else
        rtf->too_deep++;
}

static void close_group(Rtf *rtf)
{
    rtf->skip = 0;
    rtf->is_optional = FALSE;
    if (rtf->too_deep > 0) {
        rtf->too_deep--;
    } else if (rtf->stack->len > 0) {
        rtf->state = g_array_index(rtf->stack, RtfState, rtf->stack->len - 1);
        g_array_set_size(rtf->stack, rtf->stack->len - 1);
    }
}

static void take_hex(Rtf *rtf)
{
    if (rtf->end - rtf->at < 2)
        return;
    int high = g_ascii_xdigit_value(rtf->at[0]), low = g_ascii_xdigit_value(rtf->at[1]);
    if (high < 0 || low < 0)
        return;
    rtf->at += 2;
    if (rtf->skip > 0)
        rtf->skip--;
    else
        rtf_out_octet(rtf, (char)(guchar)(high << 4 | low));
}

/* Behind a backslash: no letter. */
static void take_symbol(Rtf *rtf)
{
    char c = *rtf->at++;
    if (c == '\'') {
        take_hex(rtf);
        return;
    }
    if (rtf->skip > 0) {
        rtf->skip--;
        return;
    }
    if (c == '*')
        rtf->is_optional = TRUE;
    else if (strchr("\\{}", c))
        rtf_out_octet(rtf, c);
    else if (c == '~')
        rtf_out_character(rtf, 0xa0);
    else if (c == '_')
        rtf_out_character(rtf, 0x2011);
    else if (c == '\n' || c == '\r')
        rtf_out_character(rtf, '\n');
    else if (c == '\t')
        rtf_out_character(rtf, '\t');
}

static void take_word(Rtf *rtf)
{
    char word[WORD_BYTES];
    gsize length = 0;
    gint64 number = 0;
    while (rtf->at < rtf->end && g_ascii_isalpha(*rtf->at)) {
        if (length + 1 < sizeof word)
            word[length++] = *rtf->at;
        rtf->at++;
    }
    word[length] = '\0';
    gboolean is_negative = rtf->at + 1 < rtf->end && *rtf->at == '-' && g_ascii_isdigit(rtf->at[1]);
    rtf->at += is_negative;
    const char *digits = rtf->at;
    for (; rtf->at < rtf->end && g_ascii_isdigit(*rtf->at); rtf->at++)
        number = MIN(number * 10 + (*rtf->at - '0'), G_MAXINT32);
    gboolean has_number = rtf->at > digits;
    if (rtf->at < rtf->end && *rtf->at == ' ')
        rtf->at++;
    if (strcmp(word, "bin") == 0 && !is_negative)
        rtf->at += MIN(number, rtf->end - rtf->at);
    if (rtf->skip > 0)
        rtf->skip--;
    else
        rtf_word(rtf, word, has_number, (gint)(is_negative ? -number : number));
}

static void take_plain(Rtf *rtf, char c)
{
    if (c == '\r' || c == '\n')
        return;
    rtf->is_optional = FALSE;
    if (rtf->skip > 0)
        rtf->skip--;
    else
        rtf_out_octet(rtf, c);
}

static void read_all(Rtf *rtf)
{
    while (rtf->at < rtf->end && !rtf->is_cut) {
        char c = *rtf->at++;
        if (c == '{')
            open_group(rtf);
        else if (c == '}')
            close_group(rtf);
        else if (c != '\\')
            take_plain(rtf, c);
        else if (rtf->at < rtf->end && g_ascii_isalpha(*rtf->at))
            take_word(rtf);
        else if (rtf->at < rtf->end)
            take_symbol(rtf);
    }
    rtf_out_flush(rtf);
}

char *rtf_read(const char *text, gsize length, gsize limit_bytes, gboolean *out_html, gboolean *out_cut)
{
    Rtf rtf = {
        .at = text,
        .end = text + length,
        .out = g_string_new(NULL),
        .limit = limit_bytes,
        .octets = g_string_new(NULL),
        .octets_page = 1252,
        .stack = g_array_new(FALSE, FALSE, sizeof(RtfState)),
        .state = {.fallback = 1, .page = 1252},
        .fonts = g_hash_table_new(NULL, NULL),
        .converters = g_hash_table_new(NULL, NULL),
        .page = 1252,
    };
    read_all(&rtf);
    g_string_free(rtf.octets, TRUE);
    g_array_unref(rtf.stack);
    g_hash_table_unref(rtf.fonts);
    rtf_out_close(&rtf);
    *out_html = rtf.is_html;
    *out_cut = rtf.is_cut;
    return g_string_free(rtf.out, FALSE);
}
