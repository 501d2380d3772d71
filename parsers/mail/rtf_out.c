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

static void append(Rtf *rtf, const char *text, gsize length)
{
    if (rtf->out->len < rtf->limit)
        g_string_append_len(rtf->out, text, (gssize)length);
    else
        rtf->is_cut = TRUE;
}

/* Code pages of one text. */
#define MOST_CONVERTERS 32u
/* g_iconv_open's word for none. */
#define NO_CONVERTER ((GIConv)-1)

/* Kept: a text may change its code page with every letter. */
static GIConv converter_of(Rtf *rtf)
{
    char name_buffer[64];
    CharsetName buffer;
    gpointer known;
    if (g_hash_table_lookup_extended(rtf->converters, GUINT_TO_POINTER(rtf->octets_page), NULL, &known))
        return known;
    g_autofree char *label = code_page_charset(rtf->octets_page);
    const CharsetName *charset = charset_lookup(label, &buffer, name_buffer, sizeof name_buffer);
    if (!charset || g_hash_table_size(rtf->converters) >= MOST_CONVERTERS)
        return NO_CONVERTER;
    GIConv converter = g_iconv_open("UTF-8", charset->name);
    g_hash_table_insert(rtf->converters, GUINT_TO_POINTER(rtf->octets_page), converter);
    return converter;
}

/* By its own charset first: the ladder would take some short words for UTF-8. A few octets, as most are, need
 * no room of their own. */
static void append_converted(Rtf *rtf)
{
    char few[1024], *in = rtf->octets->str, *out = few;
    gsize left = rtf->octets->len, room = sizeof few;
    GIConv converter = converter_of(rtf);
    g_autofree char *text = NULL;
    if (converter != NO_CONVERTER)
        g_iconv(converter, NULL, NULL, NULL, NULL); /* what it kept of broken octets before */
    if (converter != NO_CONVERTER && left < sizeof few / 4 &&
        g_iconv(converter, &in, &left, &out, &room) != (gsize)-1 &&
        g_iconv(converter, NULL, NULL, &out, &room) != (gsize)-1) {
        append(rtf, few, (gsize)(out - few));
        return;
    }
    if (converter != NO_CONVERTER)
        text = g_convert_with_iconv(rtf->octets->str, (gssize)rtf->octets->len, converter, NULL, NULL, NULL);
    if (!text) {
        g_autofree char *label = code_page_charset(rtf->octets_page);
        text = charset_to_utf8(rtf->octets->str, rtf->octets->len, label, NULL);
    }
    append(rtf, text, strlen(text));
}

void rtf_out_close(Rtf *rtf)
{
    GHashTableIter each;
    gpointer converter;
    g_hash_table_iter_init(&each, rtf->converters);
    while (g_hash_table_iter_next(&each, NULL, &converter))
        if (converter != NO_CONVERTER)
            g_iconv_close(converter);
    g_hash_table_unref(rtf->converters);
}

void rtf_out_flush(Rtf *rtf)
{
    if (rtf->octets->len == 0)
        return;
    if (rtf->has_high)
        append_converted(rtf);
    else
        append(rtf, rtf->octets->str, rtf->octets->len);
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
