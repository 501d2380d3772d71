#include "hello.h"

#define HELLO "(msmsmstti)"

GBytes *hello_pack(const Hello *hello)
{
    g_autoptr(GVariant) packed =
        g_variant_ref_sink(g_variant_new(HELLO, hello->rules_file, hello->rules_text, hello->authserv_id,
                                         hello->memory_bytes, hello->cpu_seconds, hello->gate_pid));
    return g_variant_get_data_as_bytes(packed);
}

gboolean hello_unpack(GBytes *bytes, Hello *out)
{
    g_autoptr(GVariant) packed =
        g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(HELLO), bytes, FALSE));
    if (!g_variant_is_normal_form(packed))
        return FALSE;
    g_variant_get(packed, HELLO, &out->rules_file, &out->rules_text, &out->authserv_id, &out->memory_bytes,
                  &out->cpu_seconds, &out->gate_pid);
    return TRUE;
}

void hello_clear(Hello *hello)
{
    g_free(hello->rules_file);
    g_free(hello->rules_text);
    g_free(hello->authserv_id);
}
