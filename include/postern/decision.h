/* What the desk judges on and what it decides: values between desk, store and
 * the gate. Nothing here does anything. */
#pragma once

#include <postern/command_sheet.h>
#include <postern/ids.h>
#include <postern/ticket.h>
#include <postern/values.h>

/* The mail as it was handed over, before anybody read it. */
typedef struct {
    gint64 mail_id;
    gint64 received_us;
    char *source; /* "lmtp", "imap", "pipe", "import" */
    char *peer;
    char *envelope_from;   /* "" is the null sender, but see envelope_is_null_sender */
    char *return_path;     /* what the mail says about it (Reading.return_path), or NULL */
    char *recipient;       /* as given in RCPT */
    char *queue;           /* name of the queue that the recipient belongs to */
    char *detail;          /* sub-address (RFC 5233), or NULL */
    gboolean is_quiet;     /* nothing may be sent because of it */
    gboolean is_released;  /* a person let it pass: it is not held again */
    gboolean is_confirmed; /* and the agent in whose name it is has said that he means it */
} Envelope;
void envelope_clear(Envelope *envelope);
/* FALSE when "" only means that nobody told the envelope sender: mail out of files and mailboxes is handed
 * over without one, and Return-Path tells it, if it is there. */
gboolean envelope_tells_sender(const Envelope *envelope);
gboolean envelope_is_null_sender(const Envelope *envelope);
/* Out of a mailbox: whom it was written to is not known, `recipient` is only the mailbox's own queue. */
gboolean envelope_is_fetched(const Envelope *envelope);

/* Ways to find the ticket of a mail, strongest first. */
typedef enum {
    EVIDENCE_TOKEN_ADDRESS, /* our token in the recipient address */
    EVIDENCE_TOKEN_ID,    /* our token in a Message-ID of In-Reply-To or References (or of a returned mail) */
    EVIDENCE_KNOWN_ID,    /* a stored Message-ID there */
    EVIDENCE_HEARD_ID,    /* an id there that stood in References of an accepted mail */
    EVIDENCE_OWN_ID,      /* this mail's own Message-ID stood there: its answer was quicker */
    EVIDENCE_SUBJECT_REF, /* a ticket reference in the subject */
    EVIDENCE_SAME_SUBJECT, /* a reply without References, by its subject to an open ticket of its sender */
    EVIDENCE_COUNT
} EvidenceType;
const char *evidence_type_name(EvidenceType type);

/* One piece of evidence. The desk finds `type`, `found`, `token`; the store adds the rest. */
typedef struct {
    EvidenceType type;
    char *found;      /* what stood in the mail: an id, a reference, "support+…" */
    Token token;      /* of the two token types */
    gint64 ticket_id; /* 0: leads to no ticket */
    char *ref;        /* of the ticket */
    char *queue, *status;
    gint64 closed_us;        /* when it was closed; 0: it is not */
    gint64 split_from;       /* ticket that this one was split off, or continues; or 0 */
    char *requester;         /* address of who opened the ticket, "" when nobody knows */
    gboolean sender_belongs; /* requester or participant of that ticket, or recipient of that message */
    char *writers; /* of heard ids: who wrote the mails that name it and went to the sender, too; an address a
                      line, or NULL */
    gboolean is_unproven;      /* who brings the sender by this id (above) is not proven: he is a guest */
    gboolean token_is_senders; /* the token was made for this sender's address */
    guint mails_lately; /* messages that came to the ticket within the last hour; not counted above 20 */
} Evidence;
Evidence *evidence_new(EvidenceType type, const char *found);
void evidence_free(Evidence *evidence);

/* Which mail of ours a delivery report (RFC 3464) is about. The desk finds the first three in it, the store
 * the row of the outbox. */
typedef struct {
    Token token;              /* of the return path that it came to, else of the Message-ID that came back */
    gboolean is_return_path;  /* which of the two */
    char *message_id;         /* that came back, when it is one of ours; or NULL */
    gint64 outbox_id;         /* 0: no mail of ours fits */
    char *kind, *to;          /* of that mail */
    gboolean is_by_id;        /* it was found by `message_id` */
    gboolean has_return_path; /* it went out with one: a true report comes to it */
    gboolean is_failed;       /* that is known already */
} ReturnedMail;
void returned_mail_free(ReturnedMail *returned);

/* What is known about an error text of this mail (known_errors.h). */
typedef struct {
    gint64 error_id;
    char *title;      /* normalised: nothing of one customer is in it */
    char *state;      /* "open", "investigating", "workaround", "fixed", "resolved" */
    char *text;       /* words for customers that count now, plain text of an agent or admin; or NULL */
    gint64 until_us;  /* the words count until then */
    guint customers;  /* who wrote of it before */
    gboolean is_more; /* at least so many: only the newest mails were counted */
    gboolean is_incident;
} ErrorHint;
void error_hint_free(gpointer hint);

/* What the store knows about this mail. */
typedef struct {
    gint64 copy_of;        /* intake row of the same mail, already settled; 0: none */
    char *copy_of_ref;     /* its ticket, or NULL */
    gint64 copy_of_ticket; /* the same, or 0 */
    char *copy_to;         /* the address that it came to, or NULL */
    GPtrArray *evidence;   /* Evidence, filled */
    guint acks_to_sender;  /* acknowledgements to this address within the last hour */
    guint acks_all;        /* to anybody within the last hour */
    Ticket *ticket;        /* the ticket that the mail joins, with its newest messages; NULL: a new one */
    GPtrArray *earlier;    /* Ticket: others of the same requester, the newest ones; never NULL after
                              settle_ticket_facts */
    guint earlier_count;
    guint same_text;        /* mails of this sender with this text (numbers aside) within the last hour */
    guint same_text_alike;  /* the same, with senders whose addresses differ by a long number only */
    gboolean is_refused;    /* an admin wants nothing from this sender */
    guint automatic_hour;   /* automatic mails within the last hour, all together */
    char *block;            /* why the sender's address gets no automatic mail now, in words; NULL: it may */
    ReturnedMail *returned; /* or NULL */
    GPtrArray *hints;       /* ErrorHint; NULL before settle_ticket_facts */
} Facts;
void facts_clear(Facts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Facts, facts_clear)

typedef enum { FATE_TICKETED, FATE_HELD, FATE_COPY, FATE_COUNT } Fate;
const char *fate_name(Fate fate);

typedef struct {
    char *what; /* a word: "opened", "joined", "acknowledged", "not acknowledged", … */
    char *who;  /* address, agent or "postern" */
    char *detail;
} Event;

typedef struct {
    gint64 ticket_id;
    char *how; /* "perhaps belongs to" */
} Related;

/* A mail to send, final bytes. */
typedef struct {
    char *kind;           /* "acknowledgement", "notice", "webhook" … */
    char *queue;          /* whose routes it may take, or "" */
    char *route;          /* the first of them: a name of the configuration; "webhook:NAME" for those */
    gboolean is_personal; /* a person wrote it: it is tried even where automatic mail failed */
    char *to;
    char *from;
    char *envelope_from;
    char *subject;
    char *message_id;
    GBytes *bytes;
} Outgoing;

/* How far it is sure that an agent speaks (design: "Who speaks"). */
typedef enum {
    PROOF_NONE,    /* the From is no agent's */
    PROOF_DOUBTED, /* it is, and something is missing: no agent powers */
    PROOF_TOKEN,   /* thin: it came to his own token, and no border server can be asked about the From */
    PROOF_DOMAIN,  /* the border server vouches for the From; there is no token: may open tickets and name one
                    */
    PROOF_FULL     /* own token and proven domain */
} AgentProof;

/* Whom a mail brings into its ticket: who else got it, and answers it. */
typedef enum {
    BRINGS_NOBODY, /* a guest's */
    BRINGS_GUESTS, /* nothing proves who wrote it: anybody can put himself into Cc in a customer's name */
    BRINGS_OTHERS  /* they belong as its writer does */
} Brings;

typedef struct {
    Fate fate;
    gint64 copy_of;
    char *reason, *detail; /* of a held mail: a word, and words for a person */
    gint64 ticket_id;
    gboolean is_new_ticket;
    char *ref;
    char *queue;
    char *subject;                      /* of the ticket, when new */
    char *status;                       /* new status of the ticket */
    char *sender_name, *sender_address; /* who the message is from, as far as known; may be "" */
    char *sender_role;                  /* "requester", "participant", "guest", "agent" */
    char *requester;                    /* address of who opened a ticket that is joined, else NULL */
    gboolean add_participant;           /* the sender may be new on this ticket */
    gboolean gets_copies;               /* and gets what agents answer */
    Brings brings;
    AgentProof proof;
    char *agent;         /* name of the agent whose address the From is, or NULL */
    Mailbox *customer;   /* for whom an agent opens a new ticket, or NULL: the sender opens it for himself */
    char *doubt;         /* PROOF_DOUBTED: why, in words */
    CommandSheet *sheet; /* what an agent who may asks for; NULL: nothing */
    gint64 about_id;     /* message that his mail answers, or 0 */
    char *direction;     /* of the message: "in", or "note" */
    gboolean
        says_solved; /* the customer says no more than that it is solved, and the ticket is closed by it */
    gboolean refuse_closed; /* the ticket stays closed, and the sender is to be told how to go on */
    gboolean is_confirmed;  /* the agent has confirmed his commands by a second mail */
    gint64 release_id;      /* held mail that goes on because of this one; 0: none */
    gboolean is_done;       /* held, but nothing is left to do about it: it does not stand in the list */
    gboolean unreadable;
    gboolean acknowledge; /* an acknowledgement to sender_address is due */
    gboolean notify;      /* the queue's agents get a notice */
    gint64 returned_id;   /* outbox row that was not delivered after all; 0: none */
    char *returned_status, *returned_words;
    char *block_address; /* gets no automatic mail for `block_us`; or NULL */
    gint64 block_us;
    /* What rules say the ticket is about, where nobody has said it; NULL: they say nothing. */
    char *category, *request, *severity;
    char *severity_why;   /* what the hint is made of, in words */
    GPtrArray *asked;     /* char *: fields that the acknowledgement asks for */
    GPtrArray *missing;   /* char *: fields that the category needs and that are not there */
    gboolean is_complete; /* by this mail nothing is missing any more, and no agent had to ask */
    GPtrArray *disputes;  /* char *: where the mail says something else than an agent, in words */
    GPtrArray *heard;     /* char *: ids of others' mails that lead to this ticket from now on */
    /* An admin who answered his digest of held mail and gets a receipt, or NULL; and what he asks for. */
    char *admin;
    CommandSheet *held_sheet;
    GPtrArray *why;      /* char *: the reasons, strongest first */
    GPtrArray *events;   /* Event */
    GPtrArray *related;  /* Related */
    GPtrArray *outgoing; /* Outgoing */
} Decision;
Decision *decision_new(Fate fate);
void decision_free(Decision *decision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Decision, decision_free)
void decision_why(Decision *decision, const char *format, ...) G_GNUC_PRINTF(2, 3);
void decision_event(Decision *decision, const char *what, const char *who, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
void outgoing_free(Outgoing *outgoing);
