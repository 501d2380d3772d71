/* What the parts of a mail are to whoever reads it: its text, or files beside it. */
#pragma once

#include <postern/mail.h>
#include <postern/reading.h>

/* As reading_make_bytes, of a mail that is open already. Never NULL. */
Reading *reading_make_mail(Mail *mail, const ReadingSettings *settings);

typedef enum {
    PART_ATTACHED, /* to be listed */
    PART_SHOWN,
    PART_SKIPPED /* another form of what is shown */
} PartUse;

typedef struct {
    char *text;             /* clean, at most LIMIT_TEXT_BYTES */
    char *aside;            /* clean, short: plain forms that only pointed to what is shown; "" mostly */
    gssize quote_start;     /* where HTML said that the quoted mail begins, or -1 */
    gboolean is_invitation; /* `text` is made of a calendar part alone: nobody wrote it */
    PartUse *uses;          /* one a part; multiparts have no meaning here */
} ShownText;

void shown_text_make(Mail *mail, GPtrArray *findings, ShownText *out);
void shown_text_clear(ShownText *shown);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ShownText, shown_text_clear)

/* A text that a mail can show by itself: no file that somebody attached. */
gboolean part_is_shown(const MailPart *part);
/* Of a leaf with HTML: valid UTF-8, by the charset that the part or the page names. The caller frees. */
char *part_markup(Mail *mail, guint index, GPtrArray *findings, gboolean *out_cut);
/* Of any leaf: clean text, without looking at what it means; at most `limit_bytes` octets of it. The caller
 * frees. */
char *part_text_plain(Mail *mail, guint index, gsize limit_bytes, GPtrArray *findings, gboolean *out_cut);

/* A leaf that is to be listed. */
typedef struct {
    guint index;
    char *name; /* safe, and no two have the same */
    gboolean is_inline;
} AttachedPart;
/* Array of AttachedPart, in the order of the mail. */
GPtrArray *parts_attached(Mail *mail, const ShownText *shown);
