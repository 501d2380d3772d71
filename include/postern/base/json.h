/* Writing JSON, and reading some (jansson lives only behind this header). A value is built, put
 * into its parent, and printed once. Putting gives the value away. */
#pragma once

#include <glib.h>

typedef struct json_t Json;

Json *json_make_object(void);
Json *json_make_array(void);
void json_release(Json *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_release)

/* NULL text becomes null; broken UTF-8 is cleaned. */
void json_put_text(Json *object, const char *key, const char *text);
void json_put_integer(Json *object, const char *key, gint64 number);
void json_put_boolean(Json *object, const char *key, gboolean truth);
/* RFC 3339 UTC, or null when `time_us` is 0 or G_MININT64. */
void json_put_time(Json *object, const char *key, gint64 time_us);
void json_put_null(Json *object, const char *key);
void json_put(Json *object, const char *key, Json *value);
/* An array of the strings of `texts` (char *); NULL gives []. */
void json_put_texts(Json *object, const char *key, const GPtrArray *texts);
void json_add(Json *array, Json *value);
void json_add_text(Json *array, const char *text);

/* Reads JSON that this program wrote itself, or a short answer of a server. NULL when it does not parse. */
Json *json_parse(const char *text);

/* The text of a member of an object; NULL when it is no object, has no such member, or that is no text.
 * Borrowed.
 */
const char *json_text_of(const Json *object, const char *key);
/* A number of an object, or digits as a text; `otherwise` when there is none. */
gint64 json_integer_of(const Json *object, const char *key, gint64 otherwise);

/* A member of an object, also one that is null; NULL when it is no object or has no such member. Borrowed. */
const Json *json_member(const Json *object, const char *key);
/* Names of an object's members, in their order; empty when it is none. Array of char *. */
GPtrArray *json_keys(const Json *object);

/* FALSE, too, when there is none. */
gboolean json_truth_of(const Json *object, const char *key);
/* Of anything but an array: 0. */
guint json_count(const Json *array);
/* NULL when there is none. Borrowed. */
const Json *json_at(const Json *array, guint index);

/* The texts of an array of texts; empty when it is none. The caller owns the array. */
GPtrArray *json_texts(const Json *array);

/* The text of member `key` of each object in the array that `text` is; empty when it is none. */
GPtrArray *json_member_texts(const char *text, const char *key);

/* Compact, keys in the order they were put. The caller frees. */
char *json_print(const Json *value);
/* With line breaks, for a person. The caller frees. */
char *json_print_pretty(const Json *value);
