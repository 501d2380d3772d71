/* Stored customers' mail, for reading again: listed in short looks, so that a long walk keeps nobody waiting.
 */
#pragma once

#include <postern/store.h>

typedef struct {
    gint64 mail_id; /* of the intake row and the message */
    gint64 ticket_id;
    char *ref; /* of the ticket */
    gint64 at_us;
    char *envelope_from; /* NULL: nobody told it, and Return-Path does */
    gsize size;
    GBytes *bytes; /* small mail, or NULL */
    char *file;    /* large mail, within the raw folder (raw_open) */
} ArchivedMail;
void archived_mail_free(ArchivedMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ArchivedMail, archived_mail_free)

/* Which: what customers and guests wrote, in tickets, received at `since_us` or later, of these the newest
 * `most` (0: all). No copies, no held mail, none of agents. */
typedef struct {
    gint64 since_us;
    guint most;
} ArchiveWish;

/* How many there are. FALSE with an error. */
gboolean archive_count(Store *store, const ArchiveWish *wish, guint *out_count, GError **error);
/* The next ones with an id < `before_id` (G_MAXINT64: from the newest on), newest first, at most `most`.
 * Array of ArchivedMail; empty at the end. */
GPtrArray *archive_before(Store *store, gint64 before_id, gint64 since_us, guint most, GError **error);
/* One mail of a ticket, whoever wrote it. ERROR_NOT_FOUND. */
ArchivedMail *archive_get(Store *store, gint64 mail_id, GError **error);
