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

typedef struct {
    char *name;           /* a word */
    char *display;        /* "Acme Support": From name of all that goes out */
    char *prefix;         /* of ticket references: "SUP"; 2 to 6 capital letters or digits, first a letter */
    GPtrArray *addresses; /* char *, lower-case domain; the first is the From of all that goes out */
    GPtrArray *agents;    /* char *: names of agents who get its notices */
    gboolean acknowledge; /* default yes */
    char *answer_within;  /* words for customers: "within 4 working hours", or NULL */
} ConfigQueue;

typedef struct {
    char *host;   /* TCP: numeric address or "localhost"; NULL for a unix socket */
    guint16 port; /* 0: any free one, printed in the log (tests) */
    char *path;   /* unix socket, or NULL */
    guint mode;   /* of the unix socket, octal in the file, default 0660 */
} ConfigListen;

typedef struct {
    OutgoingType type;
    char *folder; /* Maildir to write to */
    char *host;
    guint16 port;
    Security security;
    char *user;          /* NULL: no login */
    char *password_file; /* one of these two names the secret; it is never in the file itself */
    char *password_env;
    char *ca_file;     /* own CA, or NULL for the system's */
    char *hello;       /* EHLO name; default: the domain */
    gint64 give_up_us; /* default 4 days */
} ConfigOutgoing;

typedef struct {
    char *path;         /* of the file, as given */
    char *base_folder;  /* folder of the file: relative paths start here */
    char *domain;       /* of our Message-IDs */
    char *store;        /* folder; resolved */
    char *rules;        /* file, resolved, or NULL: starter rules */
    char *notices;      /* folder, resolved, or NULL: starter notices */
    char *authserv_id;  /* trusted border server (RFC 8601), or NULL */
    char *user;         /* to run as when started by root, or NULL */
    GPtrArray *agents;  /* ConfigAgent */
    GPtrArray *queues;  /* ConfigQueue; at least one */
    GPtrArray *listens; /* ConfigListen */
    ConfigOutgoing *outgoing;
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
/* TRUE for any queue address, with or without a detail. */
gboolean config_is_ours(const Config *config, const char *address);
