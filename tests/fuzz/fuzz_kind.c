/* Header fields up to an empty line, then the text; the same bytes serve as a report's fields. */
#include <postern/kind.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_line(const char *line, gsize limit)
{
    if (!line)
        return;
    g_assert(g_utf8_validate(line, -1, NULL) && strlen(line) <= limit && !strpbrk(line, "\r\n\033"));
}

static void check_bounce(const Bounce *bounce)
{
    g_assert(bounce->recipients->len <= 100);
    check_line(bounce->original_message_id, 1000);
    for (guint i = 0; i < bounce->recipients->len; i++) {
        const BounceRecipient *recipient = bounce->recipients->pdata[i];
        g_assert(recipient->address);
        check_line(recipient->address, 320);
        check_line(recipient->status, 9);
        check_line(recipient->smtp_code, 3);
        check_line(recipient->reason, 500);
    }
}

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
    evidence.is_calendar_answer = size % 3 == 0;
    evidence.text_is_calendar = size % 5 == 0;
    evidence.from = size % 7 ? "kim@firm.example" : NULL;
    g_autoptr(Reading) reading = reading_new();
    kind_judge(&evidence, reading);
    g_assert(!reading->may_answer || reading->kind == KIND_HUMAN);
    /* As a report for certain, whatever the header makes of it. */
    evidence.report_type = "delivery-status";
    g_autoptr(Reading) report = reading_new();
    kind_judge(&evidence, report);
    if (report->bounce)
        check_bounce(report->bounce);
    return 0;
}
