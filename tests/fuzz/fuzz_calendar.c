#include "parsers/reading/calendar.h"

#include <postern/base/clean.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = clean_text((const char *)data, (gssize)size, G_MAXSIZE);
    g_autofree char *uid = NULL;
    g_autoptr(Invitation) event = calendar_read(text, &uid);
    g_autofree char *description = calendar_description(text);
    const char *texts[] = {uid, event ? event->summary : NULL, event ? event->starts : NULL,
                           event ? event->ends : NULL};
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        if (texts[i] && !clean_is_line(texts[i]))
            g_error("not clean: %s", texts[i]);
    return 0;
}
