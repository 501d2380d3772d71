/* The desk judges, and only judges: a Reading, the envelope and the facts of
 * the store go in, a Decision comes out. Pure: no store, no clock, no sockets. */
#pragma once

#include <postern/config.h>
#include <postern/decision.h>
#include <postern/notices.h>
#include <postern/rules.h>

typedef struct {
    const Config *config;
    const ConfigQueue *queue; /* that the recipient belongs to */
    const Envelope *envelope;
    const Reading *reading; /* NULL: it could not be read */
    const char *unreadable; /* then: why, in words */
    const Facts *facts;
    const char *new_ref; /* free reference for a new ticket */
    gint64 now_us;
    const TokenKey *keys; /* newest first */
    gsize key_count;
    const NoticeSet *notices;
    const RuleSet *rules; /* for the labels of fields */
} DeskCase;

/* The pieces of evidence in a mail, for the store to look up. Array of Evidence. */
GPtrArray *desk_gather(const Reading *reading, const Envelope *envelope, const Config *config,
                       const TokenKey *keys, gsize key_count);

/* Who writes, for looking up facts: the From address, or "" when there is none to trust. Borrowed. */
const char *desk_sender(const Reading *reading);

/* Never NULL. `outgoing` is written already: final bytes. */
Decision *desk_judge(const DeskCase *mail);
