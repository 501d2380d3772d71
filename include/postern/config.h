/* The configuration file: YAML to a checked value. Pure but for secrets and
 * rule files, which the caller loads (see config_load in app). */
#pragma once

#include <postern/base/limits.h>
#include <postern/yaml.h>

typedef enum { SECURITY_NONE, SECURITY_STARTTLS, SECURITY_TLS } Security;
typedef enum { OUTGOING_FOLDER, OUTGOING_SMTP } OutgoingType;

typedef struct {
    char *name;    /* short, a word: what commands take */
    char *display; /* "Kim Lee": what customers read */
    char *address;
} ConfigAgent;

typedef enum {
    CLOSED_NEW,   /* a new ticket, linked to the closed one */
    CLOSED_REFUSE /* it is kept with the closed one, which stays so, and the customer is told how to go on */
} ClosedThen;

typedef struct {
    char *name;           /* a word */
    char *display;        /* "Acme Support": From name of all that goes out */
    char *prefix;         /* of ticket references: "SUP"; 2 to 6 capital letters or digits, first a letter */
    GPtrArray *addresses; /* char *, lower-case domain; the first is the From of all that goes out */
    GPtrArray *agents;    /* char *: names of agents who get its notices */
    gboolean acknowledge; /* default yes */
    char *answer_within;  /* words for customers: "within 4 working hours", or NULL */
    gint64 reopen_us; /* a closed ticket opens again by a customer's mail within this time; default 14 days */
    ClosedThen closed_then; /* what a later mail does */
    gint64 owner_idle_us;   /* an owner who does nothing for so long has the ticket no more; default 3 days */
} ConfigQueue;

typedef struct {
    char *host;   /* TCP: numeric address or "localhost"; NULL for a unix socket */
    guint16 port; /* 0: any free one, printed in the log (tests) */
    char *path;   /* unix socket, or NULL */
    guint mode;   /* of the unix socket, octal in the file, default 0660 */
} ConfigListen;

/* A server of somebody else and how to log in to it. */
typedef struct {
    char *host;
    guint16 port;
    Security security;
    char *user;          /* NULL: no login */
    char *password_file; /* one of these two names the secret; it is never in the file itself */
    char *password_env;
    char *sign_in; /* name of a ConfigSignIn: XOAUTH2 instead of a password; or NULL */
    char *ca_file; /* own CA, or NULL for the system's */
} ConfigServer;

/* A way for mail to leave. Routes that fit the same mail are tried in their order. */
typedef struct {
    char *name; /* a word; "outgoing" where the file has only one */
    OutgoingType type;
    char *folder; /* Maildir to write to */
    ConfigServer server;
    GPtrArray *queues; /* char *: names of the queues whose mail it takes; empty: of all */
    GPtrArray *from;   /* char *: From addresses whose mail it takes; empty: all */
    char *hello;       /* EHLO name; default: the domain */
    gint64 give_up_us; /* default 4 days */
    guint per_minute;  /* mails at most; 0: no limit */
} ConfigRoute;

typedef enum { SIGN_IN_GOOGLE, SIGN_IN_MICROSOFT, SIGN_IN_OTHER } SignInProvider;

/* Where access tokens come from (OAuth 2.0, RFC 6749). The URLs and the scope are filled for Google and
 * Microsoft, too. */
typedef struct {
    char *name; /* a word */
    SignInProvider provider;
    char *client_id;
    char *client_secret_file; /* at most one of these two; many clients have no secret */
    char *client_secret_env;
    char *tenant;        /* Microsoft: default "organizations" */
    char *token_url;     /* https */
    char *device_url;    /* RFC 8628, or NULL where the provider has none for mail */
    char *authorize_url; /* RFC 6749 4.1 with RFC 7636, or NULL */
    char *scope;
    char *ca_file; /* own CA, or NULL for the system's */
} ConfigSignIn;

typedef enum { MAILBOX_START_NOW, MAILBOX_START_DATE, MAILBOX_START_ALL } MailboxStart;
typedef enum { MAILBOX_LEAVE, MAILBOX_FLAG, MAILBOX_MOVE, MAILBOX_DELETE } MailboxAfter;

/* A mailbox that mail is fetched from (IMAP, RFC 3501, RFC 9051). */
typedef struct {
    char *name; /* a word */
    ConfigServer server;
    char *queue;        /* of mail that names no address of ours */
    GPtrArray *folders; /* char *, UTF-8, with the server's own separator; default INBOX */
    MailboxStart start; /* default: now, what comes from the first contact on */
    gint64 start_us;    /* of MAILBOX_START_DATE: the first moment of that day, UTC */
    MailboxAfter after; /* what is done with a mail once it is ours; default: leave */
    char *flag;         /* of MAILBOX_FLAG: a keyword or "\\Seen"; default "$Postern" */
    char *move_to;      /* of MAILBOX_MOVE: a folder */
    gboolean may_idle;  /* default yes */
    gint64 poll_us;     /* default 1 minute; where IDLE works only a safety net */
} ConfigMailbox;

/* A program of somebody else that is told what happens to tickets. */
typedef struct {
    char *name;        /* a word */
    char *url;         /* https */
    char *secret_file; /* exactly one of these two: the key of the HMAC */
    char *secret_env;
    GPtrArray *events;      /* char *: see config_webhook_events; empty: all */
    GPtrArray *queues;      /* char *; empty: of all */
    gboolean allow_private; /* may its host be in a private network; default no */
    char *ca_file;
    gint64 give_up_us; /* default 1 day */
} ConfigWebhook;

/* What is known about a customer beforehand. */
typedef struct {
    char *match; /* an address, or a domain: all addresses of it */
    char *plan;  /* words for agents: "Gold, answer within 1 hour" */
} ConfigCustomer;

typedef struct {
    char *path;           /* of the file, as given */
    char *base_folder;    /* folder of the file: relative paths start here */
    char *domain;         /* of our Message-IDs */
    char *store;          /* folder; resolved */
    char *rules;          /* file, resolved, or NULL: starter rules */
    char *notices;        /* folder, resolved, or NULL: starter notices */
    char *authserv_id;    /* trusted border server (RFC 8601), or NULL */
    char *user;           /* to run as when started by root, or NULL */
    GPtrArray *agents;    /* ConfigAgent */
    GPtrArray *queues;    /* ConfigQueue; at least one */
    GPtrArray *listens;   /* ConfigListen */
    GPtrArray *routes;    /* ConfigRoute; at least one, in the order in which they are tried */
    GPtrArray *mailboxes; /* ConfigMailbox */
    GPtrArray *sign_ins;  /* ConfigSignIn */
    GPtrArray *webhooks;  /* ConfigWebhook */
    GPtrArray *admins;    /* char *: addresses that get mail about Postern itself */
    gint64 alert_us;  /* a mailbox or route that was unreachable for so long is reported; default 15 min */
    gint64 digest_us; /* held mail is told to the admins so often; 0: never; default 1 day */
    GPtrArray *original_readers; /* char *: login names; empty: whoever may open the store */
    guint incident_customers;    /* so many with one error are an incident; 0: none ever is; default 5 */
    gint64 incident_within_us;   /* within so long; default 30 min */
    GPtrArray *customers;        /* ConfigCustomer */
    gint64 agent_token_us;       /* agents' answers to older notices are not taken; default 60 days */
    guint64
        notice_attachment_bytes; /* larger attachments are only named in notices; all of a mail together */
    guint automatic_per_hour;    /* mails that no person wrote, all together; beyond, the admins are told */
    guint64 message_bytes;
    guint sessions;
    guint idle_seconds;
    guint acks_per_sender_hour;
    guint acks_per_hour;
    guint readers;      /* 0: one a core */
    guint reader_mails; /* replaced after so many */
} Config;

/* NULL when `problems` holds an error. Every key, unit, default and range stands in templates/postern.yaml.
 * Unknown keys, names without owner, addresses in two queues, agents at a queue's address, logins without
 * password (or the other way round) or without TLS are errors, told all at once. A password written into
 * the file is one too and is never shown, not even in the source line of another problem. */
Config *config_parse(const char *file, const char *text, gsize length, GPtrArray *problems);
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* The queue that a recipient address belongs to; a sub-address ("support+anything@…", RFC 5233)
 * belongs to the address before the plus; the longest configured local part wins, so an address that itself
 * has a plus is found first. Compares without case of ASCII; an international domain must come in its xn--
 * form, as the file has it. NULL when none.
 * `out_detail` (may be NULL) gets the part after the plus, or NULL; the caller frees. */
const ConfigQueue *config_queue_of(const Config *config, const char *recipient, char **out_detail);
const ConfigQueue *config_queue(const Config *config, const char *name);
const ConfigAgent *config_agent(const Config *config, const char *name);
/* The agent with this mail address, or NULL. */
const ConfigAgent *config_agent_by_address(const Config *config, const char *address);
/* What is known about this address: by itself, else by its domain; NULL: nothing. */
const ConfigCustomer *config_customer(const Config *config, const char *address);
/* TRUE for any queue address, with or without a detail. */
gboolean config_is_ours(const Config *config, const char *address);

const ConfigMailbox *config_mailbox(const Config *config, const char *name);
const ConfigSignIn *config_sign_in(const Config *config, const char *name);
const ConfigRoute *config_route(const Config *config, const char *name);
const ConfigWebhook *config_webhook(const Config *config, const char *name);
/* The routes for mail of this queue ("" for mail of none) and From address, in order. Array of borrowed
 * ConfigRoute; the caller unrefs. Never empty: when none fits, the first route takes it (config_parse warns).
 */
GPtrArray *config_routes_for(const Config *config, const char *queue, const char *from);
/* What webhooks can be told of, NULL-terminated: "opened", "wrote", "answered", "handed-off", "closed". */
extern const char *const config_webhook_events[];
