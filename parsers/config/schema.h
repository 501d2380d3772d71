/* Tables of keys, and the walk that brings a YAML tree into structs by them.
 * A problem is noted for every key that is unknown, missing or of the wrong
 * shape; the walk goes on, so that an admin sees everything at once. */
#pragma once

#include <postern/yaml.h>

typedef struct {
    const YamlDocument *document;
    GPtrArray *problems;
    const char *base_folder; /* relative paths start here */
    GHashTable *places;      /* address of a field or item, borrowed → where it was filled */
} Walk;

typedef struct Key Key;
/* Fills `field`, or leaves it alone and notes a problem. */
typedef void (*KeyReader)(Walk *walk, const Key *key, const YamlNode *node, gpointer field);

/* One key of a mapping. A table ends with a Key without name. */
struct Key {
    const char *name;
    KeyReader read;
    gsize offset; /* of the field in the struct */
    gboolean is_required;
    gint64 least, most; /* range of a number in the unit of the field, or of the items of a list */
    gboolean (*is_valid)(const char *text);
    const char *expects;        /* what is_valid asks for: "a domain like example.com" */
    const char *const *choices; /* words in the order of an enumeration, NULL-terminated */
    const Key *keys;            /* of a section */
    KeyReader read_item;        /* of a list: `field` is the GPtrArray to add to */
};

/* A row of a table for the field `member` of `type`; more designated initialisers may follow. */
#define SCHEMA_KEY(key, reader, type, member)                                                                \
    .name = (key), .read = (reader), .offset = offsetof(type, member)
#define SCHEMA_END                                                                                           \
    {                                                                                                        \
        .name = NULL                                                                                         \
    }

/* Before and after a walk. */
void schema_begin(Walk *walk, const YamlDocument *document, const char *base_folder, GPtrArray *problems);
void schema_end(Walk *walk);

/* Fills `target` from the mapping `node`. `what` names it in messages: "the queue". */
void schema_mapping(Walk *walk, const Key *keys, const YamlNode *node, gpointer target, const char *what);

/* Notes that `node` filled `field`. What was once noted must live as long as the walk. */
void schema_note_place(Walk *walk, gconstpointer field, const YamlNode *node);
/* The node that filled `field`, or NULL when the file says nothing of it. */
const YamlNode *schema_place(const Walk *walk, gconstpointer field);
void schema_problem(Walk *walk, const YamlNode *node, const char *format, ...) G_GNUC_PRINTF(3, 4);
void schema_warn(Walk *walk, const YamlNode *node, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Readers. The field's type stands behind. */
void schema_checked(Walk *walk, const Key *key, const YamlNode *node, gpointer field); /* char * */
void schema_lower(Walk *walk, const Key *key, const YamlNode *node,
                  gpointer field); /* char *, small letters */
void schema_path(Walk *walk, const Key *key, const YamlNode *node, gpointer field);     /* char *, resolved */
void schema_boolean(Walk *walk, const Key *key, const YamlNode *node, gpointer field);  /* gboolean */
void schema_unsigned(Walk *walk, const Key *key, const YamlNode *node, gpointer field); /* guint */
void schema_port(Walk *walk, const Key *key, const YamlNode *node, gpointer field);     /* guint16 */
void schema_size(Walk *walk, const Key *key, const YamlNode *node, gpointer field);     /* guint64 bytes */
void schema_duration_us(Walk *walk, const Key *key, const YamlNode *node, gpointer field); /* gint64 */
void schema_seconds(Walk *walk, const Key *key, const YamlNode *node, gpointer field);     /* guint */
void schema_choice(Walk *walk, const Key *key, const YamlNode *node, gpointer field); /* an enumeration */
void schema_list(Walk *walk, const Key *key, const YamlNode *node, gpointer field);   /* GPtrArray * */
/* A mapping whose keys fill the same struct. */
void schema_section(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
/* An item of a list: text that is_valid, added to the GPtrArray `field`. */
void schema_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field);

/* `text` when it is valid by `key`, else NULL and a problem. The caller frees. */
char *schema_text(Walk *walk, const Key *key, const YamlNode *node);
/* `path` from the folder of the file. The caller frees. */
char *schema_resolve(const Walk *walk, const char *path);
