/* Parts that only stand for something (RFC 2046 5.2.2, 5.2.3). Private to parsers/mail. */
#pragma once

#include <glib.h>

/* What a person is told of message/external-body and message/partial; `raw`: the value of Content-Type. */
void message_note(const char *type, const char *raw, GPtrArray *findings);
