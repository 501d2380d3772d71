/* What shows that a person wrote, whatever the servers on the way put on the mail. */
#pragma once

#include <postern/kind.h>

/* TRUE when a program that people write with names itself, or left the fields that only it writes. No proof:
 * such programs answer by themselves, too. */
gboolean person_has_client(const Headers *headers);

/* TRUE when the mail answers another one and asks something in words of its own, as no automatic answer does.
 */
gboolean person_is_talking(const KindEvidence *evidence);

/* Somebody who writes to us and to a list of his own firm, which puts its fields on his mail: "@" and the
 * firm's domain, as an own_list of KindEvidence. NULL: no such list, or nothing that shows a person. A
 * program that people write with, or an answer, is needed; a recipient outside of the firm; and a list of the
 * sender's own organisation that does not draw the answers. The caller frees. */
char *person_firm_list(const KindEvidence *evidence, const char *from, gboolean has_client);

/* TRUE when the mail of a web site carries what somebody wrote into a form: Reply-To names one address of
 * another domain than `from`, and that address stands in the text. */
gboolean person_has_form(const KindEvidence *evidence, const char *from);
