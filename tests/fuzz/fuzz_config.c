#include <stddef.h>
#include <stdint.h>

#include <postern/config.h>

/* Any bytes as the configuration: a value or an error that can be shown. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GPtrArray) problems = problems_new();
    g_autoptr(Config) config = config_parse("etc/postern.yaml", (const char *)data, size, problems);
    g_autofree char *shown = problems_format(problems);
    g_assert((config == NULL) == problems_fatal(problems));
    g_assert(g_utf8_validate(shown, -1, NULL));
    if (config)
        config_is_ours(config, "support+x@example.com");
    return 0;
}
