#include <postern/base/clock.h>
#include <postern/base/digest.h>
#include <postern/base/mail_id.h>

#include <string.h>

#define RANDOM_BITS 10

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

/* Microseconds in the upper bits, random lower bits against another process
 * (import beside serve) that takes an id in the same microsecond. */
gint64 mail_id_new(void)
{
    static GMutex lock;
    static gint64 last;
    guint16 noise;
    random_bytes(&noise, sizeof noise);
    gint64 id = (clock_now_us() << RANDOM_BITS) | (noise & ((1 << RANDOM_BITS) - 1));
    g_mutex_lock(&lock);
    if (id <= last)
        id = last + 1;
    last = id;
    g_mutex_unlock(&lock);
    return id;
}

char *mail_id_format(gint64 id)
{
    char *text = g_malloc(MAIL_ID_DIGITS + 1);
    for (int i = MAIL_ID_DIGITS - 1; i >= 0; i--, id >>= 5)
        text[i] = alphabet[id & 31];
    text[MAIL_ID_DIGITS] = '\0';
    return text;
}

gint64 mail_id_parse(const char *text)
{
    gint64 id = 0;
    if (strlen(text) != MAIL_ID_DIGITS)
        return 0;
    for (const char *at = text; *at; at++) {
        const char *digit = strchr(alphabet, g_ascii_tolower(*at));
        if (!digit || (id >> 58) != 0)
            return 0;
        id = (id << 5) | (digit - alphabet);
    }
    return id;
}
