#include "tnef_parts.h"

gboolean tnef_parts_open(const Source *source G_GNUC_UNUSED, GPtrArray *parts G_GNUC_UNUSED,
                         TreePart *part G_GNUC_UNUSED, GPtrArray *findings G_GNUC_UNUSED)
{
    return FALSE;
}
