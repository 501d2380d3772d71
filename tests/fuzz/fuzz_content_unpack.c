/* What a lying child may send. A Content that is believed must survive being packed again. */
#include <postern/body.h>
#include <postern/content.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
    g_autoptr(Content) content = content_unpack(bytes, NULL);
    if (!content)
        return 0;
    g_autoptr(GBytes) again = content_pack(content);
    if (!g_bytes_equal(bytes, again) || (content->html && !body_html_is_safe(content->html)))
        g_abort();
    return 0;
}
