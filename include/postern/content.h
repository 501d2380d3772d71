/* What of a mail may be passed on to somebody else: text, HTML as a safe subset, attachments. Made in the
 * confined reader, because it looks into a stranger's bytes. */
#pragma once

#include <postern/rules.h>
#include <postern/values.h>

typedef struct {
    char *name; /* safe file name */
    char *type; /* "image/png", well-formed; never message/… or multipart/… or text/html: these become
                   application/octet-stream */
    char *content_id; /* without angle brackets, or NULL */
    gboolean is_inline;
    GBytes *bytes; /* decoded */
} ContentPart;

typedef struct {
    char *text;          /* UTF-8 */
    char *html;          /* a safe subset, the part inside <body>, or NULL */
    GPtrArray *parts;    /* ContentPart */
    guint left_out;      /* attachments that were over the limit */
    GPtrArray *withheld; /* char *: names of attachments in which a secret stands, or nobody can tell */
} Content;
Content *content_new(void);
void content_free(Content *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Content, content_free)
void content_part_free(gpointer part);

typedef struct {
    /* NULL: of the whole mail. Else only what the writer wrote himself: `own_text` is that part of its
     * visible text (commands and quotes are gone already), and the HTML is the part that says the same. HTML
     * that cannot be brought to that text is left out. */
    const char *own_text;
    guint64 attachment_bytes; /* all attachments together, decoded; what goes over is left out */
    /* With rules, and without `own_text`: nothing that holds a secret is passed on. Such attachments are
     * withheld, names and text are masked, and the HTML is left out. Not sent between processes: each has its
     * own. What an agent writes to a customer is his to say. */
    const RuleSet *rules;
    RulesScratch *scratch;
} ContentWish;

/* Of raw bytes; the same errors as reading_make. */
Content *content_make_bytes(const char *bytes, gsize length, const ContentWish *wish, GError **error);
Content *content_make_fd(int fd, const ContentWish *wish, GError **error);

/* The type, lower case, where programs do not take what is in it for a mail, a page or a program of its own;
 * else "application/octet-stream". Static or borrowed from `type`. */
const char *content_type_safe(const char *type);
/* An image that HTML may show. */
gboolean content_type_is_picture(const char *type);

/* Between reader and gate; unpacking trusts nothing (ERROR_CORRUPT). */
GBytes *content_pack(const Content *content);
Content *content_unpack(GBytes *bytes, GError **error);
