/* What a mail does to the status of its ticket: a customer's word wakes it, opens it again when it was
 * closed, or comes too late for that. */
#include "gateway/desk/desk_private.h"

#include <postern/reply.h>

#include <string.h>

typedef enum { WORD_KEEPS, WORD_WAKES, WORD_CLOSES, WORD_OPENS_ANEW, WORD_IS_REFUSED } Word;

/* Agents say by commands what becomes of a ticket; who only carries the name of one says nothing. */
static gboolean is_customers(const DeskCase *mail)
{
    return mail->reading && !desk_is_automatic(mail->reading) && !desk_agent(mail);
}

/* No more than that it is solved: nothing that a person would have to look at. */
static gboolean is_thanks(const Reading *reading)
{
    for (guint i = 0; i < reading->attachments->len; i++)
        if (!((const Attachment *)reading->attachments->pdata[i])->is_inline)
            return FALSE;
    return reply_says_solved(reading->reply);
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
    if (belongs && is_thanks(mail->reading))
        return is_closed ? WORD_KEEPS : WORD_CLOSES;
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

/* Mails of a closed ticket within an hour that are answered: two desks that tell each other that something is
 * closed stop here. */
#define REFUSALS_MOST 3u

/* Only who belongs hears of it: a stranger who has found a token does not learn that the ticket is closed. */
static gboolean may_be_told(const DeskCase *mail, const Evidence *piece, gboolean belongs)
{
    if (!belongs || mail->envelope->is_quiet || envelope_is_null_sender(mail->envelope) ||
        mail->facts->block || piece->mails_lately >= REFUSALS_MOST)
        return FALSE;
    g_autofree char *machine = desk_refuse_machine(mail);
    g_autofree char *loop = desk_refuse_loop(mail);
    return !machine && !loop;
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
    case WORD_CLOSES:
        decision_event(decision, "closed by the customer", decision->sender_address,
                       "who says that it is solved; was %s", decision->status);
        decision->says_solved = TRUE;
        set_status(decision, "closed");
        break;
    case WORD_IS_REFUSED:
        decision_event(decision, "not reopened", "postern",
                       "it was closed too long ago; queue %s does not open such tickets again",
                       decision->queue);
        decision_why(decision, "%s stays closed: it was closed too long ago", decision->ref);
        decision->refuse_closed = may_be_told(mail, piece, belongs);
        break;
    default:
        break;
    }
}
