#include <postern/mail.h>

#include "charset.h"

#include <gmime/gmime.h>
#include <string.h>

/* Never closed: a module of iconv stays loaded while one conversion uses it. */
static void open_charsets(GPtrArray *kept)
{
    for (guint i = 0; charset_name_at(i); i++) {
        const char *name = charset_name_at(i)->name;
        if (i == 0 || strcmp(name, charset_name_at(i - 1)->name) != 0)
            g_ptr_array_add(kept, g_iconv_open("UTF-8", name));
    }
}

void mail_prepare(void)
{
    static gsize kept = 0; /* a GPtrArray of GIConv, once all is done */
    if (g_once_init_enter(&kept)) {
        GPtrArray *conversions = g_ptr_array_new();
        g_mime_init();
        open_charsets(conversions);
        g_once_init_leave(&kept, (gsize)conversions);
    }
}
