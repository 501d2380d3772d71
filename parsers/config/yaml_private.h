#pragma once

#include <postern/yaml.h>

/* yaml_parse() of a file that holds something not to be shown: problems show lines of `shown`, which has
 * the lines of `text` and is what `text` of the document becomes. */
YamlDocument *yaml_parse_shown(const char *file, const char *text, gsize length, const char *shown,
                               GPtrArray *problems);

/* Notes "expected …, found …" and is FALSE. */
gboolean yaml_expected(const YamlDocument *document, const YamlNode *node, GPtrArray *problems,
                       const char *what);
