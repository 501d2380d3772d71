/* The files of templates/ as they were when the program was built: what
 * `postern init` writes, and what is used where the admin gives no own file. */
#pragma once

#include <glib.h>

/* By path within templates/ ("rules.yaml", "notices/notice.txt"); NULL when there is none. Borrowed. */
const char *starter_text(const char *path);
/* All paths, NULL-terminated. Borrowed. */
const char *const *starter_paths(void);
