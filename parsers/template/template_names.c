#include "template_names.h"

#include <string.h>

void resolved_name_clear(ResolvedName *resolved)
{
    g_free(resolved->full);
    g_free(resolved->scope);
    g_free(resolved->name);
    *resolved = (ResolvedName){0};
}

static gboolean is_known(TemplateNames names, const char *full)
{
    return g_strv_contains(names, full);
}

/* A name is a list when others lie below it. */
static gboolean is_list(TemplateNames names, const char *full)
{
    gsize length = strlen(full);
    if (!is_known(names, full))
        return FALSE;
    for (; *names; names++)
        if (strncmp(*names, full, length) == 0 && (*names)[length] == '.')
            return TRUE;
    return FALSE;
}

/* The list that "fields.length" counts, or NULL. */
static char *counted_list(TemplateNames names, const char *full)
{
    if (!g_str_has_suffix(full, ".length") || is_known(names, full))
        return NULL;
    g_autofree char *list = g_strndup(full, strlen(full) - strlen(".length"));
    return is_list(names, list) ? g_steal_pointer(&list) : NULL;
}

/* The full name of `written` as seen from inside the open sections, innermost first; NULL when unknown. */
static char *find_full(TemplateNames names, const GArray *open, const char *written)
{
    for (guint i = open->len + 1; i-- > 0;) {
        const char *list = i > 0 ? g_array_index(open, OpenSection, i - 1).list : NULL;
        if (i > 0 && !list)
            continue;
        g_autofree char *full = list ? g_strconcat(list, ".", written, NULL) : g_strdup(written);
        g_autofree char *counted = counted_list(names, full);
        if (counted || is_known(names, full))
            return g_steal_pointer(&full);
    }
    return NULL;
}

/* The innermost list that `full` lies in, or NULL. */
static char *scope_of(TemplateNames names, const char *full)
{
    g_autofree char *scope = g_strdup(full);
    for (char *dot; (dot = strrchr(scope, '.'));) {
        *dot = '\0';
        if (is_list(names, scope))
            return g_steal_pointer(&scope);
    }
    return NULL;
}

static gboolean is_open(const GArray *open, const char *list)
{
    for (guint i = 0; i < open->len; i++)
        if (g_strcmp0(g_array_index(open, OpenSection, i).list, list) == 0)
            return TRUE;
    return FALSE;
}

static char *unknown(TemplateNames names, const GArray *open, const char *written)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; names[i]; i++) {
        g_ptr_array_add(words, (gpointer)(guintptr)names[i]);
        for (guint j = 0; j < open->len; j++) {
            const char *list = g_array_index(open, OpenSection, j).list;
            if (list && g_str_has_prefix(names[i], list) && names[i][strlen(list)] == '.')
                g_ptr_array_add(words, (gpointer)(guintptr)(names[i] + strlen(list) + 1));
        }
    }
    g_ptr_array_add(words, NULL);
    const char *meant = problem_did_you_mean(written, (const char *const *)words->pdata);
    return meant ? g_strdup_printf("unknown name '%s'; did you mean '%s'?", written, meant)
                 : g_strdup_printf("unknown name '%s'", written);
}

char *name_resolve(TemplateNames names, const GArray *open, const char *written, ResolvedName *out)
{
    g_autofree char *full = find_full(names, open, written);
    if (!full)
        return unknown(names, open, written);
    g_autofree char *counted = counted_list(names, full);
    const char *target = counted ? counted : full;
    g_autofree char *scope = scope_of(names, target);
    if (scope && !is_open(open, scope))
        return g_strdup_printf("'%s' is known only between {{#%s}} and {{/%s}}", written, scope, scope);
    out->name = g_strdup(scope ? target + strlen(scope) + 1 : target);
    out->full = g_strdup(target);
    out->scope = g_steal_pointer(&scope);
    out->is_length = counted != NULL;
    out->is_list = !counted && is_list(names, target);
    return NULL;
}
