/* What shows that a person wrote, whatever the servers on the way put on the mail. */
#pragma once

#include <postern/kind.h>

/* TRUE when a program that people write with names itself, or left the fields that only it writes. No proof:
 * such programs answer by themselves, too. */
gboolean person_has_client(const Headers *headers);

/* TRUE when the mail of a web site carries what somebody wrote into a form: Reply-To names one address of
 * another domain than `from`, and that address stands in the text. */
gboolean person_has_form(const KindEvidence *evidence, const char *from);
