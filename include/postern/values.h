/* The structs that pass between rooms. Plain values: no handles, no threads.
 * Strings are owned, UTF-8, without control characters (text: except LF and
 * TAB). Free functions accept NULL and half-built values. GPtrArrays own
 * their elements. */
#pragma once

#include <glib.h>

/* RFC 5322 mailbox. `name` is "" when there is none; `address` is addr-spec,
 * domain in lower-case ASCII. */
typedef struct {
    char *name;
    char *address;
} Mailbox;
/* A name that is the address again, as clients write it that know none, says nothing: it becomes "". */
Mailbox *mailbox_new(const char *name, const char *address);
void mailbox_free(Mailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailbox, mailbox_free)

/* Something broken or odd about a mail: kept with it, never an error. `code` is
 * a short constant word with hyphens ("charset-guessed"), `detail` free text. */
typedef struct {
    char *code;
    char *detail;
} Finding;
void finding_add(GPtrArray *findings, const char *code, const char *format, ...) G_GNUC_PRINTF(3, 4);
void finding_free(Finding *finding);

/* One header field, raw: `value` is as it came, still folded and encoded, without the
 * colon and the final line end; not necessarily UTF-8. */
typedef struct {
    char *name;
    char *value;
} HeaderField;
typedef struct {
    GPtrArray *fields; /* HeaderField, in order of appearance */
} Headers;
Headers *headers_new(void);
void headers_add(Headers *headers, const char *name, const char *value);
void headers_free(Headers *headers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Headers, headers_free)
/* RFC 5322 1.2.2: whether the field has that name, case does not matter. */
gboolean header_field_is(const HeaderField *field, const char *name);
/* Raw value of the `nth` (from 0) field of that name, case does not matter; NULL when absent. Borrowed. */
const char *headers_get(const Headers *headers, const char *name, guint nth);
guint headers_count(const Headers *headers, const char *name);

typedef struct {
    char *name;       /* safe to show and to store; never with path separators */
    char *type;       /* lower case "image/png" */
    char *content_id; /* without angle brackets, or NULL */
    guint64 size;     /* of the decoded content */
    char *sha256;     /* of the decoded content, lower-case hex */
    gboolean is_inline;
    char *found_type; /* what the content itself says where that is another type; else NULL */
    char *container;  /* name of the attachment that it was unpacked from ("winmail.dat"); else NULL */
} Attachment;
void attachment_free(Attachment *attachment);

/* What a rule found. `start` and `end` are byte offsets into the text named by `where`: "subject", "reply",
 * "text", "quoted", "attachment:NAME" (its text; of one over LIMIT_RULE_TEXT_BYTES its head, an empty line
 * and its tail), "attachment-name:NAME" (the name itself) or "from-domain" (what stands behind the @ of the
 * From address). */
typedef struct {
    char *name;
    char *value; /* normalised; masked when secret */
    char *raw;   /* as written; masked when secret */
    char *rule;
    char *where;
    gsize start, end;
    gboolean is_secret;
    gboolean
        may_echo; /* of a closed grammar (digits, ZUID, UUID, version …), fit to be shown to whoever wrote */
    gboolean is_single; /* a ticket has one value of this field: a later mail replaces it */
    char *print;        /* of an error text: its fingerprint (error_print.h); else NULL */
    char *lost_to;      /* of a loser: the rule that won; else NULL */
    char *why;          /* of a loser: by what, one line; else NULL */
} Field;
void field_free(Field *field);

/* What a mail is about, as rules with scores judge it. */
typedef enum {
    MEANING_CATEGORY, /* "connecting", "billing": the admin's own words */
    MEANING_REQUEST,  /* "do", "build", "fix" */
    MEANING_SEVERITY, /* "low", "medium", "high", "critical" */
    MEANING_COUNT
} MeaningType;
const char *meaning_type_name(MeaningType type);
typedef struct {
    MeaningType type;
    char *name;
    gint score;
    gboolean is_chosen; /* at most one of each type: reached its threshold, and the highest */
    GPtrArray *reasons; /* char *: "+3 cannot-connect: \"can't connect\" in subject 4-17" */
} Meaning;
Meaning *meaning_new(void);
void meaning_free(Meaning *meaning);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Meaning, meaning_free)

/* One thing that a rule looked at more closely, and what became of it: for explaining. */
typedef enum {
    CANDIDATE_TAKEN,
    CANDIDATE_SAME,       /* the value is there already */
    CANDIDATE_LOST,       /* overlaps, or contradicts, what another rule took */
    CANDIDATE_NO_CONTEXT, /* the pattern fits, but the words, heading or key it must stand at are not there */
    CANDIDATE_INVALID,    /* the type or check digits say that it is no such value */
    CANDIDATE_EXCEPTED,   /* `except` says so */
    CANDIDATE_GAVE_UP,    /* the rule ran out of time or steps: nobody knows */
    CANDIDATE_COUNT
} CandidateFate;
const char *candidate_fate_name(CandidateFate fate);
typedef struct {
    char *field, *rule, *where;
    char *raw;   /* as written; masked when secret */
    char *value; /* normalised; masked when secret; or NULL */
    gsize start, end;
    CandidateFate fate;
    char *why; /* one line for an admin */
} Candidate;
void candidate_free(Candidate *candidate);

typedef enum {
    KIND_HUMAN,
    KIND_AUTO_REPLY, /* vacation, out of office */
    KIND_BOUNCE,     /* any delivery report, delays too (RFC 3464) */
    KIND_FEEDBACK,   /* abuse report (RFC 5965) */
    KIND_RECEIPT,    /* read or delivery receipt (RFC 8098) */
    KIND_LIST,       /* RFC 2919, 2369 */
    KIND_BULK,
    KIND_MACHINE,   /* cron, monitoring, other programs */
    KIND_CHALLENGE, /* "confirm that you are a person" */
    KIND_COUNT
} MailKind;
const char *mail_kind_name(MailKind kind);

typedef struct {
    char *address;
    char *action;    /* "failed", "delayed", "delivered", "relayed", "expanded" or NULL */
    char *status;    /* enhanced status code "5.1.1" or NULL */
    char *smtp_code; /* "550" or NULL */
    char *reason;    /* the other side's words, one line, or NULL */
    char *cause;     /* why, by one word of a fixed set (kind.h); NULL: it arrived */
} BounceRecipient;
typedef struct {
    GPtrArray *recipients;     /* BounceRecipient */
    char *original_message_id; /* without angle brackets, or NULL */
} Bounce;
BounceRecipient *bounce_recipient_new(void);
Bounce *bounce_new(void);
void bounce_free(Bounce *bounce);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bounce, bounce_free)

#define DATE_UNKNOWN G_MININT64

/* The mail that a mail passes on, as far as it can be told: what it says about itself proves nothing. */
typedef struct {
    Mailbox *from;        /* by our strict grammar; never NULL */
    char *subject;        /* one line; "" when there is none */
    gint64 date_us;       /* or DATE_UNKNOWN: most clients write it in a person's language */
    char *date_text;      /* as it is shown, one line; or NULL */
    char *message_id;     /* without angle brackets, or NULL */
    char *comment;        /* what the one who passes it on says to it; "" when nothing */
    char *text;           /* what the mail within says, without its headers */
    gboolean is_attached; /* it came as a mail of its own (message/rfc822), not in the text */
} Forwarded;
Forwarded *forwarded_new(void);
void forwarded_free(Forwarded *forwarded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Forwarded, forwarded_free)

/* What a stretch of the text of a mail is. */
typedef enum {
    SPAN_REPLY,      /* what this writer wrote now */
    SPAN_INTRO,      /* "On … wrote:", or the headers above a quoted mail */
    SPAN_QUOTED,     /* history */
    SPAN_SIGNATURE,  /* name, firm, telephone */
    SPAN_DEVICE,     /* "Sent from my phone" */
    SPAN_FINE_PRINT, /* of lawyers, virus scanners, mailing lists */
    SPAN_COUNT
} SpanRole;
const char *span_role_name(SpanRole role);
/* Byte offsets of whole lines of the text; what no span covers is blank. */
typedef struct {
    SpanRole role;
    gsize start, end;
} TextSpan;

/* What became of a part of the MIME tree. */
typedef enum {
    PART_FATE_OPENED,  /* a multipart: its parts follow */
    PART_FATE_SHOWN,   /* it is in `text` */
    PART_FATE_SKIPPED, /* another form of what is shown */
    PART_FATE_LISTED,  /* an attachment */
    PART_FATE_COUNT
} PartFate;
const char *part_fate_name(PartFate fate);
typedef struct {
    guint level;                       /* of the whole mail: 0 */
    char *type;                        /* as declared, lower case */
    char *found_type, *charset, *name; /* or NULL */
    guint64 size;                      /* of the decoded content; 0 of a multipart */
    gboolean is_unpacked;              /* it came out of another part: uuencode, yEnc, winmail.dat */
    PartFate fate;
} PartNode;
void part_node_free(PartNode *node);

/* What a calendar part asks for or tells (RFC 5545, 5546): one event. */
typedef struct {
    char *method;        /* lower case "request", "cancel", "reply", "publish"; or NULL */
    char *summary;       /* one line; "" when there is none */
    char *starts, *ends; /* "2026-11-23 10:00 Europe/Berlin", "2026-11-23" of a whole day; or NULL */
    char *location;      /* or NULL */
    char *organizer;     /* address; or NULL */
    char *repeats;       /* "weekly"; or NULL */
    guint attendees;
} Invitation;
void invitation_free(Invitation *invitation);
/* "Review, 2026-11-23 10:00 to 11:00, Room 4, from boss@example.org, weekly, 12 people (request)". The caller
 * frees. */
char *invitation_words(const Invitation *invitation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Invitation, invitation_free)

/* What the trusted border server found out about the sender (RFC 8601). */
typedef struct {
    char *method;        /* lower case "spf", "dkim", "dmarc", "arc" */
    char *result;        /* lower case "pass", "fail", "none" … */
    char *domain;        /* that it speaks of; or NULL */
    gboolean is_aligned; /* that domain and the one of From are of one organisation (RFC 7489 3.1) */
} AuthenticationResult;
void authentication_result_free(AuthenticationResult *result);

/* What a mail says, as read from its raw bytes alone. Every array is non-NULL. */
typedef struct {
    char *message_id;                    /* without angle brackets, or NULL */
    gint64 date_us;                      /* or DATE_UNKNOWN */
    char *subject;                       /* decoded, one line; "" when there is none */
    Mailbox *from;                       /* exactly one by our strict grammar, else NULL */
    GPtrArray *sender_findings;          /* char *: why the sender is in doubt */
    GPtrArray *to, *cc, *reply_to;       /* Mailbox */
    GPtrArray *in_reply_to, *references; /* char *: ids without angle brackets */
    MailKind kind;
    gboolean may_answer;
    GPtrArray *kind_reasons; /* char * */
    Bounce *bounce;          /* or NULL */
    char *text;              /* whole readable text */
    char *reply;             /* the visible reply */
    char *quoted;
    char *signature;
    GPtrArray *spans;          /* TextSpan: `text` in order, by what it is */
    GPtrArray *parts;          /* PartNode, depth first */
    GPtrArray *invitations;    /* Invitation */
    GPtrArray *authentication; /* AuthenticationResult */
    GPtrArray *attachments;    /* Attachment */
    GPtrArray *fields;         /* Field */
    GPtrArray *losers;         /* Field, with `lost_to`: what another rule won over */
    GPtrArray *meanings;       /* Meaning: all with a score, the highest of each type first */
    GPtrArray *candidates;     /* Candidate: only where it is to be explained; else empty */
    /* What another rule set finds in the same mail, where two are compared; else empty. */
    GPtrArray *other_fields, *other_meanings;
    GPtrArray *other_gave_up; /* Finding */
    GPtrArray *findings;      /* Finding */
    gboolean from_authentic;  /* the trusted border server vouches for the From domain (RFC 8601) */
    gboolean from_refuted;    /* that server says that somebody else wrote it: no mere lack of proof */
    guint hops;               /* Received fields */

    /* What the servers on the way wrote. Anybody else can write it, too: it is only as good as the server
     * that we had the mail from. */
    char *return_path;       /* envelope sender (RFC 5321 4.4); "" is the null sender; NULL: it is not told */
    GPtrArray *delivered_to; /* char *: envelope recipients, canonical addresses, at most
                                LIMIT_DELIVERED_TO */

    /* A group, an alias or another desk that passes mail on writes its own address into From, and the
     * writer's beside it. Whose address From then is, the desk knows: see desk_name_writer. */
    Mailbox *original_from;      /* by our strict grammar, else NULL */
    gboolean original_authentic; /* the trusted border server vouches for its domain (RFC 8617) */
    gboolean from_is_list;       /* the list fields name the From address as that of a list or group */
    char *list_address;          /* of the list or group it came over (RFC 2369 List-Post), or NULL */
    MailKind direct_kind;        /* kind and may_answer as if it had come straight from its writer */
    gboolean direct_may_answer;
    Mailbox *passed_on_by;        /* the former From, after original_from took its place, or NULL */
    gboolean passed_on_authentic; /* from_authentic of that */
    Forwarded *forwarded;         /* exactly one mail that this one passes on, or NULL */
} Reading;
Reading *reading_new(void);
void reading_free(Reading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reading, reading_free)

/* One line of `postern doctor`: what was tried, and how that went. */
typedef enum {
    PROBE_OK,
    PROBE_PITY, /* it works without, less well */
    PROBE_BAD
} ProbeResult;
typedef struct {
    char *what; /* "login", "folder INBOX", "IDLE" … */
    ProbeResult result;
    char *words; /* what was found, and where it is bad what to mend */
} ProbeStep;
void probe_step_free(ProbeStep *step);
/* Array of ProbeStep. */
GPtrArray *probe_steps_new(void);
void probe_add(GPtrArray *steps, const char *what, ProbeResult result, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* The step "TLS": `of` is "TLS 1.3, its certificate is for imap.example.com"; `end_us` is when that
 * certificate ends (0: not known), and `else_words` what comes when nobody renews it. */
void probe_add_certificate(GPtrArray *steps, const char *of, gint64 end_us, gint64 now_us,
                           const char *else_words);
