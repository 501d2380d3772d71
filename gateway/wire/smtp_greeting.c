#include "smtp_greeting.h"

#include <string.h>

static void take_offer(SmtpOffers *offers, const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t=", 3);
    if (!words[0])
        return;
    if (g_ascii_strcasecmp(words[0], "PIPELINING") == 0)
        offers->pipelining = TRUE;
    else if (g_ascii_strcasecmp(words[0], "8BITMIME") == 0)
        offers->eight_bit = TRUE;
    else if (g_ascii_strcasecmp(words[0], "SMTPUTF8") == 0)
        offers->utf8 = TRUE;
    else if (g_ascii_strcasecmp(words[0], "DSN") == 0)
        offers->dsn = TRUE;
    else if (g_ascii_strcasecmp(words[0], "AUTH") == 0)
        offers->auth = TRUE;
    else if (g_ascii_strcasecmp(words[0], "SIZE") == 0) {
        offers->size = TRUE;
        offers->size_limit = words[1] ? g_ascii_strtoull(words[1], NULL, 10) : 0;
    }
}

static void take_code(SmtpGreeting *greeting, const char *line)
{
    greeting->code = (int)g_ascii_strtoull((char[]){line[0], line[1], line[2], '\0'}, NULL, 10);
    if (greeting->code == 220) {
        /* The greeting, or the answer to STARTTLS: what was offered in the clear counts no longer. */
        memset(&greeting->offers, 0, sizeof greeting->offers);
        greeting->hello_lines = 0;
    } else if (greeting->code == 235) {
        greeting->is_logged_in = TRUE;
    } else if (greeting->code == 250 && greeting->hello_lines++ > 0) {
        /* The first line of the answer is the server's name. */
        take_offer(&greeting->offers, line[3] ? line + 4 : line + 3);
    }
}

gboolean smtp_greeting_line(SmtpGreeting *greeting, const char *line, gsize length)
{
    gsize kept = MIN(length, sizeof greeting->last - 1);
    memcpy(greeting->last, line, kept);
    while (kept > 0 && (greeting->last[kept - 1] == '\n' || greeting->last[kept - 1] == '\r'))
        kept--;
    greeting->last[kept] = '\0';
    greeting->code = 0;
    if (strlen(greeting->last) >= 3 && g_ascii_isdigit(line[0]) && g_ascii_isdigit(line[1]) &&
        g_ascii_isdigit(line[2]))
        take_code(greeting, greeting->last);
    return ++greeting->lines <= SMTP_GREETING_LINES;
}
