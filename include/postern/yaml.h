/* YAML files of the admin as a tree with places (libyaml lives only in
 * parsers/config). Pure: text in, tree or problems out.
 *
 * Refused with a problem each: duplicate keys, aliases and anchors, tags,
 * several documents, depth over LIMIT_CONFIG_DEPTH, files over LIMIT_CONFIG_BYTES,
 * invalid UTF-8. */
#pragma once

#include <glib.h>

/* A problem at a place of a file of the admin (configuration, rules, notices, …). */
typedef struct {
    char *file;
    guint line, column; /* from 1, column in characters */
    gboolean is_warning;
    char *message;     /* "unknown key 'adress'; did you mean 'address'?" */
    char *source_line; /* the line as it stands, cleaned (a piece of it when it is very long), or NULL */
    guint caret;       /* terminal cells before the caret under source_line */
} Problem;
/* Frees its problems. At most PROBLEMS_MAX are kept; the last then says that there are more. */
#define PROBLEMS_MAX 100u
GPtrArray *problems_new(void);
void problem_free(Problem *problem);
/* `text` is the whole file, for the source line; may be NULL. `line` 0: the file as a whole. */
void problem_add(GPtrArray *problems, const char *file, const char *text, guint line, guint column,
                 const char *format, ...) G_GNUC_PRINTF(6, 7);
void problem_warn(GPtrArray *problems, const char *file, const char *text, guint line, guint column,
                  const char *format, ...) G_GNUC_PRINTF(6, 7);
/* TRUE when one is an error, not only a warning. */
gboolean problems_fatal(const GPtrArray *problems);
/* "file:line:col: error: …", the source line, a caret; one after the other by file and place. The caller
 * frees. */
char *problems_format(const GPtrArray *problems);
/* The closest of `words` (NULL-terminated) within a small edit distance, or NULL. Borrowed. */
const char *problem_did_you_mean(const char *word, const char *const *words);

typedef enum { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING } YamlType;
typedef struct YamlNode YamlNode;
struct YamlNode {
    YamlType type;
    guint line, column; /* of the first character */
    char *scalar;       /* of a scalar; "" for an empty plain one */
    gsize scalar_length;
    gboolean is_quoted; /* written in quotes or as a block: never a number, boolean or null */
    gboolean is_block;  /* "|" or ">" block: its text begins on the next line */
    GPtrArray *items;   /* YamlNode: of a sequence */
    GPtrArray *keys;    /* YamlNode scalars: of a mapping, beside `values` */
    GPtrArray *values;
};

typedef struct {
    char *file; /* name for messages */
    char *text; /* whole file */
    gsize length;
    YamlNode *root; /* NULL when the file is empty or broken */
} YamlDocument;

/* Parses; NULL only when nothing can be shown of it. Problems are appended. */
YamlDocument *yaml_parse(const char *file, const char *text, gsize length, GPtrArray *problems);
void yaml_document_free(YamlDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(YamlDocument, yaml_document_free)

/* Every scalar, keys too, is valid UTF-8 without NUL. Line ends are LF or CR LF. */

/* The value of `key` in a mapping, or NULL. Borrowed. */
const YamlNode *yaml_get(const YamlNode *mapping, const char *key);
void yaml_problem(const YamlDocument *document, const YamlNode *node, GPtrArray *problems, const char *format,
                  ...) G_GNUC_PRINTF(4, 5);
/* One problem for every key of `mapping` that is not in `allowed` (NULL-terminated), with "did you mean". */
void yaml_refuse_unknown(const YamlDocument *document, const YamlNode *mapping, const char *const *allowed,
                         GPtrArray *problems);

/* Typed scalars. FALSE and a problem that says what is expected when the node is something else. */
gboolean yaml_text(const YamlDocument *document, const YamlNode *node, char **out, GPtrArray *problems);
gboolean yaml_boolean(const YamlDocument *document, const YamlNode *node, gboolean *out, GPtrArray *problems);
gboolean yaml_integer(const YamlDocument *document, const YamlNode *node, gint64 least, gint64 most,
                      gint64 *out, GPtrArray *problems);
/* "90s", "5m", "2h", "3d": a unit is required. */
gboolean yaml_duration_us(const YamlDocument *document, const YamlNode *node, gint64 *out,
                          GPtrArray *problems);
/* "25MiB", "512KiB", "1GB", "100B". */
gboolean yaml_size(const YamlDocument *document, const YamlNode *node, guint64 *out, GPtrArray *problems);
