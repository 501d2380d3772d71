#include "gateway/gate/known_text.h"

#include <postern/address.h>
#include <postern/base/mail_id.h>
#include <postern/compose.h>
#include <postern/reading.h>
#include <postern/settle.h>

#include <string.h>

/* What is said in fewer bytes is never a quote worth looking for. */
#define REPLY_BYTES_LEAST 60u

/* Agents answer on pages of ours, which are cut by their own line; who passes a mail on wants all of it read.
 */
static gboolean is_asked_for(const DeskCase *mail, const Reading *reading, gint64 ticket_id)
{
    return ticket_id && reading && reading->from && reading->kind == KIND_HUMAN && !reading->forwarded &&
           !reading->passed_on_by && !reply_subject_is_forward(reading->subject) &&
           strlen(reading->reply) >= REPLY_BYTES_LEAST &&
           !config_agent_by_address(mail->config, reading->from->address);
}

static char *words_of(const Said *said, guint lines)
{
    g_autofree char *id = mail_id_format(said->mail_id);
    return g_strdup_printf("%u line%s of it %s known from %s %s, though not marked as quoted", lines,
                           lines == 1 ? "" : "s", lines == 1 ? "is" : "are",
                           said->reply ? "message" : "what we sent because of mail", id);
}

gboolean known_text_take(Store *store, const DeskCase *mail, Reading *reading, gint64 ticket_id,
                         char **out_words, GError **error)
{
    *out_words = NULL;
    if (!is_asked_for(mail, reading, ticket_id))
        return TRUE;
    const char *writer = reading->from->address;
    g_autoptr(GPtrArray) said = settle_said(store, ticket_id, mail->envelope->mail_id, writer, error);
    if (!said)
        return FALSE;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree KnownText *known = g_new0(KnownText, said->len + 1);
    for (guint i = 0; i < said->len; i++) {
        const Said *one = said->pdata[i];
        gsize length = 0;
        const char *bytes = one->sent ? g_bytes_get_data(one->sent, &length) : NULL;
        char *text = one->sent ? compose_text_of(bytes, length) : g_strdup(one->reply);
        g_ptr_array_add(texts, text ? text : g_strdup(""));
        known[i] = (KnownText){texts->pdata[i], !one->sent && address_equal(one->from, writer)};
    }
    guint most = 0, lines = reading_take_known(reading, known, said->len, &most);
    if (lines > 0)
        *out_words = words_of(said->pdata[most], lines);
    return TRUE;
}
