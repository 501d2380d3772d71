/* Whole mails with the starter rules: what is promised of a Reading holds, packing keeps all of it, and a
 * mail is read as before after another one was read. Two mails stand behind each other, parted by a NUL. */
#include "promise.h"

#include <postern/base/starter.h>
#include <postern/reading.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static ReadingSettings settings = {.authserv_id = "mx.example.com"};

static void prepare(void)
{
    if (settings.rules)
        return;
    const char *rules = starter_text("rules.yaml");
    g_autoptr(GPtrArray) problems = g_ptr_array_new();
    settings.rules = rules_compile("rules.yaml", rules, strlen(rules), problems);
    settings.scratch = rules_scratch_new(settings.rules);
}

static char *json_of(const Reading *reading)
{
    g_autoptr(Json) json = reading_to_json(reading, "mail");
    return json_print(json);
}

static void check(const Reading *reading)
{
    ReplyParts parts = {reading->reply, reading->quoted, reading->signature, reading->spans};
    /* Masking changes each text by itself. */
    for (guint i = 0; i < reading->fields->len; i++)
        if (((const Field *)reading->fields->pdata[i])->is_secret)
            return;
    promise_parts(reading->text, &parts);
    promise_spans(reading->text, reading->spans);
}

static char *read_one(const char *bytes, gsize length)
{
    g_autoptr(Reading) reading = reading_make_bytes(bytes, length, &settings, NULL);
    if (!reading)
        return NULL;
    check(reading);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) packed = reading_pack(reading);
    g_autoptr(Reading) again = reading_unpack(packed, &error);
    if (!again)
        g_error("%s", error->message);
    char *json = json_of(reading);
    g_autofree char *other = json_of(again);
    if (strcmp(json, other) != 0)
        g_error("packing changed it: %s %s", json, other);
    return json;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    prepare();
    const uint8_t *nul = memchr(data, 0, size);
    gsize length = nul ? (gsize)(nul - data) : size;
    g_autofree char *first = read_one((const char *)data, length);
    if (nul)
        g_free(read_one((const char *)nul + 1, size - length - 1));
    g_autofree char *again = read_one((const char *)data, length);
    if (g_strcmp0(first, again) != 0)
        g_error("the same mail, another reading: %s %s", first, again);
    return 0;
}
