#include "charset.h"
#include "rtf_private.h"
#include "tnef_private.h"

#include <postern/mail.h>

#include <string.h>

static gboolean is_silent(const Rtf *rtf)
{
    const RtfState *state = &rtf->state;
    return state->destination == RTF_FONTS || state->destination == RTF_IGNORE ||
           (rtf->is_html ? state->is_doubled : state->is_hidden);
}

/* By its own charset first: the ladder would take some short words for UTF-8. */
static char *convert(const Rtf *rtf)
{
    char name_buffer[64];
    CharsetName buffer;
    g_autofree char *label = code_page_charset(rtf->octets_page);
    const CharsetName *charset = charset_lookup(label, &buffer, name_buffer, sizeof name_buffer);
    char *text = charset ? g_convert(rtf->octets->str, (gssize)rtf->octets->len, "UTF-8", charset->name, NULL,
                                     NULL, NULL)
                         : NULL;
    return text ? text : charset_to_utf8(rtf->octets->str, rtf->octets->len, label, NULL);
}

static void append(Rtf *rtf, const char *text, gsize length)
{
    if (rtf->out->len < rtf->limit)
        g_string_append_len(rtf->out, text, (gssize)length);
    else
        rtf->is_cut = TRUE;
}

void rtf_out_flush(Rtf *rtf)
{
    if (rtf->octets->len == 0)
        return;
    if (rtf->has_high) {
        g_autofree char *text = convert(rtf);
        append(rtf, text, strlen(text));
    } else {
        append(rtf, rtf->octets->str, rtf->octets->len);
    }
    g_string_truncate(rtf->octets, 0);
    rtf->has_high = FALSE;
}

void rtf_out_octet(Rtf *rtf, char octet)
{
    if (is_silent(rtf) || octet == '\0')
        return;
    if (rtf->octets_page != rtf->state.page || (rtf->octets->len >= 4096 && !rtf->has_high))
        rtf_out_flush(rtf);
    rtf->octets_page = rtf->state.page;
    rtf->has_high |= ((guchar)octet & 0x80) != 0;
    if (rtf->octets->len < rtf->limit)
        g_string_append_c(rtf->octets, octet);
}

static gboolean is_high_half(gunichar c)
{
    return c >= 0xd800 && c < 0xdc00;
}

void rtf_out_character(Rtf *rtf, gunichar c)
{
    char utf8[6];
    if (is_silent(rtf))
        return;
    if (is_high_half(rtf->high) && c >= 0xdc00 && c < 0xe000)
        c = 0x10000 + ((rtf->high - 0xd800) << 10) + (c - 0xdc00);
    rtf->high = is_high_half(c) ? c : 0;
    if (rtf->high || c == 0)
        return;
    rtf_out_flush(rtf);
    append(rtf, utf8, (gsize)g_unichar_to_utf8(g_unichar_validate(c) ? c : 0xfffd, utf8));
}
