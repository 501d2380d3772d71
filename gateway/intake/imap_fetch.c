#include "imap_private.h"

#include <string.h>

#define MOST_ZONE 1500 /* +1500: no clock on earth is further away */

int imap_compare_uids(gconstpointer a, gconstpointer b)
{
    guint32 one = *(const guint32 *)a, other = *(const guint32 *)b;
    return one < other ? -1 : one > other;
}

static int compare_mails(gconstpointer a, gconstpointer b)
{
    return imap_compare_uids(&((const ImapMail *)a)->uid, &((const ImapMail *)b)->uid);
}

static gint64 unix_us(const struct mailimap_date_time *date)
{
    if (date->dt_zone < -MOST_ZONE || date->dt_zone > MOST_ZONE)
        return 0; /* libetpan takes any number */
    int offset = ABS(date->dt_zone) / 100 * 3600 + ABS(date->dt_zone) % 100 * 60;
    g_autoptr(GDateTime) time = g_date_time_new_utc(date->dt_year, date->dt_month, date->dt_day,
                                                    date->dt_hour, date->dt_min, MIN(date->dt_sec, 59));
    if (!time)
        return 0;
    return (g_date_time_to_unix(time) - (date->dt_zone < 0 ? -offset : offset)) * G_USEC_PER_SEC;
}

static const char *flag_name(const struct mailimap_flag *flag)
{
    switch (flag->fl_type) {
    case MAILIMAP_FLAG_ANSWERED:
        return "\\Answered";
    case MAILIMAP_FLAG_FLAGGED:
        return "\\Flagged";
    case MAILIMAP_FLAG_DELETED:
        return "\\Deleted";
    case MAILIMAP_FLAG_SEEN:
        return "\\Seen";
    case MAILIMAP_FLAG_DRAFT:
        return "\\Draft";
    case MAILIMAP_FLAG_KEYWORD:
        return flag->fl_data.fl_keyword;
    default:
        return NULL;
    }
}

static void read_flags(const struct mailimap_msg_att_dynamic *flags, const char *wanted, ImapMail *mail)
{
    for (clistiter *at = flags->att_list ? clist_begin(flags->att_list) : NULL; at; at = clist_next(at)) {
        const struct mailimap_flag_fetch *one = clist_content(at);
        const char *name = one->fl_flag ? flag_name(one->fl_flag) : NULL;
        mail->is_deleted |= name && g_ascii_strcasecmp(name, "\\Deleted") == 0;
        mail->is_flagged |= name && wanted && g_ascii_strcasecmp(name, wanted) == 0;
    }
}

/* Bit 0: UID, bit 1: size, bit 2: flags. What comes unasked has not all of them. */
enum { HAS_UID = 1, HAS_SIZE = 2, HAS_FLAGS = 4, HAS_ALL = 7 };

static guint read_static(const struct mailimap_msg_att_static *item, ImapMail *mail)
{
    switch (item->att_type) {
    case MAILIMAP_MSG_ATT_UID:
        mail->uid = item->att_data.att_uid;
        return HAS_UID;
    case MAILIMAP_MSG_ATT_RFC822_SIZE:
        mail->size = item->att_data.att_rfc822_size;
        return HAS_SIZE;
    case MAILIMAP_MSG_ATT_INTERNALDATE:
        mail->internal_us = item->att_data.att_internal_date ? unix_us(item->att_data.att_internal_date) : 0;
        return 0;
    default:
        return 0;
    }
}

static guint read_mail(const struct mailimap_msg_att *message, const char *flag, ImapMail *mail)
{
    guint has = 0;
    for (clistiter *at = clist_begin(message->att_list); at; at = clist_next(at)) {
        const struct mailimap_msg_att_item *item = clist_content(at);
        if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC && item->att_data.att_static) {
            has |= read_static(item->att_data.att_static, mail);
        } else if (item->att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC && item->att_data.att_dyn) {
            read_flags(item->att_data.att_dyn, flag, mail);
            has |= HAS_FLAGS;
        }
    }
    return has;
}

static clistiter *first_answer(const ImapSession *session)
{
    const struct mailimap_response_info *info = session->imap->imap_response_info;
    return info && info->rsp_fetch_list ? clist_begin(info->rsp_fetch_list) : NULL;
}

static void collect(const ImapSession *session, const guint32 *uids, gsize count, const char *flag,
                    GArray *mails)
{
    for (clistiter *at = first_answer(session); at; at = clist_next(at)) {
        ImapMail mail = {0};
        if (read_mail(clist_content(at), flag, &mail) == HAS_ALL &&
            bsearch(&mail.uid, uids, count, sizeof *uids, imap_compare_uids))
            g_array_append_val(mails, mail);
    }
}

/* "3:5,9": UIDs in growing order. */
static char *set_words(const guint32 *uids, gsize count)
{
    GString *words = g_string_new(NULL);
    for (gsize at = 0; at < count;) {
        gsize end = at;
        while (end + 1 < count && uids[end + 1] == uids[end] + 1)
            end++;
        g_string_append_printf(words, end > at ? "%s%u:%u" : "%s%u", at > 0 ? "," : "", uids[at], uids[end]);
        at = end + 1;
    }
    return g_string_free(words, FALSE);
}

static gboolean ask_facts(ImapSession *session, const guint32 *uids, gsize count, const char *flag,
                          GArray *mails, GError **error)
{
    g_autofree char *set = set_words(uids, count);
    g_autofree char *command = g_strdup_printf("UID FETCH %s (UID FLAGS INTERNALDATE RFC822.SIZE)", set);
    if (!imap_run(session, "to tell the sizes of mails", "FETCH", command, error))
        return FALSE;
    collect(session, uids, count, flag, mails);
    return TRUE;
}

static void sort_and_unite(GArray *mails)
{
    guint kept = 0;
    g_array_sort(mails, compare_mails);
    for (guint index = 0; index < mails->len; index++) {
        ImapMail mail = g_array_index(mails, ImapMail, index);
        if (kept == 0 || g_array_index(mails, ImapMail, kept - 1).uid != mail.uid)
            g_array_index(mails, ImapMail, kept++) = mail;
    }
    g_array_set_size(mails, kept);
}

GArray *imap_facts(ImapSession *session, const guint32 *uids, gsize count, const char *flag, GError **error)
{
    g_autofree guint32 *sorted = g_memdup2(uids, count * sizeof *uids);
    GArray *mails = g_array_new(FALSE, FALSE, sizeof(ImapMail));
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, imap_compare_uids);
    for (gsize at = 0; at < count; at += LIMIT_IMAP_FACTS)
        if (!ask_facts(session, sorted + at, MIN(count - at, LIMIT_IMAP_FACTS), flag, mails, error)) {
            g_array_unref(mails);
            return NULL;
        }
    sort_and_unite(mails);
    return mails;
}

typedef struct {
    ImapSession *session;
    ImapSink sink;
    gpointer user;
    gboolean has_bytes;
    GError *error; /* of the sink */
} Body;

/* libetpan goes on reading after FALSE, so the stream is broken as well. */
static bool on_body(int type, struct mailimap_msg_att_body_section *section, const char *bytes, size_t length,
                    void *data)
{
    Body *body = data;
    (void)type, (void)section;
    body->has_bytes = TRUE;
    if (body->error)
        return false;
    if (length == 0 || body->sink(body->user, bytes, length, &body->error))
        return true;
    if (!body->error)
        g_set_error_literal(&body->error, POSTERN_ERROR, ERROR_TEMPORARY, "stopped");
    imap_stream_break(body->session->stream, g_error_copy(body->error));
    return false;
}

/* The answer about this UID, or NULL; and whether one about another mail brought a text. */
static const struct mailimap_msg_att *find_answer(const ImapSession *session, guint32 uid)
{
    for (clistiter *at = first_answer(session); at; at = clist_next(at)) {
        ImapMail mail = {0};
        if ((read_mail(clist_content(at), NULL, &mail) & HAS_UID) && mail.uid == uid)
            return clist_content(at);
    }
    return NULL;
}

static const struct mailimap_msg_att_body_section *section_of(const struct mailimap_msg_att *message)
{
    for (clistiter *at = clist_begin(message->att_list); at; at = clist_next(at)) {
        const struct mailimap_msg_att_item *item = clist_content(at);
        const struct mailimap_msg_att_static *fact =
            item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC ? item->att_data.att_static : NULL;
        if (fact && fact->att_type == MAILIMAP_MSG_ATT_BODY_SECTION)
            return fact->att_data.att_body_section;
    }
    return NULL;
}

static gboolean no_text(ImapSession *session, guint32 uid, GError **error)
{
    g_set_error(error, POSTERN_ERROR, ERROR_REFUSED, "%s: the server gives no text for the mail with UID %u",
                imap_place(session), uid);
    return FALSE;
}

/* A short mail may come as a quoted string, and NIL says that there is none. */
static gboolean check_body(Body *body, guint32 uid, gboolean *out_found, GError **error)
{
    ImapSession *session = body->session;
    const struct mailimap_msg_att *message = find_answer(session, uid);
    const struct mailimap_msg_att_body_section *section = message ? section_of(message) : NULL;
    gboolean has_body = body->has_bytes || imap_stream_scan(session->stream)->has_body;
    if (has_body && !section)
        return imap_fail(session, "it sends another mail than the one that was asked for", error);
    *out_found = message != NULL;
    if (has_body || !message)
        return TRUE;
    if (!section || !section->sec_body_part)
        return no_text(session, uid, error);
    return section->sec_length == 0 ||
           body->sink(body->user, section->sec_body_part, section->sec_length, error);
}

static gboolean run_fetch(Body *body, guint32 uid, guint64 most, GError **error)
{
    ImapSession *session = body->session;
    g_autofree char *command = g_strdup_printf("UID FETCH %u (UID BODY.PEEK[])", uid);
    imap_begin_body(session, most);
    mailimap_set_msg_body_handler(session->imap, on_body, body);
    gboolean ok = imap_send(session, command, error) && imap_next_line(session, error) &&
                  imap_answer(session, "to give a mail", error);
    mailimap_set_msg_body_handler(session->imap, NULL, NULL);
    return ok;
}

static gboolean fetch_alone(ImapSession *session, guint32 uid, guint64 most, ImapSink sink, gpointer user,
                            gboolean *out_found, GError **error)
{
    Body body = {.session = session, .sink = sink, .user = user};
    gboolean ok = imap_settle_ahead(session, error) && run_fetch(&body, uid, most, error) &&
                  check_body(&body, uid, out_found, error);
    g_clear_error(&body.error);
    return ok;
}

gboolean imap_fetch(ImapSession *session, guint32 uid, guint64 most, ImapSink sink, gpointer user,
                    gboolean *out_found, GError **error)
{
    *out_found = FALSE;
    if (session->is_dead)
        return imap_fail(session, "the session has ended", error);
    if (imap_was_asked(session, uid))
        return imap_read_ahead(session, uid, most, sink, user, out_found, error);
    return fetch_alone(session, uid, most, sink, user, out_found, error);
}
