/* What the files about agents share. */
#pragma once

#include "gateway/desk/desk_private.h"

gint64 agent_token_age_us(const Token *token, gint64 now_us);
/* The token of that role in the address that the mail came to; his own rather than another's. NULL: none. */
const Evidence *agent_address_token(const GPtrArray *evidence, TokenRole role);
/* What he asks for. A page of ours that cannot be cut off cleanly stops all of it. */
CommandSheet *agent_read_sheet(const Config *config, const Reading *reading);
/* Every act names its ticket, or needs none. */
gboolean agent_names_tickets(const CommandSheet *sheet);
