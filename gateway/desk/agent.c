/* Who speaks: whether a mail is an agent's, and how far that is proven. */
#include "gateway/desk/desk_private.h"

gboolean desk_wants_content(const Config *config, const Reading *reading, const GPtrArray *evidence,
                            ContentWish *out, CommandSheet **out_sheet)
{
    (void)config, (void)reading, (void)evidence;
    *out = (ContentWish){0};
    *out_sheet = NULL;
    return FALSE;
}
