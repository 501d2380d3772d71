/* The MIME tree of one mail (GMime lives only in parsers/mail; RFC 5322, 2045
 * to 2049, 2231). Values out; nothing of GMime shows here. One thread a Mail. */
#pragma once

#include <postern/values.h>

typedef struct Mail Mail;

/* Once in a process: GMime's tables, and the modules of iconv, which are files that a confined reader
 * could not open later. The first mail_open_* does it too, in some 3 ms. */
void mail_prepare(void);

/* One node of the tree, in depth-first order; index 0 is the whole mail. */
typedef struct {
    guint index, parent; /* `parent` of 0 is 0 */
    guint level;
    char *type;        /* lower case "text/plain"; as declared, "text/plain" when absent or broken */
    char *charset;     /* declared, or NULL */
    char *name;        /* safe file name from Content-Disposition or -Type (RFC 2231, 2047), or NULL */
    char *disposition; /* "inline", "attachment", or NULL */
    char *content_id;  /* without angle brackets, or NULL */
    char *location;    /* Content-Location, one line, or NULL */
    char *report_type; /* of multipart/report, lower case, or NULL */
    char *method;      /* of text/calendar (RFC 6047 2.4), lower case, or NULL */
    gboolean is_flowed, is_delsp; /* RFC 3676 */
    gboolean is_leaf;
    gboolean is_split;   /* a text with files in it: no leaf, for its pieces are parts below it */
    gboolean is_message; /* message/rfc822 and its like, or a file that is one: kept whole as an attachment */
    gboolean is_unpacked;   /* it came out of another part: uuencode, yEnc, winmail.dat */
    gboolean is_raw;        /* a multipart whose parts cannot be told apart: a leaf of raw text */
    guint64 size;           /* decoded octets of a leaf; set by mail_part_measure, or once all were read */
    const char *found_type; /* what the content says it is, where that is another type than `type`, or NULL;
                               set by mail_part_measure. A constant */
    gboolean is_program;    /* by its content; set by mail_part_measure */
    gboolean is_locked;     /* a password opens it, by its content; set by mail_part_measure */
    char *sha256;           /* of the decoded octets of a leaf, hex; set by mail_part_measure, else NULL */
} MailPart;

/* Opens raw bytes (borrowed until mail_free) or a file descriptor (which stays the caller's
 * and open, positioned anywhere; the file must not change). A pre-scan refuses a header that would cost too
 * much (ERROR_LIMIT; see base/limits.h): the caller then keeps the mail unread. Of a body of that kind the rest is
 * left out, with a finding.
 * `findings` (Finding) gets what is broken. */
Mail *mail_open_bytes(const char *bytes, gsize length, GPtrArray *findings, GError **error);
Mail *mail_open_fd(int fd, GPtrArray *findings, GError **error);
void mail_free(Mail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mail, mail_free)

/* Raw header fields of a mail without a look at its parts: cheap; NULL when the pre-scan refuses it. The
 * caller frees. */
Headers *mail_headers_only(const char *bytes, gsize length);
/* Raw header fields of the top level. Borrowed. */
const Headers *mail_headers(const Mail *mail);
guint mail_part_count(const Mail *mail);
const MailPart *mail_part(const Mail *mail, guint index);
/* Decodes a leaf once from end to end, in little memory, to fill in its size and sha256. */
const MailPart *mail_part_measure(Mail *mail, guint index);
/* Decoded octets of a leaf (or the raw text of a message/rfc822), or of a whole text that is split, at most
 * `limit_bytes` of them; `out_cut` (may be NULL) says whether there were more. The caller frees. Never NULL.
 */
char *mail_part_bytes(Mail *mail, guint index, gsize limit_bytes, gsize *out_length, gboolean *out_cut);

/* The same from the octet `from` on. */
char *mail_part_bytes_from(Mail *mail, guint index, guint64 from, gsize limit_bytes, gsize *out_length);

/* date-time of RFC 5322 with its obsolete forms, in microseconds; DATE_UNKNOWN when it is none. */
gint64 mail_date_parse(const char *raw);

/* RFC 2047 and raw 8-bit header text to clean UTF-8, one line; joins the bytes of adjacent
 * words of one charset before it converts. The caller frees. */
char *header_decode(const char *raw, gsize limit_bytes);

/* Charset ladder: valid UTF-8; the declared charset with its usual mistakes mended;
 * uchardet for long text; windows-1252. Always valid UTF-8, not yet cleaned. `findings` may be NULL. */
char *charset_to_utf8(const char *bytes, gsize length, const char *declared, GPtrArray *findings);

/* A safe file name to show and store: no path, no controls, no leading dot; never empty. The caller frees. */
char *file_name_clean(const char *name);
/* The usual ending of files of a type, "pdf"; NULL when nobody knows. A constant. */
const char *file_ending(const char *type);
