/* What the keys of the file are, and what must hold between them. */
#pragma once

#include "schema.h"

#include <postern/config.h>

/* The keys of the whole file: a table for schema_mapping() into a Config. */
extern const Key config_keys[];

/* Listens as strings or mappings: an item of a list of ConfigListen. */
void listen_item(Walk *walk, const Key *key, const YamlNode *node, gpointer field);
ConfigListen *config_listen_new(void);
void config_listen_free(gpointer data);

/* Checks between keys. A problem stands at the later of two places. */
void check_names(Walk *walk, const Config *config);
void check_addresses(Walk *walk, const Config *config);
void check_outgoing(Walk *walk, const YamlNode *root, ConfigOutgoing *outgoing);
void check_listens(Walk *walk, const Config *config);
