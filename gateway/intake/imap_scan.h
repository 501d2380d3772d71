/* What a server sends, looked at before libetpan sees it. libetpan 1.9.4 trusts it: it recurses over
 * parentheses, takes a literal of any length into memory, follows wild and null pointers after BYE and after
 * response codes it stumbles over, frees BADCHARSET twice. So lines are handed over whole, only when they are
 * harmless, and only those that the command asked for; response codes are read here. What is a literal is
 * decided here, too, in the strict way. Pure. */
#pragma once

#include <postern/base/error.h>
#include <postern/base/limits.h>

typedef struct {
    /* Set by the owner for each command: */
    const char *wanted; /* the untagged response that goes on to libetpan: "FETCH"; or NULL */
    gboolean wants_all; /* all lines go on: they are read by hand (IDLE, AUTHENTICATE) */
    guint64 body_most;  /* a body may come, of this size at most; 0: none */

    /* What was seen, read by the owner: */
    gboolean is_goodbye; /* after an error: BYE, the words are in `status` */
    gboolean has_body;   /* since imap_scan_begin: a body literal came */
    guint32 exists;      /* mails in the selected folder, by EXISTS and EXPUNGE */
    guint expunged;      /* EXPUNGE lines since the owner set it to 0 */
    gboolean has_news;   /* EXISTS grew since the owner set it to FALSE */
    char status[256];    /* the last status line (OK, NO, BAD, BYE), raw and cut */
    guint64 status_tag;  /* its tag; 0: untagged */
    char alert[256];     /* the last ALERT text, raw and cut; the owner empties it */

    /* Response codes since imap_scan_begin: */
    guint32 uidvalidity, uidnext;
    guint64 highestmodseq;
    gboolean is_read_only;
    gboolean may_keep_flags; /* PERMANENTFLAGS has \* */
    char copied[256];        /* the source UIDs of COPYUID: "3:5,9" */

    guint64 literal_left; /* bytes of a literal that come next */
    gboolean literal_is_body;
    gboolean is_dropped; /* the line, and its literals, are not for libetpan */

    gsize answer_bytes;
    guint parentheses;
    gboolean is_continued; /* the next line goes on with the response of the last */
} ImapScan;

/* Before a command is sent. */
void imap_scan_begin(ImapScan *scan, const char *wanted, guint64 body_most);
/* A whole line with its LF, outside a literal; the brackets of response codes are blanked in it. FALSE with
 * ERROR_LIMIT, ERROR_MALFORMED, or ERROR_TEMPORARY for BYE: it must not be handed over. The messages do not
 * name the server. */
gboolean imap_scan_line(ImapScan *scan, char *line, gsize length, GError **error);
/* Bytes of a literal, at most `literal_left`. */
gboolean imap_scan_literal(ImapScan *scan, const char *bytes, gsize length, GError **error);
/* Whether a set of UIDs ("3:5,9") has this one. */
gboolean imap_set_has(const char *set, guint32 uid);
