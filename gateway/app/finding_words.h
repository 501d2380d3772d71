/* What a finding means, for an admin who meets its code for the first time. */
#pragma once

/* One sentence; NULL for a code that is not known. */
const char *finding_words(const char *code);
