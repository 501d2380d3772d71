#include <parsers/rules/context.h>

void compile_context(Compiler *compiler G_GNUC_UNUSED, const YamlNode *node G_GNUC_UNUSED,
                     Rule *rule G_GNUC_UNUSED)
{
}

void context_free(Context *context G_GNUC_UNUSED)
{
}

gboolean context_fits(const Rule *rule G_GNUC_UNUSED, const Place *place G_GNUC_UNUSED,
                      gsize start G_GNUC_UNUSED, gsize end G_GNUC_UNUSED, char **why G_GNUC_UNUSED)
{
    return TRUE;
}
