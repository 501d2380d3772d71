/* The first byte chooses a charset label; the rest is a header value and a text. */
#include <postern/base/clean.h>
#include <postern/mail.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const labels[] = {NULL,   "utf-8",     "us-ascii", "iso-8859-1",  "gb2312",
                                         "big5", "shift_jis", "utf-7",    "iso-2022-jp", "utf-16",
                                         "hz",   "euc-kr",    "koi8-r"};
    if (size == 0)
        return 0;
    const char *label = labels[data[0] % G_N_ELEMENTS(labels)];
    g_autofree char *raw = g_strndup((const char *)data + 1, size - 1);
    g_autofree char *line = header_decode(raw, 998);
    g_autofree char *text = charset_to_utf8((const char *)data + 1, size - 1, label, NULL);
    g_autofree char *name = file_name_clean(raw);
    mail_date_parse(raw);
    g_assert(clean_is_line(line) && strlen(line) <= 998);
    g_assert(g_utf8_validate(text, -1, NULL));
    g_assert(*name && !strchr(name, '/') && *name != '.');
    return 0;
}
