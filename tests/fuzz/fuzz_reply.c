/* Reply, quoted, signature: nothing that can be seen is lost, and the same text is read the same way again.
 */
#include "promise.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, gssize quote_start)
{
    g_auto(ReplyParts) parts = {0}, other = {0}, again = {0};
    reply_split(text, quote_start, &parts);
    promise_parts(text, &parts);
    promise_spans(text, parts.spans);
    reply_split(parts.reply, -1, &other);
    promise_parts(parts.reply, &other);
    reply_split(text, quote_start, &again);
    promise_same_parts(&parts, &again);
}

static void check_forward(const char *text, gboolean is_forward)
{
    g_auto(ReplyParts) parts = {0};
    reply_split_forward(text, &parts);
    promise_parts(text, &parts);
    promise_spans(text, parts.spans);
    g_auto(ForwardParts) forward = {0};
    if (!reply_find_forward(text, is_forward, &forward))
        return;
    g_assert(promise_seen(forward.comment) + promise_seen(forward.text) <= promise_seen(text));
    g_assert(*forward.from);
    promise_line("from", forward.from, G_MAXSIZE);
    promise_line("date", forward.date, G_MAXSIZE);
    promise_line("subject", forward.subject, G_MAXSIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = clean_text((const char *)data, (gssize)size, G_MAXSIZE);
    check(text, (gssize)(size % 97) - 1);
    check_forward(text, size % 2 != 0);
    reply_subject_is_forward(text);
    reply_says_solved(text);
    return 0;
}
