/* Reply, quoted, signature: nothing that can be seen is lost. */
#include <postern/reply.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gsize count_seen(const char *text)
{
    gsize seen = 0;
    for (; *text; text += g_utf8_skip[*(const guchar *)text]) {
        gunichar c = g_utf8_get_char(text);
        seen += !g_unichar_isspace(c) && !g_unichar_iszerowidth(c) && c != 0xad;
    }
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_utf8_make_valid((const char *)data, (gssize)size);
    g_auto(ReplyParts) parts = {0};
    reply_split(text, (gssize)(size % 97) - 1, &parts);
    g_assert(count_seen(parts.reply) + count_seen(parts.quoted) + count_seen(parts.signature) ==
             count_seen(text));
    reply_subject_is_forward(text);
    reply_says_solved(text);
    g_auto(ForwardParts) forward = {0};
    if (reply_find_forward(text, size % 2 != 0, &forward))
        g_assert(count_seen(forward.comment) + count_seen(forward.text) <= count_seen(text) && *forward.from);
    return 0;
}
