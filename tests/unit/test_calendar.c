#include "parsers/reading/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* "method|summary|starts|ends|location|organizer|repeats|attendees" */
static char *shown(const char *text)
{
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)invitation_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    calendar_read(text, NULL, seen, events);
    if (events->len == 0)
        return g_strdup("none");
    const Invitation *event = events->pdata[0];
    const char *texts[] = {event->method,   event->summary,   event->starts, event->ends,
                           event->location, event->organizer, event->repeats};
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_string_append_printf(out, "%s|", texts[i] ? texts[i] : "-");
    g_string_append_printf(out, "%u", event->attendees);
    return g_string_free(out, FALSE);
}

#define EVENT(lines)                                                                                         \
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n" lines "END:VEVENT\r\nEND:VCALENDAR\r\n"

static void test_events(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *expected;
    } cases[] = {
        {"zone",
         EVENT("SUMMARY:Review\r\nDTSTART;TZID=Europe/Berlin:20261123T100000\r\n"
               "DTEND;TZID=Europe/Berlin:20261123T113000\r\n"),
         "request|Review|2026-11-23 10:00 Europe/Berlin|2026-11-23 11:30 Europe/Berlin|-|-|-|0"},
        {"quoted zone of Windows",
         EVENT("SUMMARY:R\nDTSTART;TZID=\"W. Europe; Standard: Time\":20261123T100000\n"),
         "request|R|2026-11-23 10:00 W. Europe; Standard: Time|-|-|-|-|0"},
        {"zones by other names",
         EVENT("SUMMARY:R\nDTSTART;TZID=W. Europe Standard Time:20261123T100000\n"
               "DTEND;TZID=/example.org/2026_1/America/New_York:20261123T100000\n"),
         "request|R|2026-11-23 10:00 Europe/Berlin|2026-11-23 10:00 America/New_York|-|-|-|0"},
        {"off", EVENT("SUMMARY:R\nSTATUS:CANCELLED\n"), "cancel|R|-|-|-|-|-|0"},
        {"something to do",
         "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:Logs\nDUE:20261201T120000Z\nEND:VTODO\nEND:VCALENDAR\n",
         "-|Logs|-|2026-12-01 12:00 UTC|-|-|-|0"},
        {"the older form",
         EVENT("SUMMARY;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Gr=F6=DF=\r\ne\r\nLOCATION:a=\n"),
         "request|Gr\u00f6\u00dfe|-|-|a=|-|-|0"},
        {"universal time", EVENT("SUMMARY:R\nDTSTART:20261123T090000Z\n"),
         "request|R|2026-11-23 09:00 UTC|-|-|-|-|0"},
        {"whole day", EVENT("SUMMARY:R\nDTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261125\n"),
         "request|R|2026-11-23|2026-11-24|-|-|-|0"},
        {"duration over midnight", EVENT("SUMMARY:R\nDTSTART:20261231T233000Z\nDURATION:PT1H\n"),
         "request|R|2026-12-31 23:30 UTC|2027-01-01 00:30 UTC|-|-|-|0"},
        {"duration in days", EVENT("SUMMARY:R\nDTSTART;VALUE=DATE:20261130\nDURATION:P2D\n"),
         "request|R|2026-11-30|2026-12-01|-|-|-|0"},
        {"no duration", EVENT("SUMMARY:R\nDTSTART:20261231T233000Z\nDURATION:soon\n"),
         "request|R|2026-12-31 23:30 UTC|-|-|-|-|0"},
        {"folded and escaped", EVENT("SUMMARY:One\\, two\\; th\r\n ree\\nfour\r\nLOCATION:C:\\\\x\r\n"),
         "request|One, two; three four|-|-|C:\\x|-|-|0"},
        {"people",
         EVENT("SUMMARY:R\nORGANIZER;CN=\"A: B\":MAILTO:boss@example.org\n"
               "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.org\nATTENDEE:mailto:b@example.org\n"),
         "request|R|-|-|-|boss@example.org|-|2"},
        {"organizer who is none", EVENT("SUMMARY:R\nORGANIZER:urn:uuid:1\n"), "request|R|-|-|-|-|-|0"},
        {"series", EVENT("SUMMARY:R\nRRULE:INTERVAL=2;FREQ=MONTHLY;COUNT=4\n"),
         "request|R|-|-|-|-|every 2 months|0"},
        {"what is in an alarm is not the event's",
         EVENT("BEGIN:VALARM\nSUMMARY:alarm\nEND:VALARM\nSUMMARY:R\n"), "request|R|-|-|-|-|-|0"},
        {"a series goes before its exception",
         "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20261123T090000Z\nSUMMARY:moved\nEND:VEVENT\n"
         "BEGIN:VEVENT\nUID:1\nSUMMARY:series\nEND:VEVENT\n",
         "-|series|-|-|-|-|-|0"},
        {"the first of two", "BEGIN:VEVENT\nSUMMARY:one\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:two\nEND:VEVENT\n",
         "-|one|-|-|-|-|-|0"},
        {"one whole day", EVENT("SUMMARY:R\nDTSTART;VALUE=DATE:20261201\nDTEND;VALUE=DATE:20261202\n"),
         "request|R|2026-12-01|-|-|-|-|0"},
        {"an answer",
         "METHOD:REPLY\nBEGIN:VEVENT\nSUMMARY:R\nATTENDEE;PARTSTAT=DECLINED:mailto:a@example.org\n",
         "reply: declined|R|-|-|-|-|-|1"},
        {"weekly", EVENT("SUMMARY:R\nRRULE:FREQ=WEEKLY\n"), "request|R|-|-|-|-|weekly|0"},
        {"cut off", "METHOD:CANCEL\nBEGIN:VEVENT\nSUMMARY:R\nDTSTA", "cancel|R|-|-|-|-|-|0"},
        {"no title", EVENT("UID:1\n"), "request||-|-|-|-|-|0"},
        {"no time", EVENT("SUMMARY:R\nDTSTART:tomorrow\n"), "request|R|-|-|-|-|-|0"},
        {"no date of this world", EVENT("SUMMARY:R\nDTSTART:20269999T990000Z\nDURATION:PT1H\n"),
         "request|R|2026-99-99 99:00 UTC|-|-|-|-|0"},
        {"journal", "BEGIN:VJOURNAL\nSUMMARY:R\nEND:VJOURNAL\n", "none"},
        {"nothing", "", "none"},
    };
    guint failed = 0;
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = shown(cases[i].text);
        if (strcmp(found, cases[i].expected) != 0) {
            print_message("%s: %s\n", cases[i].name, found);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_description(void **state)
{
    (void)state;
    g_autofree char *text = calendar_description(EVENT("DESCRIPTION:Bring\\nthe logs\\, all.\x1b\r\n"));
    assert_string_equal(text, "Bring\nthe logs, all.");
}

static void test_several(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)invitation_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    static const char text[] = "BEGIN:VEVENT\nUID:1\nSUMMARY:one\nEND:VEVENT\n"
                               "BEGIN:VEVENT\nUID:2\nSUMMARY:two\nEND:VEVENT\n";
    calendar_read(text, NULL, seen, events);
    calendar_read(text, NULL, seen, events); /* the same part again, as an attachment */
    assert_int_equal(events->len, 2);
    assert_string_equal(((Invitation *)events->pdata[1])->summary, "two");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_description),
        cmocka_unit_test(test_several),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
