/* What a lying child may send. A Reading that is believed must survive being packed again. */
#include <postern/reading.h>

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
    g_autoptr(Reading) reading = reading_unpack(bytes, NULL);
    if (!reading)
        return 0;
    g_autoptr(GBytes) again = reading_pack(reading);
    g_autoptr(Json) json = reading_to_json(reading, NULL);
    if (!g_bytes_equal(bytes, again))
        g_abort();
    return 0;
}
