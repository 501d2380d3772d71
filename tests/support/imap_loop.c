/* The least that fetches a mailbox with libetpan: login, select, and each mail in turn, its bytes thrown
 * away. What `make bench` holds Postern's fetcher against. TLS as libetpan does it by itself: nothing is
 * verified.
 *
 * usage: imap_loop HOST PORT USER PASSWORD      prints mails, bytes and seconds as JSON */
#include <glib.h>
#include <libetpan/libetpan.h>
#include <stdio.h>
#include <stdlib.h>

static bool count_bytes(int msg_att_type, struct mailimap_msg_att_body_section *section, const char *bytes,
                        size_t length, void *context)
{
    (void)msg_att_type, (void)section, (void)bytes;
    *(guint64 *)context += length;
    return true;
}

static struct mailimap_fetch_type *whole_mail(void)
{
    return mailimap_fetch_type_new_fetch_att(
        mailimap_fetch_att_new_body_peek_section(mailimap_section_new(NULL)));
}

static void give_up(const char *what, int code)
{
    fprintf(stderr, "imap_loop: %s: %d\n", what, code);
    exit(EXIT_FAILURE);
}

static void check(const char *what, int code)
{
    if (code != MAILIMAP_NO_ERROR)
        give_up(what, code);
}

static clist *all_uids(mailimap *imap)
{
    clist *found = NULL;
    struct mailimap_search_key *key = mailimap_search_key_new(
        MAILIMAP_SEARCH_KEY_ALL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL);
    check("search", mailimap_uid_search(imap, NULL, key, &found));
    mailimap_search_key_free(key);
    return found;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: imap_loop HOST PORT USER PASSWORD\n");
        return EXIT_FAILURE;
    }
    mailimap *imap = mailimap_new(0, NULL);
    int code = mailimap_ssl_connect(imap, argv[1], (guint16)atoi(argv[2]));
    if (code != MAILIMAP_NO_ERROR_AUTHENTICATED && code != MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
        give_up("connect", code);
    check("login", mailimap_login(imap, argv[3], argv[4]));
    check("select", mailimap_select(imap, "INBOX"));
    guint64 bytes = 0, mails = 0;
    mailimap_set_msg_body_handler(imap, count_bytes, &bytes);
    clist *uids = all_uids(imap);
    gint64 begin_us = g_get_monotonic_time();
    for (clistiter *at = clist_begin(uids); at; at = clist_next(at)) {
        struct mailimap_set *set = mailimap_set_new_single(*(guint32 *)clist_content(at));
        struct mailimap_fetch_type *type = whole_mail();
        clist *answers = NULL;
        check("fetch", mailimap_uid_fetch(imap, set, type, &answers));
        mailimap_fetch_list_free(answers);
        mailimap_fetch_type_free(type);
        mailimap_set_free(set);
        mails++;
    }
    double seconds = (double)(g_get_monotonic_time() - begin_us) / G_USEC_PER_SEC;
    mailimap_search_result_free(uids);
    mailimap_logout(imap);
    mailimap_free(imap);
    printf("{\"mails\":%" G_GUINT64_FORMAT ",\"bytes\":%" G_GUINT64_FORMAT ",\"seconds\":%.4f}\n", mails,
           bytes, seconds);
    return EXIT_SUCCESS;
}
