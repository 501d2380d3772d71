#include "reading_sample.h"

#include <postern/reading.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LOSER(where, number)                                                                                 \
    "{\"name\":\"loser\",\"value\":\"value of loser\\nsecond line\",\"raw\":\"raw of loser\\n\\tsecond "     \
    "line\","                                                                                                \
    "\"rule\":\"rule of loser\",\"where\":\"" where "\",\"start\":2,\"end\":5,\"lost_to\":\"winner-" number  \
    "\","                                                                                                    \
    "\"why\":\"overlaps number " number "\"}"

static void assert_json(const Reading *reading, const char *file, const char *expected)
{
    g_autoptr(Json) json = reading_to_json(reading, file);
    g_autofree char *text = json_print(json);
    assert_string_equal(text, expected);
}

/* The whole text is compared: key names, their order and every value are the promise. */
static void full_reading(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = sample_reading();
    assert_json(
        reading, "mail.eml",
        "{\"file\":\"mail.eml\",\"message_id\":\"one@example.org\",\"date\":\"2026-11-22T09:30:00Z\","
        "\"subject\":\"Grüße aus Köln\",\"from\":{\"name\":\"Ada Example\",\"address\":\"ada@example.org\"},"
        "\"sender_findings\":[\"the name looks like an address\"],"
        "\"to\":[{\"name\":\"Support\",\"address\":\"support@example.com\"},"
        "{\"name\":\"\",\"address\":\"second@example.com\"}],"
        "\"cc\":[{\"name\":\"Copy\",\"address\":\"copy@example.com\"}],"
        "\"reply_to\":[{\"name\":\"Answers\",\"address\":\"answers@example.org\"}],"
        "\"in_reply_to\":[\"parent@example.com\"],"
        "\"references\":[\"root@example.com\",\"parent@example.com\"],"
        "\"kind\":\"receipt\",\"may_answer\":true,\"kind_reasons\":[\"Auto-Submitted: auto-replied\"],"
        "\"bounce\":{\"recipients\":[{\"address\":\"gone@example.net\",\"action\":\"failed\",\"status\":\"5."
        "1.1\","
        "\"smtp_code\":\"550\",\"reason\":\"no such user\",\"cause\":\"no-such-address\"},"
        "{\"address\":\"bare@example.net\",\"action\":null,\"status\":null,\"smtp_code\":null,\"reason\":"
        "null,\"cause\":null}],"
        "\"original_message_id\":\"original@example.net\"},"
        "\"text\":\"The whole text: ü\\n> quoted\\n-- \\nAda\",\"reply\":\"The whole\\ttext: ü\\n\","
        "\"quoted\":\"> quoted\\n\",\"signature\":\"Ada\","
        "\"attachments\":[{\"name\":\"picture.png\",\"type\":\"image/png\",\"size\":4711,"
        "\"sha256\":\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\",\"inline\":true,"
        "\"found_type\":null,\"container\":null},"
        "{\"name\":\"server.log\",\"type\":\"text/plain\",\"size\":9223372036854775807,"
        "\"sha256\":\"ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\",\"inline\":false,"
        "\"found_type\":\"application/gzip\",\"container\":\"winmail.dat\"}],"
        "\"fields\":["
        "{\"name\":\"app_id\",\"value\":\"value of app_id\\nsecond line\",\"raw\":\"raw of "
        "app_id\\n\\tsecond line\","
        "\"rule\":\"rule of app_id\",\"where\":\"subject\",\"start\":1,\"end\":4},"
        "{\"name\":\"library_version\",\"value\":\"1.2.3-rc.1+b_4\","
        "\"raw\":\"raw of library_version\\n\\tsecond line\","
        "\"rule\":\"rule of library_version\",\"where\":\"reply\",\"start\":4,\"end\":9},"
        "{\"name\":\"url\",\"value\":\"value of url\\nsecond line\",\"raw\":\"raw of url\\n\\tsecond line\","
        "\"rule\":\"rule of url\",\"where\":\"text\",\"start\":5,\"end\":6},"
        "{\"name\":\"steps\",\"value\":\"value of steps\\nsecond line\",\"raw\":\"raw of steps\\n\\tsecond "
        "line\","
        "\"rule\":\"rule of steps\",\"where\":\"attachment:server.log\",\"start\":100,\"end\":200}],"
        "\"findings\":[{\"code\":\"charset-guessed\",\"detail\":\"windows-1252\"}],"
        "\"return_path\":\"bounces@example.org\",\"delivered_to\":[\"inbox@example.com\"],"
        "\"original_from\":{\"name\":\"Ola Original\",\"address\":\"ola@example.org\"},"
        "\"losers\":[" LOSER("quoted", "0") "," LOSER("attachment-name:picture.png", "1") "," LOSER(
            "from-domain",
            "2") "],"
                 "\"meanings\":[{\"type\":\"severity\",\"name\":\"high\",\"score\":-3,\"chosen\":true,"
                 "\"reasons\":[\"-3 calm-words: \\\"no hurry\\\" in reply 4-9\"]}],"
                 "\"spans\":[{\"role\":\"reply\",\"start\":0,\"end\":18},{\"role\":\"quoted\",\"start\":19,"
                 "\"end\":27},"
                 "{\"role\":\"signature\",\"start\":28,\"end\":35}],"
                 "\"parts\":[{\"level\":3,\"type\":\"application/octet-stream\",\"found_type\":\"application/"
                 "pdf\","
                 "\"charset\":\"utf-8\",\"name\":\"report.pdf\",\"size\":90210,\"unpacked\":true,\"fate\":"
                 "\"listed\"}],"
                 "\"invitations\":[{\"method\":\"request\",\"summary\":\"Review of the week\","
                 "\"starts\":\"2026-11-23 10:00 Europe/Berlin\",\"ends\":\"2026-11-23 11:00 Europe/Berlin\","
                 "\"location\":\"Room "
                 "4\",\"organizer\":\"boss@example.org\",\"repeats\":\"weekly\",\"attendees\":12}],"
                 "\"authentication\":[{\"method\":\"dkim\",\"result\":\"pass\",\"domain\":\"mail.example."
                 "org\",\"aligned\":true}],"
                 "\"forwarded\":{\"from\":{\"name\":\"Dora\",\"address\":\"dora@example.net\"},"
                 "\"subject\":\"It does not "
                 "work\",\"date\":\"2026-11-22T06:46:40Z\",\"message_id\":\"within@example.net\","
                 "\"comment\":\"Please take\\nthis over.\",\"text\":\"My application\\n\\tdoes not "
                 "work.\",\"attached\":true,"
                 "\"date_text\":\"Sunday, 22 November 2026\"}}");
}

static void empty_reading(void **state)
{
    (void)state;
    g_autoptr(Reading) reading = reading_new();
    assert_json(
        reading, NULL,
        "{\"file\":null,\"message_id\":null,\"date\":null,\"subject\":\"\",\"from\":null,"
        "\"sender_findings\":[],\"to\":[],\"cc\":[],\"reply_to\":[],\"in_reply_to\":[],\"references\":[],"
        "\"kind\":\"human\",\"may_answer\":false,\"kind_reasons\":[],\"bounce\":null,"
        "\"text\":\"\",\"reply\":\"\",\"quoted\":\"\",\"signature\":\"\","
        "\"attachments\":[],\"fields\":[],\"findings\":[],"
        "\"return_path\":null,\"delivered_to\":[],\"original_from\":null,\"losers\":[],\"meanings\":[],"
        "\"spans\":[],\"parts\":[],\"invitations\":[],\"authentication\":[],\"forwarded\":null}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_reading),
        cmocka_unit_test(empty_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
