/* What a mail does to the status of its ticket: a customer's word wakes it, opens it again when it was
 * closed, or comes too late for that. */
#include "gateway/desk/desk_private.h"

#include <string.h>

typedef enum { WORD_KEEPS, WORD_WAKES, WORD_OPENS_ANEW, WORD_IS_REFUSED } Word;

/* Agents say by commands what becomes of a ticket; who only carries the name of one says nothing. */
static gboolean is_customers(const DeskCase *mail)
{
    return mail->reading && !desk_is_automatic(mail->reading) && !desk_agent(mail);
}

static Word judge_late(const DeskCase *mail, const Evidence *piece)
{
    const ConfigQueue *own = config_queue(mail->config, piece->queue);
    const ConfigQueue *queue = own ? own : mail->queue;
    if (!piece->closed_us || mail->envelope->received_us - piece->closed_us < queue->reopen_us)
        return WORD_WAKES;
    return queue->closed_then == CLOSED_REFUSE ? WORD_IS_REFUSED : WORD_OPENS_ANEW;
}

static Word judge_word(const DeskCase *mail, const Evidence *piece, gboolean belongs)
{
    gboolean is_closed = strcmp(piece->status, "closed") == 0;
    if (!is_customers(mail) || strcmp(piece->status, "spam") == 0)
        return WORD_KEEPS;
    (void)belongs;
    if (is_closed)
        return judge_late(mail, piece);
    return strcmp(piece->status, "waiting") == 0 ? WORD_WAKES : WORD_KEEPS;
}

gboolean desk_opens_anew(const DeskCase *mail, const Evidence *piece, gboolean belongs)
{
    return judge_word(mail, piece, belongs) == WORD_OPENS_ANEW;
}

static const Evidence *piece_of(const DeskCase *mail, gint64 ticket_id)
{
    for (guint i = 0; i < mail->facts->evidence->len; i++) {
        const Evidence *piece = mail->facts->evidence->pdata[i];
        if (piece->ticket_id == ticket_id)
            return piece;
    }
    return NULL;
}

static void set_status(Decision *decision, const char *status)
{
    g_free(decision->status);
    decision->status = g_strdup(status);
}

/* He hears of it where nothing else goes to him by itself, and only who belongs: a stranger who has found a
 * token does not learn that the ticket is closed. */
static gboolean may_be_told(const DeskCase *mail, gboolean belongs)
{
    return belongs && mail->reading->may_answer && !mail->envelope->is_quiet &&
           !envelope_is_null_sender(mail->envelope) && !mail->facts->block &&
           mail->facts->acks_to_sender < mail->config->acks_per_sender_hour &&
           mail->facts->acks_all < mail->config->acks_per_hour;
}

void desk_judge_status(const DeskCase *mail, Decision *decision)
{
    const Evidence *piece = piece_of(mail, decision->ticket_id);
    gboolean belongs = strcmp(decision->sender_role, "participant") == 0;
    if (!piece)
        return;
    switch (judge_word(mail, piece, belongs)) {
    case WORD_WAKES:
        decision_event(decision, "reopened", decision->sender_address, "was %s", decision->status);
        set_status(decision, "open");
        break;
    case WORD_IS_REFUSED:
        decision_event(decision, "not reopened", "postern",
                       "it was closed too long ago; queue %s does not open such tickets again",
                       decision->queue);
        decision_why(decision, "%s stays closed: it was closed too long ago", decision->ref);
        decision->refuse_closed = may_be_told(mail, belongs);
        break;
    default:
        break;
    }
}
