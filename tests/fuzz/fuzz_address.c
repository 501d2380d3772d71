#include <postern/address.h>
#include <postern/ids.h>
#include <postern/organisation.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const prefixes[] = {"SUP", NULL};
    g_autofree char *raw = g_strndup((const char *)data, size);
    g_autoptr(Headers) headers = headers_new();
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(g_free);
    headers_add(headers, "From", raw);
    g_autofree char *results_raw = g_strconcat("mx.example.org;", raw, NULL);
    headers_add(headers, "Authentication-Results", size % 2 ? results_raw : raw);
    g_autoptr(Mailbox) sender = address_parse_sender(headers, findings);
    /* Whoever passes can be written to. */
    if (sender ? !address_equal(sender->address, sender->address) : findings->len == 0)
        g_error("a sender that is none, or no reason");
    address_is_authentic(headers, "mx.example.org", sender ? sender->address : "kim@example.org");
    g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func((GDestroyNotify)authentication_result_free);
    address_read_authentication(headers, "mx.example.org", sender ? sender->address : "kim@example.org",
                                results);
    for (guint i = 0; i < results->len; i++) {
        const AuthenticationResult *result = results->pdata[i];
        g_autofree char *from = address_fold(sender ? sender->address : "kim@example.org");
        if (result->is_aligned && from && domain_looks_like(result->domain, address_domain(from)))
            g_error("aligned, and yet another organisation");
    }
    g_autoptr(GPtrArray) list = address_parse_list(raw);
    g_autoptr(GPtrArray) ids = ids_scan(raw);
    g_autoptr(GPtrArray) refs = ticket_ref_scan(raw, prefixes);
    return 0;
}
