/* What the ending of a file's name says about its type, where nothing else does. Private to parsers/mail. */
#pragma once

/* "application/octet-stream" for NULL, no ending, or an unknown one. Static. */
const char *file_type_of_name(const char *name);
