#include <postern/kind.h>

#include <string.h>

#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

gint64 kind_block_us(const char *status)
{
    static const struct {
        const char *prefix;
        guint days;
    } classes[] = {
        {"5.1.7", 1}, /* our own address is not taken: that says nothing of theirs */
        {"5.1.8", 1}, /* as well */
        {"5.1.", 30}, /* no such address, domain or mailbox */
        {"5.2.1", 7}, /* the mailbox is switched off */
        {"5.2.", 1},  /* full, or the mail is too large for it */
    };
    if (status && status[0] != '5')
        return 0;
    for (guint i = 0; status && i < G_N_ELEMENTS(classes); i++)
        if (g_str_has_prefix(status, classes[i].prefix))
            return classes[i].days * DAY_US;
    return DAY_US;
}
