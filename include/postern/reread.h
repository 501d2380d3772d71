/* Stored mail, read again: the engine under the workbench. Nothing it does has an effect on anything; each
 * mail is read in a confined child (reader.h), several at a time. */
#pragma once

#include <postern/rules_source.h>
#include <postern/values.h>

typedef struct {
    const char *store;              /* folder */
    const char *program;            /* as ReaderSettings.program; NULL: /proc/self/exe */
    const char *authserv_id;        /* or NULL */
    const RulesSource *rules;       /* or NULL */
    const RulesSource *other_rules; /* to be compared; or NULL */
    gint64 since_us;                /* mails that came then or later; 0: all */
    guint most;                     /* the newest so many; 0: all */
    guint readers;                  /* 0: one a core */
    /* Called from the calling thread, at most ten times a second, and at the end; or NULL. */
    void (*progress)(gpointer user, guint done, guint total);
    gpointer user;
} RereadWish;

typedef struct {
    gint64 mail_id;   /* of the intake row and the message */
    gint64 ticket_id; /* 0: in none */
    const char *ref;  /* of the ticket, or NULL */
    gint64 at_us;
    const Reading *reading; /* NULL: it could not be read */
    const char *unreadable; /* then: why */
} RereadMail;

/* Returns FALSE to stop. Called from the calling thread, in no certain order. */
typedef gboolean (*RereadVisitor)(gpointer user, const RereadMail *mail);

/* Customers' mail of the store: no copies, no held mail, none of agents. FALSE with an error when the store
 * cannot be read or no reader starts. A visitor that stops it is no error. */
gboolean reread_run(const RereadWish *wish, RereadVisitor visitor, gpointer user, GError **error);
