#include "template_nodes.h"

struct TemplateValues {
    GHashTable *entries; /* name → TemplateEntry */
};

static void entry_free(gpointer data)
{
    TemplateEntry *entry = data;
    g_free(entry->text);
    if (entry->items)
        g_ptr_array_unref(entry->items);
    g_free(entry);
}

TemplateValues *template_values_new(void)
{
    TemplateValues *values = g_new0(TemplateValues, 1);
    values->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    return values;
}

void template_values_free(TemplateValues *values)
{
    if (!values)
        return;
    g_hash_table_unref(values->entries);
    g_free(values);
}

static TemplateEntry *entry_for(TemplateValues *values, const char *name)
{
    TemplateEntry *entry = g_hash_table_lookup(values->entries, name);
    if (!entry) {
        entry = g_new0(TemplateEntry, 1);
        g_hash_table_insert(values->entries, g_strdup(name), entry);
    }
    return entry;
}

void template_set(TemplateValues *values, const char *name, const char *text)
{
    TemplateEntry *entry = entry_for(values, name);
    g_free(entry->text);
    entry->text = g_strdup(text);
}

TemplateValues *template_add_item(TemplateValues *values, const char *name)
{
    TemplateEntry *entry = entry_for(values, name);
    if (!entry->items)
        entry->items = g_ptr_array_new_with_free_func((GDestroyNotify)template_values_free);
    TemplateValues *item = template_values_new();
    g_ptr_array_add(entry->items, item);
    return item;
}

const TemplateEntry *template_entry(const TemplateValues *values, const char *name)
{
    return values ? g_hash_table_lookup(values->entries, name) : NULL;
}
