/* What a server sends, looked at before libetpan sees it. libetpan 1.9.4 trusts it: it recurses over
 * parentheses, takes a literal of any length into memory, follows a wild pointer after BYE and frees
 * BADCHARSET twice. So lines are handed over whole and only when they are harmless, and what is a literal is
 * decided here, in the strict way. Pure. */
#pragma once

#include <postern/base/error.h>
#include <postern/base/limits.h>

typedef struct {
    /* Set by the owner for each command: */
    guint64 body_most; /* a body may come, of this size at most; 0: none */

    /* What was seen, read by the owner: */
    gboolean is_goodbye; /* after an error: BYE, the words are in `status` */
    gboolean has_body;   /* since imap_scan_begin: a body literal came */
    guint32 exists;      /* mails in the selected folder, by EXISTS and EXPUNGE */
    guint expunged;      /* EXPUNGE lines since the owner set it to 0 */
    gboolean has_news;   /* EXISTS grew since the owner set it to FALSE */
    char status[256];    /* the last status line (OK, NO, BAD, BYE), raw and cut */
    guint64 status_tag;  /* its tag; 0: untagged */
    char alert[256];     /* the last ALERT text, raw and cut; the owner empties it */

    guint64 literal_left; /* bytes of a literal that come next */
    gboolean literal_is_body;

    gsize answer_bytes;
    guint parentheses;
    gboolean is_continued; /* the next line goes on with the response of the last */
} ImapScan;

/* Before a command is sent. */
void imap_scan_begin(ImapScan *scan, guint64 body_most);
/* A whole line with its LF, outside a literal. FALSE with ERROR_LIMIT, ERROR_MALFORMED, or ERROR_TEMPORARY
 * for BYE: it must not be handed over. The messages do not name the server. */
gboolean imap_scan_line(ImapScan *scan, const char *line, gsize length, GError **error);
/* Bytes of a literal, at most `literal_left`. */
gboolean imap_scan_literal(ImapScan *scan, const char *bytes, gsize length, GError **error);
