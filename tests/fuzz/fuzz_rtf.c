/* RTF, and its compressed form: UTF-8, within the limit, and the same again. The first octet chooses. */
#include "parsers/mail/lzfu.h"
#include "parsers/mail/rtf.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT 20000u

static void check_rtf(const char *rtf, gsize length)
{
    gboolean is_html, is_cut, is_html_again, is_cut_again;
    g_autofree char *text = rtf_read(rtf, length, LIMIT, &is_html, &is_cut);
    g_autofree char *again = rtf_read(rtf, length, LIMIT, &is_html_again, &is_cut_again);
    g_assert(g_utf8_validate(text, -1, NULL) && strlen(text) < LIMIT + 100);
    g_assert(strcmp(text, again) == 0 && is_html == is_html_again && is_cut == is_cut_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    g_autofree char *exact = g_memdup2(data + 1, size - 1);
    if (data[0] & 1) {
        gsize length;
        const char *broken;
        const Octets octets = {(const guint8 *)exact, size - 1};
        g_autofree char *rtf = lzfu_decode(octets, LIMIT, &length, &broken);
        g_assert(!rtf || (length <= LIMIT && rtf[length] == '\0'));
        if (rtf)
            check_rtf(rtf, length);
    } else {
        check_rtf(exact ? exact : "", size - 1);
    }
    return 0;
}
