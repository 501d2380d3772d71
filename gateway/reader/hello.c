#include "hello.h"

#define HELLO "(maymaybmstti)"

/* "may" */
static GVariant *maybe_bytes(GBytes *bytes)
{
    GVariant *inner = bytes ? g_variant_new_from_bytes(G_VARIANT_TYPE("ay"), bytes, TRUE) : NULL;
    return g_variant_new_maybe(G_VARIANT_TYPE("ay"), inner);
}

static GBytes *take_bytes(GVariant *maybe)
{
    g_autoptr(GVariant) inner = g_variant_get_maybe(maybe);
    g_variant_unref(maybe);
    return inner ? g_variant_get_data_as_bytes(inner) : NULL;
}

GBytes *hello_pack(const Hello *hello)
{
    g_autoptr(GVariant) packed = g_variant_ref_sink(
        g_variant_new("(@may@maybmstti)", maybe_bytes(hello->rules), maybe_bytes(hello->other_rules),
                      hello->with_candidates, hello->authserv_id, hello->memory_bytes, hello->cpu_seconds,
                      hello->gate_pid));
    return g_variant_get_data_as_bytes(packed);
}

gboolean hello_unpack(GBytes *bytes, Hello *out)
{
    g_autoptr(GVariant) packed =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(HELLO), bytes, FALSE));
    GVariant *rules, *other_rules;
    if (!g_variant_is_normal_form(packed))
        return FALSE;
    g_variant_get(packed, "(@may@maybmstti)", &rules, &other_rules, &out->with_candidates, &out->authserv_id,
                  &out->memory_bytes, &out->cpu_seconds, &out->gate_pid);
    out->rules = take_bytes(rules);
    out->other_rules = take_bytes(other_rules);
    return TRUE;
}

void hello_clear(Hello *hello)
{
    g_clear_pointer(&hello->rules, g_bytes_unref);
    g_clear_pointer(&hello->other_rules, g_bytes_unref);
    g_free(hello->authserv_id);
}
