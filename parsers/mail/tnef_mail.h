/* A message within a winmail.dat as a mail. Private to parsers/mail. */
#pragma once

#include "tnef_body.h"

/* Who wrote it, when, its subject and its text as message/rfc822, in UTF-8; its files stand beside it. `body`
 * may have no text. The caller unrefs. */
GBytes *tnef_mail(const Tnef *tnef, const TnefBody *body);
