/* Header fields up to an empty line, then the text; the same bytes serve as a report's fields. */
#include <postern/kind.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_utf8_make_valid((const char *)data, (gssize)size);
    g_autoptr(Headers) headers = headers_new();
    const char *body = strstr(text, "\n\n");
    g_auto(GStrv) lines = g_strsplit(text, "\n", 100);
    for (char **line = lines; *line && **line; line++) {
        char *colon = strchr(*line, ':');
        if (colon) {
            *colon = '\0';
            headers_add(headers, *line, colon + 1);
        }
    }
    KindEvidence evidence = {
        .headers = headers, .text = body, .returned = body, .subject = headers_get(headers, "Subject", 0)};
    evidence.delivery_status = size % 2 ? body : NULL;
    g_autoptr(Reading) reading = reading_new();
    kind_judge(&evidence, reading);
    g_assert(!reading->may_answer || reading->kind == KIND_HUMAN);
    return 0;
}
