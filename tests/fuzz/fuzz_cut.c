/* An agent's words without our page: what is let out never holds a part of it, and what a stranger wrote is
 * never taken for one. */
#include <postern/reply.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_utf8_make_valid((const char *)data, (gssize)size);
    gboolean is_torn = FALSE, is_torn_again = FALSE;
    g_autofree char *own = reply_cut_notice(text, &is_torn);
    g_assert(g_utf8_validate(own, -1, NULL));
    g_assert(is_torn || !reply_holds_notice(own));
    g_autofree char *again = reply_cut_notice(own, &is_torn_again);
    g_assert(is_torn || (!is_torn_again && strcmp(own, again) == 0));
    g_autofree char *harmless = reply_disarm(text);
    g_autofree char *token_free = g_strdup(harmless);
    g_strdelimit(token_free, "+.", '-');
    g_assert(!reply_holds_notice(token_free));
    return 0;
}
