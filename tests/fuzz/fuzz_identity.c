/* Lines of header fields, as they come: who wrote, who proves it, what does not agree. */
#include "promise.h"

#include <postern/address.h>
#include <postern/base/limits.h>
#include <postern/reading.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_address(const Mailbox *mailbox)
{
    if (!mailbox)
        return;
    g_autofree char *same = address_normalise(mailbox->address);
    if (g_strcmp0(same, mailbox->address) != 0)
        g_error("%s is no canonical address", mailbox->address);
    promise_line("name", mailbox->name, G_MAXSIZE);
}

static void check(const Reading *reading)
{
    check_address(reading->from);
    check_address(reading->original_from);
    g_assert(reading->delivered_to->len <= LIMIT_DELIVERED_TO);
    g_assert(reading->authentication->len <= LIMIT_AUTHENTICATION);
    g_assert(!reading->from_authentic || (reading->from && !reading->from_refuted));
    g_assert(!reading->original_authentic || reading->original_from);
    g_assert(!reading->may_answer || reading->kind == KIND_HUMAN);
    for (guint i = 0; i < reading->sender_findings->len; i++)
        promise_line("finding", reading->sender_findings->pdata[i], G_MAXSIZE);
    promise_line("return path", reading->return_path, G_MAXSIZE);
    promise_line("list", reading->list_address, G_MAXSIZE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ReadingSettings settings = {.authserv_id = "mx.example.com"}, none = {0};
    g_autoptr(GString) mail = g_string_new_len((const char *)data, (gssize)size);
    g_string_append(mail, "\n\nHello\n");
    g_autoptr(Reading) reading = reading_make_bytes(mail->str, mail->len, &settings, NULL);
    g_autoptr(Reading) blind = reading_make_bytes(mail->str, mail->len, &none, NULL);
    if (!reading)
        return 0;
    check(reading);
    /* Without a border server nobody vouches. */
    g_assert(!blind->from_authentic && !blind->from_refuted && !blind->original_authentic);
    return 0;
}
