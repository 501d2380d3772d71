/* A mail and, each behind a NUL, texts that are known; the first octet tells which of them are the writer's
 * own. */
#include "promise.h"

#include <postern/reading.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KNOWN_MOST 8u
#define HEAD "From: dora@customer.example\nSubject: Re: a\nContent-Type: text/plain; charset=utf-8\n\n"

/* A field on each word of the reply: whatever is moved, what is left lies where it says. */
static void lay_fields(Reading *reading)
{
    for (const char *at = reading->reply; *at && reading->fields->len < 50;) {
        gsize length = strcspn(at, " \n");
        if (length > 0) {
            Field *field = g_new0(Field, 1);
            char **members[] = {&field->name, &field->rule};
            for (guint i = 0; i < G_N_ELEMENTS(members); i++)
                *members[i] = g_strdup("word");
            field->raw = g_strndup(at, length);
            field->value = g_strdup(field->raw);
            field->where = g_strdup("reply");
            field->start = (gsize)(at - reading->reply);
            field->end = field->start + length;
            g_ptr_array_add(reading->fields, field);
        }
        at += length + (at[length] != '\0');
    }
}

static void check_reading(const char *text, const KnownText *known, guint count)
{
    g_autofree char *mail = g_strconcat(HEAD, text, NULL);
    const ReadingSettings settings = {0};
    guint most = 0;
    g_autoptr(Reading) reading = reading_make_bytes(mail, strlen(mail), &settings, NULL);
    if (!reading)
        return;
    lay_fields(reading);
    gsize seen =
        promise_seen(reading->reply) + promise_seen(reading->quoted) + promise_seen(reading->signature);
    reading_take_known(reading, known, count, &most);
    if (seen !=
        promise_seen(reading->reply) + promise_seen(reading->quoted) + promise_seen(reading->signature))
        g_error("something was lost");
    for (guint i = 0; i < reading->fields->len; i++) {
        const Field *field = reading->fields->pdata[i];
        if (memcmp(reading->reply + field->start, field->raw, strlen(field->raw)) != 0)
            g_error("a field lies elsewhere");
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) packed = reading_pack(reading);
    g_autoptr(Reading) again = reading_unpack(packed, &error);
    if (!again)
        g_error("%s", error->message);
}

static void check_parts(const char *text, const KnownText *known, guint count)
{
    g_auto(ReplyParts) parts = {0}, after = {0}, again = {0};
    guint most = 0;
    reply_split(text, -1, &parts);
    if (reply_take_known(text, parts.spans, known, count, &most, &after) == 0)
        return;
    g_assert(most < count && *after.reply);
    promise_parts(text, &after);
    promise_spans(text, after.spans);
    reply_take_known(text, parts.spans, known, count, &most, &again);
    promise_same_parts(&after, &again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    guint8 own = data[0];
    KnownText known[KNOWN_MOST];
    guint count = 0;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    const char *at = (const char *)data + 1, *end = (const char *)data + size;
    while (at < end && texts->len <= KNOWN_MOST) {
        const char *nul = memchr(at, 0, (gsize)(end - at));
        const char *stop = nul ? nul : end;
        g_ptr_array_add(texts, clean_text(at, stop - at, G_MAXSIZE));
        at = stop + 1;
    }
    for (; count + 1 < texts->len; count++)
        known[count] = (KnownText){texts->pdata[count + 1], (own >> count & 1) != 0};
    check_parts(texts->pdata[0], known, count);
    check_reading(texts->pdata[0], known, count);
    return 0;
}
