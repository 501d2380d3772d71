/* What the files of the LMTP machine share. */
#pragma once

#include <postern/base/limits.h>
#include <postern/lmtp.h>

/* RFC 5321 4.5.3.1.3 asks for 256 octets; senders that carry a return path of
 * somebody else in their local part (VERP, SRS) run over it. */
#define LMTP_PATH_BYTES 512u
/* Replies that the peer has not read yet: a client that only pipelines stops here. */
#define LMTP_OUTPUT_BYTES (32u * 1024)

/* The path of MAIL and RCPT. */

typedef enum { LMTP_PATH_SENDER, LMTP_PATH_RECIPIENT } LmtpPathKind;

/* Reads a path of RFC 5321 4.1.2 (with RFC 6531) at `*at` and moves `*at` behind it. Gives the
 * mailbox without brackets and source route, its local part without needless quotes; "" is the null
 * sender; "postmaster" may stand alone as recipient. NULL and a literal in `*out_problem` when
 * it breaks the grammar. The caller frees. */
char *lmtp_path_take(const char **at, LmtpPathKind kind, const char **out_problem);
gboolean lmtp_path_is_ascii(const char *address);

/* The parameters behind a path. */

typedef struct {
    guint seen;   /* bits, one a parameter */
    guint64 size; /* G_MAXUINT64 when it is no number that fits */
    gboolean is_utf8;
    char *envid;
} LmtpParameters;

/* Reads " KEY=VALUE …". FALSE with `*out_code` 501 or 555 and a literal in `*out_problem`. */
gboolean lmtp_parameters_parse(const char *text, LmtpPathKind kind, LmtpParameters *out, guint *out_code,
                               const char **out_problem);
void lmtp_parameters_clear(LmtpParameters *parameters);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LmtpParameters, lmtp_parameters_clear)

/* The data. */

/* Where in a line of the data the last byte stood. */
typedef enum {
    LMTP_PLACE_LINE_START, /* behind CR LF, or nothing read yet */
    LMTP_PLACE_TEXT,
    LMTP_PLACE_CR,
    LMTP_PLACE_DOT,   /* a dot at the start of a line, held back */
    LMTP_PLACE_DOT_CR /* that dot and a CR, both held back */
} LmtpPlace;

/* Looks at the next bytes (`length` > 0): returns how many are used, and gives the piece of mail among them
 * (perhaps empty; it lies in `bytes` or is a literal). `*out_end` is TRUE behind CR LF . CR LF. */
gsize lmtp_data_next(LmtpPlace *place, const char *bytes, gsize length, const char **out_piece,
                     gsize *out_length, gboolean *out_end);

/* The machine. */

typedef enum {
    LMTP_NEW,         /* before LHLO */
    LMTP_READY,       /* between transactions */
    LMTP_TRANSACTION, /* behind MAIL */
    LMTP_DATA,
    LMTP_WAITING, /* for the owner's answers to the data */
    LMTP_CLOSING,
    LMTP_STATE_COUNT
} LmtpState;

struct LmtpMachine {
    LmtpSettings settings;
    LmtpOwner owner;
    gpointer user;
    LmtpState state;
    GString *output;
    guint errors; /* since the last mail that got through */

    GString *line;          /* the command line so far, at most LIMIT_COMMAND_LINE */
    gboolean is_after_cr;   /* its last byte was a CR */
    gboolean is_swallowing; /* it was too long: its rest goes unread */

    gboolean is_utf8; /* SMTPUTF8 was given with MAIL */
    guint recipients; /* accepted */
    guint answers;    /* given to the data */

    LmtpPlace place;
    guint64 data_bytes;
    gboolean is_kept; /* the owner takes the data still */
    gboolean is_too_large;
};

/* The one place where the state changes. */
void lmtp_enter(LmtpMachine *machine, LmtpState state);
/* `enhanced` may be NULL, where RFC 2034 wants none. What is not printable ASCII in `text` becomes '?'. */
void lmtp_reply(LmtpMachine *machine, guint code, const char *enhanced, const char *text);
void lmtp_reply_answer(LmtpMachine *machine, const LmtpAnswer *answer);
/* A reply to something that no mail client says: counted, and too many of them end the session. */
void lmtp_reply_fault(LmtpMachine *machine, guint code, const char *enhanced, const char *text);
/* Back to READY (or NEW), the transaction forgotten by the owner too. */
void lmtp_forget(LmtpMachine *machine);
/* One whole command line without its CR LF; it may hold any other byte. */
void lmtp_command_run(LmtpMachine *machine, char *line, gsize length);
