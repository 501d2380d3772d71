/* What url_parts*.c share. */
#pragma once

#include <parsers/rules/url_parts.h>

struct UrlList {
    GPtrArray *urls; /* Mapped */
    gboolean is_cut;
};

typedef struct {
    gsize start, end;
} Part;

/* Where the parts of an address are, each without the signs that part them; empty where there is none. */
typedef struct {
    Part host, path, query, fragment;
} UrlSplit;
void url_split(const char *url, gsize length, UrlSplit *out);
/* The value of the first parameter of `query` for which `is_it` holds; FALSE when there is none. */
typedef gboolean (*IsParameter)(const char *name, gsize length, gconstpointer data);
gboolean url_parameter(const char *url, Part query, IsParameter is_it, gconstpointer data, Part *out);

/* What "%41" stands for, with places. With `is_form`, "+" is a blank. */
Mapped *url_decode(const Mapped *url, Part part, gboolean is_form);
/* The address inside that of a service that watches clicks; takes `url` over. */
Mapped *url_unwrap(Mapped *url);
