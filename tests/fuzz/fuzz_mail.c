#include <postern/reading.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ReadingSettings settings = {.authserv_id = "mx.example.com"};
    g_autoptr(Reading) reading = reading_make_bytes((const char *)data, size, &settings, NULL);
    if (!reading)
        return 0;
    g_autoptr(GBytes) packed = reading_pack(reading);
    g_autoptr(GError) error = NULL;
    g_autoptr(Reading) again = reading_unpack(packed, &error);
    if (!again)
        g_error("%s", error->message);
    return 0;
}
