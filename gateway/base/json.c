#include <postern/base/clean.h>
#include <postern/base/clock.h>
#include <postern/base/json.h>

#include <jansson.h>
#include <string.h>

Json *json_make_object(void)
{
    return json_object();
}

Json *json_make_array(void)
{
    return json_array();
}

void json_release(Json *value)
{
    json_decref(value);
}

static json_t *text_value(const char *text)
{
    if (!text)
        return json_null();
    if (g_utf8_validate(text, -1, NULL))
        return json_string_nocheck(text);
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string_nocheck(valid);
}

void json_put(Json *object, const char *key, Json *value)
{
    json_object_set_new_nocheck(object, key, value);
}

void json_put_text(Json *object, const char *key, const char *text)
{
    json_put(object, key, text_value(text));
}

void json_put_integer(Json *object, const char *key, gint64 number)
{
    json_put(object, key, json_integer(number));
}

void json_put_boolean(Json *object, const char *key, gboolean truth)
{
    json_put(object, key, json_boolean(truth));
}

void json_put_time(Json *object, const char *key, gint64 time_us)
{
    g_autofree char *text = time_us == 0 || time_us == G_MININT64 ? NULL : clock_rfc3339(time_us);
    json_put_text(object, key, text);
}

void json_put_null(Json *object, const char *key)
{
    json_put(object, key, json_null());
}

void json_put_texts(Json *object, const char *key, const GPtrArray *texts)
{
    Json *array = json_array();
    for (guint i = 0; texts && i < texts->len; i++)
        json_add_text(array, texts->pdata[i]);
    json_put(object, key, array);
}

void json_add(Json *array, Json *value)
{
    json_array_append_new(array, value);
}

void json_add_text(Json *array, const char *text)
{
    json_add(array, text_value(text));
}

Json *json_parse(const char *text)
{
    return json_loads(text, JSON_DECODE_ANY, NULL);
}

const char *json_text_of(const Json *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

gint64 json_integer_of(const Json *object, const char *key, gint64 otherwise)
{
    const Json *member = json_object_get(object, key);
    const char *text = json_string_value(member);
    char *end = NULL;
    if (json_is_integer(member))
        return json_integer_value(member);
    if (json_is_real(member) && json_real_value(member) > -9e18 && json_real_value(member) < 9e18)
        return (gint64)json_real_value(member);
    gint64 number = text ? g_ascii_strtoll(text, &end, 10) : 0;
    return text && *text && !*end ? number : otherwise;
}

const Json *json_member(const Json *object, const char *key)
{
    return json_object_get(object, key);
}

GPtrArray *json_keys(const Json *object)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    for (void *at = json_object_iter((Json *)(gsize)object); at;
         at = json_object_iter_next((Json *)(gsize)object, at))
        g_ptr_array_add(keys, g_strdup(json_object_iter_key(at)));
    return keys;
}

guint json_count(const Json *array)
{
    return (guint)json_array_size(array);
}

const Json *json_at(const Json *array, guint index)
{
    return json_array_get(array, index);
}

gboolean json_truth_of(const Json *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

GPtrArray *json_texts(const Json *array)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *text = json_string_value(json_array_get(array, i));
        if (text)
            g_ptr_array_add(texts, g_strdup(text));
    }
    return texts;
}

GPtrArray *json_member_texts(const char *text, const char *key)
{
    GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Json) array = json_parse(text);
    for (size_t i = 0; i < json_array_size(array); i++) {
        const char *member = json_string_value(json_object_get(json_array_get(array, i), key));
        if (member)
            g_ptr_array_add(texts, g_strdup(member));
    }
    return texts;
}

static char *print(const Json *value, size_t flags)
{
    char *text = json_dumps(value, flags | JSON_ENCODE_ANY);
    char *copy = g_strdup(text ? text : "null");
    free(text);
    return copy;
}

char *json_print(const Json *value)
{
    return print(value, JSON_COMPACT);
}

char *json_print_pretty(const Json *value)
{
    return print(value, JSON_INDENT(2));
}
