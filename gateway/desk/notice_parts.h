/* The parts of an agent's page, each in a file of its own. */
#pragma once

#include "gateway/desk/desk_private.h"

/* "Dora Meyer (Acme Support)": who a notice is about, in its From. A name that could be taken for one of us,
 * or is no name at all, is left out. The caller frees. */
char *notice_from_name(const DeskCase *mail, const Decision *decision);

/* The same of the one whom an answer reaches, for its Reply-To: a guest gets none. The caller frees. */
char *notice_reply_name(const DeskCase *mail, const Decision *decision);

/* Who writes, who has the ticket, whom an answer reaches and whom it does not. */
void notice_add_people(const DeskCase *mail, const Decision *decision, const ConfigAgent *agent,
                       TemplateValues *values);

/* The newest messages before this one, and other tickets. */
void notice_add_history(const DeskCase *mail, TemplateValues *values);
void notice_add_related(const DeskCase *mail, const Decision *decision, TemplateValues *values);

/* Text of a stranger, for a page: cleaned, cut, and without lines that look like the page's own. */
char *notice_text(const char *text, gsize most);
