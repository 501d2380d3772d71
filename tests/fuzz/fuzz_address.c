#include <postern/address.h>
#include <postern/ids.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const prefixes[] = {"SUP", NULL};
    g_autofree char *raw = g_strndup((const char *)data, size);
    g_autoptr(Headers) headers = headers_new();
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    headers_add(headers, "From", raw);
    headers_add(headers, "Authentication-Results", raw);
    g_autoptr(Mailbox) sender = address_parse_sender(headers, findings);
    /* Whoever passes can be written to. */
    if (sender ? !address_equal(sender->address, sender->address) : findings->len == 0)
        g_error("a sender that is none, or no reason");
    address_is_authentic(headers, "mx.example.org", sender ? sender->address : "kim@example.org");
    g_autoptr(GPtrArray) list = address_parse_list(raw);
    g_autoptr(GPtrArray) ids = ids_scan(raw);
    g_autoptr(GPtrArray) refs = ticket_ref_scan(raw, prefixes);
    return 0;
}
