#include "imap_private.h"

#include <postern/base/clean.h>

#include <string.h>

static gboolean store(ImapSession *session, guint32 uid, const char *flag, GError **error)
{
    g_autofree char *command = g_strdup_printf("UID STORE %u +FLAGS.SILENT (%s)", uid, flag);
    g_autofree char *what = g_strdup_printf("to set the flag %s", flag);
    return imap_run(session, what, NULL, command, error);
}

/* A flag is an atom, with or without a backslash before it. */
static gboolean is_flag(const char *flag)
{
    const char *at = *flag == '\\' ? flag + 1 : flag;
    if (!*at)
        return FALSE;
    for (; *at; at++)
        if (!g_ascii_isgraph(*at) || strchr("(){}%*\"\\]", *at))
            return FALSE;
    return TRUE;
}

gboolean imap_add_flag(ImapSession *session, guint32 uid, const char *flag, GError **error)
{
    if (is_flag(flag))
        return store(session, uid, flag, error);
    g_autofree char *shown = clean_line(flag, -1, 60);
    g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "\"%s\" cannot be a flag of IMAP", shown);
    return FALSE;
}

/* COPYUID of the last answer names the mail. UID COPY and UID MOVE of a mail that is gone say OK as well. */
static gboolean is_proved(const ImapSession *session, guint32 uid)
{
    return imap_set_has(imap_stream_scan(session->stream)->copied, uid);
}

static gboolean transfer(ImapSession *session, const char *verb, guint32 uid, const char *folder,
                         GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *word = imap_folder_word(folder, error);
    if (!word)
        return FALSE;
    g_autofree char *shown = clean_line(folder, -1, 100);
    g_autofree char *what = g_strdup_printf("to move a mail into \"%s\"", shown);
    g_autofree char *command = g_strdup_printf("UID %s %u %s", verb, uid, word);
    if (imap_run(session, what, NULL, command, &inner))
        return TRUE;
    if (error_is(inner, ERROR_REFUSED) &&
        strcasestr(imap_stream_scan(session->stream)->status, "[TRYCREATE]"))
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s; create the folder on the server",
                    inner->message);
    else
        g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

static gboolean expunge(ImapSession *session, guint32 uid, GError **error)
{
    g_autofree char *command = g_strdup_printf("UID EXPUNGE %u", uid);
    return imap_run(session, "to remove a mail", NULL, command, error);
}

gboolean imap_move(ImapSession *session, guint32 uid, const char *folder, gboolean *out_moved, GError **error)
{
    *out_moved = FALSE;
    if (!session->offers.move && !session->offers.uidplus) {
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG,
                    "%s: it can neither MOVE nor remove single mails (UIDPLUS); use \"after: flag\"",
                    imap_place(session));
        return FALSE;
    }
    if (!transfer(session, session->offers.move ? "MOVE" : "COPY", uid, folder, error))
        return FALSE;
    *out_moved = is_proved(session, uid);
    if (session->offers.move || !*out_moved)
        return TRUE;
    return store(session, uid, "\\Deleted", error) && expunge(session, uid, error);
}

gboolean imap_delete(ImapSession *session, guint32 uid, GError **error)
{
    return store(session, uid, "\\Deleted", error) &&
           (!session->offers.uidplus || expunge(session, uid, error));
}
