#include "parsers/reading/calendar.h"

#include <postern/base/clean.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = clean_text((const char *)data, (gssize)size, G_MAXSIZE);
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)invitation_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    calendar_read(text, NULL, seen, events);
    g_autofree char *description = calendar_description(text);
    for (guint i = 0; i < events->len; i++) {
        g_autofree char *words = invitation_words(events->pdata[i]);
        if (!clean_is_line(words))
            g_error("not clean: %s", words);
    }
    return 0;
}
