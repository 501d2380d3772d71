/* Searches look at windows of message numbers, so that no answer is longer than its window, however many
 * mails there are and however sparse their UIDs. */
#include "imap_private.h"

#include <string.h>

typedef struct {
    ImapSession *session;
    guint32 first_uid;
    char *since; /* " SINCE 1-Feb-2026", or "" */
} Search;

static ImapScan *scan_of(const Search *search)
{
    return imap_stream_scan(search->session->stream);
}

/* A number that is told after the folder was opened has not been looked at. */
static guint32 count_mails(const Search *search)
{
    return MIN(scan_of(search)->exists, LIMIT_IMAP_MAILS);
}

static void collect(const Search *search, GArray *uids)
{
    const struct mailimap_response_info *info = search->session->imap->imap_response_info;
    if (!info || !info->rsp_search_result)
        return;
    for (clistiter *at = clist_begin(info->rsp_search_result); at; at = clist_next(at)) {
        guint32 uid = *(const uint32_t *)clist_content(at);
        if (uid >= search->first_uid)
            g_array_append_val(uids, uid);
    }
}

/* The UID of one message number; 0 when it is gone. FALSE with an error. */
static gboolean uid_at(const Search *search, guint32 number, guint32 *out_uid, GError **error)
{
    g_autofree char *command = g_strdup_printf("UID SEARCH %u", number);
    *out_uid = 0;
    if (!imap_run(search->session, "to search", "SEARCH", command, error))
        return FALSE;
    const struct mailimap_response_info *info = search->session->imap->imap_response_info;
    if (info && info->rsp_search_result && clist_begin(info->rsp_search_result))
        *out_uid = *(const uint32_t *)clist_content(clist_begin(info->rsp_search_result));
    return TRUE;
}

/* A message number at or before the first that is looked for, at most a window before it. New mail is at the
 * end, so the steps go back from there and double. */
static gboolean find_start(const Search *search, guint32 *out_start, GError **error)
{
    guint32 low = 1, high = count_mails(search) + 1;
    guint32 step = LIMIT_IMAP_SEARCH_WINDOW;
    gboolean is_bounded = search->first_uid <= 1;
    while (!is_bounded || (high - low > LIMIT_IMAP_SEARCH_WINDOW && search->first_uid > 1)) {
        guint32 number = is_bounded ? low + (high - low) / 2 : high - MIN(step, high);
        guint32 uid = 0;
        if (number <= low) /* not so many mails */
            break;
        if (!uid_at(search, number, &uid, error))
            return FALSE;
        if (uid == 0)
            break; /* going: the windows from `low` on find all */
        if (uid < search->first_uid) {
            low = number + 1;
            is_bounded = TRUE;
        } else {
            high = number;
        }
        step = MIN(step * 2, LIMIT_IMAP_MAILS);
    }
    guint gone = scan_of(search)->expunged;
    *out_start = low > gone ? low - gone : 1;
    return TRUE;
}

static gboolean search_windows(const Search *search, guint most, GArray *uids, GError **error)
{
    guint32 start = 1;
    scan_of(search)->expunged = 0;
    if (!find_start(search, &start, error))
        return FALSE;
    guint32 last = count_mails(search);
    while (start <= last && uids->len < most) {
        guint32 end = start + MIN(LIMIT_IMAP_SEARCH_WINDOW - 1, last - start);
        g_autofree char *command =
            g_strdup_printf("UID SEARCH %u:%u UID %u:*%s", start, end, search->first_uid, search->since);
        scan_of(search)->expunged = 0;
        if (!imap_run(search->session, "to search", "SEARCH", command, error))
            return FALSE;
        collect(search, uids);
        /* Mails that go meanwhile give their numbers to later ones. */
        guint gone = scan_of(search)->expunged;
        start = end + 1 > gone ? end + 1 - gone : 1;
        last = MIN(last, count_mails(search));
    }
    return TRUE;
}

static void sort_and_cut(GArray *uids, guint most)
{
    guint kept = 0;
    g_array_sort(uids, imap_compare_uids);
    for (guint index = 0; index < uids->len; index++) {
        guint32 uid = g_array_index(uids, guint32, index);
        if (kept == 0 || g_array_index(uids, guint32, kept - 1) != uid)
            g_array_index(uids, guint32, kept++) = uid;
    }
    g_array_set_size(uids, MIN(kept, most));
}

/* RFC 3501 date: never in the words of a locale. */
static char *since_words(gint64 since_us)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (since_us == 0)
        return g_strdup("");
    g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(since_us / G_USEC_PER_SEC);
    if (!day)
        return g_strdup("");
    return g_strdup_printf(" SINCE %d-%s-%04d", g_date_time_get_day_of_month(day),
                           months[g_date_time_get_month(day) - 1], g_date_time_get_year(day));
}

GArray *imap_search(ImapSession *session, guint32 first_uid, gint64 since_us, guint most, GError **error)
{
    g_autofree char *since = since_words(since_us);
    Search search = {.session = session, .first_uid = MAX(first_uid, 1), .since = since};
    GArray *uids = g_array_new(FALSE, FALSE, sizeof(guint32));
    scan_of(&search)->has_news = FALSE; /* what came before is found now */
    if (search_windows(&search, most, uids, error)) {
        sort_and_cut(uids, most);
        return uids;
    }
    g_array_unref(uids);
    return NULL;
}
