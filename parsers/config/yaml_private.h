#pragma once

#include <postern/yaml.h>

/* yaml_parse() of a file that holds something not to be shown: problems show lines of `shown`, which has
 * the lines of `text` and is what `text` of the document becomes. */
YamlDocument *yaml_parse_shown(const char *file, const char *text, gsize length, const char *shown,
                               GPtrArray *problems);

/* Fills the root of the document, or leaves it NULL where the text is no YAML that we take: `problems` say
 * why. The text is UTF-8 without what confuses libyaml. */
void yaml_build(YamlDocument *document, const char *text, gsize length, GPtrArray *problems);
/* With all below it: goes down with the tree, whose depth yaml_build() limits. */
void yaml_node_free(gpointer node);

/* Notes "expected …, found …" and is FALSE. */
gboolean yaml_expected(const YamlDocument *document, const YamlNode *node, GPtrArray *problems,
                       const char *what);
