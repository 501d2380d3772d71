/* What elements do to the page: lists, tables, links, pictures, quotes. Of elements that are shown alone.
 * Private to parsers/body. */
#pragma once

#include "parsers/body/reader.h"

/* `style`: as element_style makes it. */
void layout_begin(Reader *reader, OpenElement *element, const char *const *attributes, const char *style);
void layout_end(Reader *reader, OpenElement *element);
/* Whatever comes is the writer's signature. */
void layout_signature(Reader *reader);
