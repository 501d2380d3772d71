#include <postern/reply.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ANSWER                                                                                               \
    "Hello Anna,\n\nplease open the settings, choose \"Import\" and remove the old connector.\nAfter that "  \
    "start the service again and tell us what the log says.\n\n- Is the version 4.2 or newer?\n- Does it "   \
    "happen with every file?\n\nKind regards,\nKim\n"
#define FIRST                                                                                                \
    "Hello,\n\nour import stops with an error since yesterday, it says:\n\nERROR 4711 connector refused at " \
    "line 12 of the file customers.csv\nERROR 4712 giving up after three attempts\n\nWhat can we do?\n"
#define ACK                                                                                                  \
    "Dear Anna,\n\nthank you for your mail. We have received it as SUP-1234 and will answer as soon as "     \
    "possible.\nPlease see https://desk.example/help for more.\n"
#define LETTER                                                                                               \
    "Dear Anna,\n\nthe new import has been on the test system since Monday, and Kim has tried it with your " \
    "files: all of them went through, the large ones as well.\n\nMay we put it on your system on Friday at " \
    "eight in the evening?\n\nYou can follow the work on the page of the service, and we tell you by mail "  \
    "when it is done.\n\nKind regards,\nSupport of the desk\nsupport@desk.example\nPhone: +49 30 5551234\n"

static const KnownText known[] = {{ANSWER, FALSE}, {ACK, FALSE}, {FIRST, TRUE}, {LETTER, FALSE}};

static void check(const char *name, const char *text, const char *reply)
{
    g_auto(ReplyParts) parts = {0}, after = {0};
    guint most = 0;
    reply_split(text, -1, &parts);
    guint moved = reply_take_known(text, parts.spans, known, G_N_ELEMENTS(known), &most, &after);
    const char *found = moved ? after.reply : parts.reply;
    if (strcmp(found, reply) != 0)
        fail_msg("%s: “%s”, not “%s”", name, found, reply);
}

static void test_clients(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *reply;
    } cases[] = {
        {"no marks", "It works, many blanks of it.\n\n" ANSWER, "It works, many blanks of it."},
        {"wrapped again",
         "Version 5 here.\n\nHello Anna, please open\nthe settings, choose \"Import\" and remove\nthe old "
         "connector. After that start the service\nagain and tell us what the log says.\n\n- Is the version "
         "4.2 or\nnewer?\n- Does it happen with every file?\n\nKind regards, Kim\n",
         "Version 5 here."},
        {"one line",
         "Version 5 here.\n\nHello Anna, please open the settings, choose \"Import\" and remove the old "
         "connector. After that start the service again and tell us what the log says. - Is the version 4.2 "
         "or newer? - Does it happen with every file? Kind regards, Kim",
         "Version 5 here."},
        {"smart quotes, bullets",
         "Version 5 here.\n\nHello Anna,\nplease open the settings, choose “Import” and remove the old "
         "connector.\nAfter that start the service again and tell us what the log says.\n• Is the version "
         "4.2 "
         "or newer?\n• Does it happen with every file?\nKind regards,\nKim\n",
         "Version 5 here."},
        {"bars",
         "Version 5 here.\n\n| Hello Anna,\n|\n| please open the settings, choose \"Import\" and remove the "
         "old connector.\n| After that start the service again and tell us what the log says.\n",
         "Version 5 here."},
        {"attribution in an unknown language",
         "Version 5 here.\n\nKimek 23.11.2026 idatzi zuen (kim@desk.example):\n\n" ANSWER, "Version 5 here."},
        {"headers in an unknown language",
         "Version 5 here.\n\nNork: Kim <kim@desk.example>\nNoiz: 2026-11-23\nNori: Anna\nGaia: "
         "Import\n\n" ANSWER,
         "Version 5 here."},
        {"two mails", "Version 5 here.\n\n" ANSWER "\n" FIRST, "Version 5 here."},
        {"signature between", "Version 5 here.\n\n-- \nAnna\nphone 030 1234567\n\n" ANSWER,
         "Version 5 here."},
        {"acknowledgement with its link written out",
         "I forgot: it is version 5.\n\nDear Anna,\nthank you for your mail. We have received it as SUP-1234 "
         "and will answer as soon as possible.\nPlease see "
         "https://desk.example/help<https://desk.example/help> for more.\n",
         "I forgot: it is version 5."},
        {"only the end of it",
         "Version 5 here.\n\nAfter that start the service again and tell us what the log says.\n\n- Is the "
         "version 4.2 or newer?\n- Does it happen with every file?\n\nKind regards,\nKim\n",
         "Version 5 here."},
        {"below a whole message", ANSWER "\nVersion 5, and yes, with every file.\n",
         "Version 5, and yes, with every file."},
        {"own mail quoted whole", "Nobody answered?\n\n" FIRST, "Nobody answered?"},
        {"case and accents",
         "Dòne.\n\nHELLO ANNA,\nPLEASE OPEN THE SÉTTINGS, CHOOSE IMPORT AND REMOVE THE OLD "
         "CONNECTOR.\n",
         "Dòne."},
        {"answers between",
         "Hello Anna,\n\nplease open the settings, choose \"Import\" and remove the old connector.\nAfter "
         "that "
         "start the service again and tell us what the log says.\n\n- Is the version 4.2 or newer?\nYes.\n- "
         "Does it happen with every file?\nNo.\n",
         "- Is the version 4.2 or newer?\nYes.\n- Does it happen with every file?\nNo."},
        {"the end of it, with its signature, below an answer",
         "May we put it on your system on Friday at eight in the evening?\n\nYes, do.\n\nYou can follow the "
         "work on the page of the service, and we tell you by mail when it is done.\n\nKind "
         "regards,\nSupport "
         "of the desk\nsupport@desk.example\nPhone: +49 30 5551234\n",
         "May we put it on your system on Friday at eight in the evening?\n\nYes, do."},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        check(cases[i].name, cases[i].text, cases[i].reply);
}

static void test_what_stays(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "Thanks!",
        /* Nothing else is in it. */
        "Hello Anna,\n\nplease open the settings, choose \"Import\" and remove the old connector.",
        /* A short sentence said twice. */
        "Hello again,\n\nour import stops with an error since yesterday.",
        /* A log that was pasted before. */
        "Here it is again:\n\nERROR 4711 connector refused at line 12 of the file customers.csv\nERROR 4712 "
        "giving up after three attempts",
        "Same as before\n\nERROR 4711 connector refused at line 12 of the file customers.csv\nERROR 4712 "
        "giving "
        "up after three attempts",
        /* Words within the lines of ours. */
        "I did this: please open the settings, choose \"Import\" and remove the old connector. No change.",
        "We see\n\nplease open the settings, choose \"Import\" and remove the old connector. But which?",
        /* Shown on purpose. */
        "Your page says:\n\nAfter that start the service again and tell us what the log says.",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        check("stays", texts[i], texts[i]);
}

/* Doing it to what was done changes nothing; nothing gets lost. */
static void test_twice(void **state)
{
    (void)state;
    const char *text = "Version 5 here.\n\n" ANSWER "\n" FIRST;
    g_auto(ReplyParts) parts = {0}, once = {0}, twice = {0};
    guint most = 9;
    reply_split(text, -1, &parts);
    assert_int_equal(reply_take_known(text, parts.spans, known, G_N_ELEMENTS(known), &most, &once), 12);
    assert_int_equal(most, 0);
    assert_non_null(strstr(once.quoted, "remove the old connector"));
    assert_non_null(strstr(once.quoted, "What can we do?"));
    assert_int_equal(reply_take_known(text, once.spans, known, G_N_ELEMENTS(known), &most, &twice), 0);
    assert_null(twice.reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clients),
        cmocka_unit_test(test_what_stays),
        cmocka_unit_test(test_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
