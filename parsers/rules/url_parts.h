/* Values out of the parts of web addresses: a label of the host, a segment of the path, a parameter of the
 * query, a piece of the fragment. Addresses that a mail client broke, or that a service wrapped into its own
 * to watch clicks, are read as what they were. */
#pragma once

#include <parsers/rules/joined_map.h>

/* Which part of which addresses: what `url:` of a rule says. Templates have pieces between "/" (a host: "."),
 * where
 * "*" is any one, "{value}" the value, with letters around it or not; a first "*" of a host stands for one
 * label or more, and a last "…" of a path for whatever follows. */
typedef struct UrlParts UrlParts;
typedef enum { URL_HOST, URL_PATH, URL_FRAGMENT, URL_TEMPLATES } UrlTemplate;

UrlParts *url_parts_new(void);
void url_parts_free(UrlParts *parts);
/* NULL when all is well, else what is wrong, in words; a constant. */
const char *url_parts_set(UrlParts *parts, UrlTemplate which, const char *template);
/* A name of a parameter; several are as good as each other. */
void url_parts_add_query(UrlParts *parts, const char *name);
/* How many values it would give: 1 is right. */
guint url_parts_values(const UrlParts *parts);

/* Every address of a text, as it was before it was broken and wrapped. */
typedef struct UrlList UrlList;
UrlList *url_list_read(const char *text, gsize length);
void url_list_free(UrlList *list);
/* There were more than are kept (LIMIT_RULE_URLS). */
gboolean url_list_is_cut(const UrlList *list);

/* The value that `parts` takes of each address. `each` gets its place in the text, and what it means where it
 * is written with escapes (else NULL). */
typedef void (*UrlValue)(gsize start, gsize end, const char *meant, gpointer data);
void url_list_values(const UrlList *list, const char *text, const UrlParts *parts, UrlValue each,
                     gpointer data);
