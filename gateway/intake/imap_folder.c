#include "imap_private.h"

#include <postern/base/clean.h>

#include <libetpan/acl.h>
#include <string.h>

/* `verb` "name" for messages: what an admin wrote, not what goes over the wire. */
static char *with_folder(const char *verb, const char *folder)
{
    g_autofree char *shown = clean_line(folder, -1, 100);
    return g_strdup_printf("%s \"%s\"", verb, shown);
}

static gboolean read_folder(ImapSession *session, ImapFolder *out, GError **error)
{
    const ImapScan *scan = imap_stream_scan(session->stream);
    *out = (ImapFolder){.uidvalidity = scan->uidvalidity,
                        .uidnext = scan->uidnext,
                        .exists = scan->exists,
                        .highestmodseq = scan->highestmodseq,
                        .is_read_only = scan->is_read_only,
                        .may_keep_flags = scan->may_keep_flags};
    if (out->exists > LIMIT_IMAP_MAILS) {
        imap_stream_break(session->stream,
                          g_error_new(POSTERN_ERROR, ERROR_LIMIT, "%s: it says that the folder has %u mails",
                                      imap_place(session), out->exists));
        return imap_fail(session, NULL, error);
    }
    return out->uidvalidity != 0 ||
           imap_fail(session, "the folder has no UIDVALIDITY (RFC 3501 6.3.1)", error);
}

static gboolean select_name(ImapSession *session, const char *folder, const char *word, GError **error)
{
    g_autofree char *what = with_folder("to open the folder", folder);
    g_autofree char *command =
        g_strdup_printf("SELECT %s%s", word, session->offers.condstore ? " (CONDSTORE)" : "");
    imap_stream_scan(session->stream)->exists = 0;
    return imap_run(session, what, NULL, command, error);
}

gboolean imap_select(ImapSession *session, const char *folder, ImapFolder *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *word = imap_folder_word(folder, error);
    if (!word)
        return FALSE;
    gboolean ok = select_name(session, folder, word, &inner) && read_folder(session, out, &inner);
    imap_stream_scan(session->stream)->has_news = FALSE;
    if (ok)
        return TRUE;
    if (error_is(inner, ERROR_REFUSED))
        g_set_error(error, POSTERN_ERROR, ERROR_CONFIG, "%s; check its name", inner->message);
    else
        g_propagate_error(error, g_steal_pointer(&inner));
    return FALSE;
}

/* "*" and "%" are wild in LIST, so the names that come back are compared. */
static gboolean is_listed(const ImapSession *session, const char *word)
{
    const struct mailimap_response_info *info = session->imap->imap_response_info;
    if (!info || !info->rsp_mailbox_list)
        return FALSE;
    for (clistiter *at = clist_begin(info->rsp_mailbox_list); at; at = clist_next(at)) {
        const struct mailimap_mailbox_list *one = clist_content(at);
        g_autofree char *name = one && one->mb_name ? imap_quote(one->mb_name) : NULL;
        if (name && (strcmp(name, word) == 0 ||
                     (g_ascii_strcasecmp(word, "\"INBOX\"") == 0 && g_ascii_strcasecmp(name, word) == 0)))
            return TRUE;
    }
    return FALSE;
}

gboolean imap_folder_exists(ImapSession *session, const char *folder, gboolean *out_exists, GError **error)
{
    g_autofree char *what = with_folder("to list the folder", folder);
    g_autofree char *word = imap_folder_word(folder, error);
    g_autofree char *command = word ? g_strdup_printf("LIST \"\" %s", word) : NULL;
    *out_exists = FALSE;
    if (!word || !imap_run(session, what, "LIST", command, error))
        return FALSE;
    *out_exists = is_listed(session, word);
    return TRUE;
}

static const struct mailimap_acl_myrights_data *rights_data(const ImapSession *session)
{
    const struct mailimap_response_info *info = session->imap->imap_response_info;
    if (!info || !info->rsp_extension_list)
        return NULL;
    for (clistiter *at = clist_begin(info->rsp_extension_list); at; at = clist_next(at)) {
        const struct mailimap_extension_data *data = clist_content(at);
        if (data->ext_extension && data->ext_extension->ext_id == MAILIMAP_EXTENSION_ACL &&
            data->ext_type == MAILIMAP_ACL_TYPE_MYRIGHTS_DATA)
            return data->ext_data;
    }
    return NULL;
}

char *imap_rights(ImapSession *session, const char *folder, GError **error)
{
    g_autofree char *what = with_folder("to tell our rights in", folder);
    g_autofree char *word = imap_folder_word(folder, error);
    if (!word || !session->offers.acl)
        return NULL;
    g_autofree char *command = g_strdup_printf("MYRIGHTS %s", word);
    if (!imap_run(session, what, "MYRIGHTS", command, error))
        return NULL;
    const struct mailimap_acl_myrights_data *data = rights_data(session);
    return data && data->rights ? clean_line(data->rights, -1, 100) : g_strdup("");
}

gboolean imap_noop(ImapSession *session, GError **error)
{
    return imap_run(session, "NOOP", NULL, "NOOP", error);
}
