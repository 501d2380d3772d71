/* Folders of an IMAP server: opening, searching, facts about mails. */
#include "imap_script.h"

static gboolean act_select(ImapSession *session, GString *out, GError **error)
{
    ImapFolder folder;
    if (!imap_select(session, "INBOX", &folder, error))
        return FALSE;
    g_string_append_printf(out, "validity %u next %u exists %u modseq %" G_GUINT64_FORMAT "%s%s",
                           folder.uidvalidity, folder.uidnext, folder.exists, folder.highestmodseq,
                           folder.is_read_only ? " read-only" : "", folder.may_keep_flags ? " flags" : "");
    return TRUE;
}

static gboolean act_search_from(ImapSession *session, guint32 first, GString *out, GError **error)
{
    g_autoptr(GArray) uids = imap_search(session, first, 0, 4, error);
    for (guint index = 0; uids && index < uids->len; index++)
        g_string_append_printf(out, "%u ", g_array_index(uids, guint32, index));
    return uids != NULL;
}

static gboolean act_search(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GString) unused = g_string_new(NULL);
    return act_select(session, unused, error) && act_search_from(session, 7, out, error);
}

static gboolean act_search_twice(ImapSession *session, GString *out, GError **error)
{
    return act_search(session, out, error) && act_search_from(session, 7, out, error);
}

static gboolean act_search_far(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GString) unused = g_string_new(NULL);
    return act_select(session, unused, error) && act_search_from(session, 990000, out, error);
}

static gboolean act_search_since(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GString) unused = g_string_new(NULL);
    if (!act_select(session, unused, error))
        return FALSE;
    g_autoptr(GArray) uids = imap_search(session, 1, 1770000000 * G_GINT64_CONSTANT(1000000), 4, error);
    g_string_append_printf(out, "%u", uids ? uids->len : 0);
    return uids != NULL;
}

static gboolean act_facts(ImapSession *session, GString *out, GError **error)
{
    guint32 uids[] = {9, 3, 4, 5};
    g_autoptr(GArray) mails = imap_facts(session, uids, 4, "$Done", error);
    for (guint index = 0; mails && index < mails->len; index++) {
        ImapMail mail = g_array_index(mails, ImapMail, index);
        g_autofree char *date = clock_rfc3339(mail.internal_us);
        g_string_append_printf(out, "%u:%" G_GUINT64_FORMAT "@%s%s%s ", mail.uid, mail.size,
                               mail.internal_us ? date : "-", mail.is_deleted ? " deleted" : "",
                               mail.is_flagged ? " flagged" : "");
    }
    return mails != NULL;
}

static gboolean act_exists(ImapSession *session, GString *out, GError **error)
{
    gboolean exists = FALSE;
    gboolean ok = imap_folder_exists(session, "Done", &exists, error);
    g_string_append(out, exists ? "there" : "not there");
    return ok;
}

static gboolean act_rights(ImapSession *session, GString *out, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *rights = imap_rights(session, "INBOX", &inner);
    g_string_append(out, rights ? rights : "none");
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    return error == NULL || *error == NULL;
}

static const Case cases[] = {
    /* Folders. */
    {.name = "select",
     .act = act_select,
     .words = "validity 5 next 9 exists 3 modseq 12345678901 flags",
     .script = {IN, SELECT, "> * 3 EXISTS", "> * OK [UIDNEXT 9] x", "> * OK [HIGHESTMODSEQ 12345678901] x",
                "> * FLAGS (\\Seen $x)", "> * OK [PERMANENTFLAGS (\\Seen \\*)] x", "> 4 OK [READ-WRITE] x",
                OUT(5)}},
    {.name = "select, read-only",
     .act = act_select,
     .words = "validity 5 next 0 exists 0 modseq 0 read-only",
     .script = {IN, SELECT, "> 4 OK [READ-ONLY] x", OUT(5)}},
    {.name = "no such folder",
     .act = act_select,
     .script = {IN, "< 4 SELECT \"INBOX\" (CONDSTORE)", "> 4 NO [NONEXISTENT] none", OUT(5)},
     FAILS(ERROR_CONFIG),
     .words = "check its name",
     .lives = TRUE},
    {.name = "no UIDVALIDITY",
     .act = act_select,
     .script = {IN, "< 4 SELECT \"INBOX\" (CONDSTORE)", "> 4 OK done", "hang"},
     FAILS(ERROR_MALFORMED),
     .words = "UIDVALIDITY"},
    {.name = "four billion mails",
     .act = act_select,
     .script = {IN, SELECT, "> * 4294967295 EXISTS", "> 4 OK done", "hang"},
     FAILS(ERROR_LIMIT),
     .words = "4294967295 mails"},
    {.name = "the folder is listed",
     .act = act_exists,
     .words = "there",
     .script = {IN, "< 4 LIST \"\" \"Done\"", "> * LIST (\\HasNoChildren) \"/\" Done", "> 4 OK done",
                OUT(5)}},
    {.name = "another folder is listed",
     .act = act_exists,
     .words = "not there",
     .script = {IN, "< 4 LIST \"\" \"Done\"", "> * LIST () \"/\" Undone", "> 4 OK done", OUT(5)}},
    {.name = "a folder name as literal",
     .act = act_exists,
     .words = "there",
     .script = {IN, "< 4 LIST \"\" \"Done\"", "> * LIST () \"/\" {4}", "> Done", "> 4 OK done", OUT(5)}},
    {.name = "rights",
     .act = act_rights,
     .words = "lrswite",
     .script = {IN, "< 4 MYRIGHTS \"INBOX\"", "> * MYRIGHTS INBOX lrswite", "> 4 OK done", OUT(5)}},
    {.name = "no ACL", .act = act_rights, .words = "none", .script = {IN_POOR, OUT(4)}},

    /* Search. */
    {.name = "search: lying UIDs",
     .act = act_search,
     .words = "7 8 9 4294967295 ",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*",
                "> * SEARCH 9 0 8 8 3 4294967295 7", "> * SEARCH 9", "> 5 OK done", OUT(6)}},
    {.name = "search: more mails than there are numbers",
     .act = act_search_twice,
     .words = "8 9 ",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*",
                "> * 4294967295 EXISTS", "> * SEARCH 8", "> 5 OK done", "< 6 UID SEARCH 19995001",
                "> * SEARCH", "> 6 OK done", "< 7 UID SEARCH 1:5000 UID 7:*", "> * 5000 EXISTS",
                "> * SEARCH 9", "> 7 OK done", OUT(8)}},
    {.name = "search: nothing",
     .act = act_search,
     .words = "",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*", "> 5 OK done",
                OUT(6)}},
    {.name = "search: empty folder",
     .act = act_search,
     .words = "",
     .script = {IN, SELECT, "> * 0 EXISTS", "> 4 OK done", OUT(5)}},
    {.name = "search: no more than asked",
     .act = act_search,
     .words = "7 8 9 10 ",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*",
                "> * SEARCH 7 8 9 10 11 12", "> 5 OK done", OUT(6)}},
    {.name = "search: since a day",
     .act = act_search_since,
     .words = "1",
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 1:* SINCE 2-Feb-2026",
                "> * SEARCH 7", "> 5 OK done", OUT(6)}},
    {.name = "search: the end of a million",
     .act = act_search_far,
     .words = "990001 990002 990003 990004 ",
     .script = {IN,
                SELECT,
                "> * 1000000 EXISTS",
                "> 4 OK done",
                "< 5 UID SEARCH 995001",
                "> * SEARCH 995001",
                "> 5 OK done",
                "< 6 UID SEARCH 985001",
                "> * SEARCH 985001",
                "> 6 OK done",
                "< 7 UID SEARCH 990001",
                "> * SEARCH 990001",
                "> 7 OK done",
                "< 8 UID SEARCH 985002:990001 UID 990000:*",
                "> * SEARCH 990001 990002",
                "> 8 OK done",
                "< 9 UID SEARCH 990002:995001 UID 990000:*",
                "> * SEARCH 990003 990004",
                "> 9 OK done",
                OUT(10)}},
    {.name = "search: mails go meanwhile",
     .act = act_search,
     .words = "7 5001 5002 5003 ",
     .script = {IN, SELECT, "> * 5003 EXISTS", "> 4 OK done", "< 5 UID SEARCH 4", "> * SEARCH 8",
                "> 5 OK done", "< 6 UID SEARCH 1:5000 UID 7:*", "> * SEARCH 7", "> * 1 EXPUNGE",
                "> * 1 EXPUNGE", "> 6 OK done", "< 7 UID SEARCH 4999:5001 UID 7:*",
                "> * SEARCH 5001 5002 5003", "> 7 OK done", OUT(8)}},
    {.name = "search: an answer without end",
     .act = act_search,
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*",
                "flood * SEARCH 8\r\n"},
     FAILS(ERROR_LIMIT),
     .words = "no end"},
    {.name = "search: a line without end",
     .act = act_search,
     .script = {IN, SELECT, "> * 9 EXISTS", "> 4 OK done", "< 5 UID SEARCH 1:9 UID 7:*", "+ * SEARCH",
                "flood  8"},
     FAILS(ERROR_LIMIT),
     .words = "line without end"},

    /* Facts. */
    {.name = "facts matched by UID",
     .act = act_facts,
     .words = "3:300@2026-02-01T10:00:00Z flagged 4:400@- deleted 9:900@- ",
     .script =
         {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
          "> * 9 FETCH (FLAGS () UID 9 RFC822.SIZE 900)",
          "> * 1 FETCH (UID 3 FLAGS ($DONE) INTERNALDATE \" 1-Feb-2026 12:00:00 +0200\" RFC822.SIZE 300)",
          "> * 7 FETCH (FLAGS (\\Deleted))", "> * 8 FETCH (UID 8 FLAGS () RFC822.SIZE 800)",
          "> * 8 FETCH (UID 0 FLAGS () RFC822.SIZE 1)", "> * 5 FETCH (UID 5 FLAGS (\\Deleted))",
          "> * 4 FETCH (RFC822.SIZE 400 UID 4 FLAGS (\\Deleted) INTERNALDATE \"99-Feb-2026 12:00:00 +0000\")",
          "> * 9 FETCH (FLAGS (\\Deleted) UID 9 RFC822.SIZE 1)", "> 4 OK done", OUT(5)}},
    {.name = "facts: a zone that is none",
     .act = act_facts,
     .words = "3:300@- ",
     .script =
         {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
          "> * 1 FETCH (UID 3 FLAGS () INTERNALDATE \" 1-Feb-2026 12:00:00 +2000000000\" RFC822.SIZE 300)",
          "> 4 OK done", OUT(5)}},
    {.name = "no facts",
     .act = act_facts,
     .words = "",
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "> 4 OK done", OUT(5)}},
    {.name = "facts: deep parentheses",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "+ * 1 FETCH (BODYSTRUCTURE ",
                "many 60000 (", "> ", "hang"},
     FAILS(ERROR_LIMIT),
     .words = "parentheses"},
    {.name = "facts: deep parentheses over literals",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "+ * 1 FETCH (BODYSTRUCTURE ",
                "flood ((((((((((\"a\" {0}\r\n"},
     FAILS(ERROR_MALFORMED),
     .words = "no IMAP"},
    {.name = "facts: deep parentheses in what looks like a body",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
                "> * 1 FETCH (UID 3 BODY[] {100000}", "+ * 1 FETCH (BODYSTRUCTURE ", "many 60000 (", "> ",
                "hang"},
     FAILS(ERROR_LIMIT)},
    {.name = "a huge literal where none was asked for",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "> * 1 FETCH (X {300000000}",
                "hang"},
     FAILS(ERROR_LIMIT),
     .words = "literal"},
    {.name = "the end in a literal",
     .act = act_facts,
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)",
                "> * 1 FETCH (RFC822.HEADER {300}", "+ half", "close"},
     FAILS(ERROR_TEMPORARY),
     .words = "the server closed it"},
    {.name = "BADCHARSET twice",
     .act = act_facts,
     .words = "",
     .script = {IN, "< 4 UID FETCH 3:5,9 (UID FLAGS INTERNALDATE RFC822.SIZE)", "> * NO [BADCHARSET (a)] x",
                "> * NO [BADCHARSET (a)] x", "> 4 OK [BADCHARSET (a)] done", OUT(5)}},
};

static void test_conversations(void **state)
{
    (void)state;
    run_cases(cases, G_N_ELEMENTS(cases));
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
