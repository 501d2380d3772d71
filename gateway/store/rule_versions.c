#include "gateway/store/store_private.h"

#include <postern/base/error.h>
#include <postern/rule_versions.h>

void rule_version_free(RuleVersion *version)
{
    if (!version)
        return;
    g_free(version->who);
    g_free(version->how);
    g_free(version->note);
    g_free(version->file_sha256);
    g_free(version);
}

gint64 rule_version_newest(Store *store, GError **error)
{
    return db_select_integer(store->db, 0, error, "SELECT coalesce(max(id), 0) FROM rule_versions", "");
}

static RuleVersion *version_of(DbRows *rows)
{
    RuleVersion *version = g_new0(RuleVersion, 1);
    version->id = db_integer(rows, 0);
    version->at_us = db_integer(rows, 1);
    version->of_id = db_integer(rows, 2);
    version->who = g_strdup(db_text(rows, 3));
    version->how = g_strdup(db_text(rows, 4));
    version->note = g_strdup(db_text(rows, 5));
    version->file_sha256 = g_strdup(db_text(rows, 6));
    return version;
}

GPtrArray *rule_versions(Store *store, guint most, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)rule_version_free);
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner,
                  "SELECT id, at_us, of_id, who, how, note, file_sha256 FROM rule_versions"
                  " ORDER BY id DESC LIMIT $1",
                  "i", (gint64)most);
    while (rows && db_next(rows, &inner))
        g_ptr_array_add(list, version_of(rows));
    if (!inner)
        return g_steal_pointer(&list);
    g_propagate_error(error, g_steal_pointer(&inner));
    return NULL;
}

static void refuse_unknown(gint64 id, GError **error)
{
    g_set_error(error, POSTERN_ERROR, ERROR_NOT_FOUND,
                "there is no version %" G_GINT64_FORMAT " of the rules; 'postern rules history' lists them",
                id);
}

RuleVersion *rule_version_get(Store *store, gint64 id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows = db_select(
        store->db, &inner,
        "SELECT id, at_us, of_id, who, how, note, file_sha256 FROM rule_versions WHERE id = $1", "i", id);
    if (rows && db_next(rows, &inner))
        return version_of(rows);
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        refuse_unknown(id, error);
    return NULL;
}

RulesSource *rule_version_source(Store *store, gint64 id, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(DbRows) rows =
        db_select(store->db, &inner, "SELECT source FROM rule_versions WHERE id = $1", "i", id);
    if (rows && db_next(rows, &inner)) {
        gsize length;
        gconstpointer blob = db_blob(rows, 0, &length);
        g_autoptr(GBytes) bytes = g_bytes_new(blob, length);
        RulesSource *source = rules_source_unpack(bytes);
        if (!source)
            g_set_error(error, POSTERN_ERROR, ERROR_CORRUPT,
                        "version %" G_GINT64_FORMAT " of the rules is damaged", id);
        return source;
    }
    if (inner)
        g_propagate_error(error, g_steal_pointer(&inner));
    else
        refuse_unknown(id, error);
    return NULL;
}

gint64 rule_version_before(Store *store, gint64 id, GError **error)
{
    return db_select_integer(store->db, 0, error,
                             "SELECT coalesce(max(id), 0) FROM rule_versions WHERE id < $1 AND how <> 'undo'",
                             "i", id);
}

static gint64 insert(Store *store, const RuleVersion *version, const RulesSource *source, gint64 now_us,
                     GError **error)
{
    g_autoptr(GBytes) packed = rules_source_pack(source);
    gsize length;
    gconstpointer bytes = g_bytes_get_data(packed, &length);
    return db_select_integer(store->db, 0, error,
                             "INSERT INTO rule_versions (at_us, of_id, who, how, note, file_sha256, source)"
                             " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
                             "iittttb", now_us, version->of_id, version->who, version->how,
                             version->note ? version->note : "", version->file_sha256, bytes, length);
}

gint64 rule_version_add(Store *store, const RuleVersion *version, const RulesSource *source, gint64 now_us,
                        GError **error)
{
    g_auto(DbTransaction) transaction = {0};
    g_autoptr(GError) inner = NULL;
    gint64 id = 0;
    if (!db_begin(store->db, &transaction, error))
        return 0;
    if (g_strcmp0(version->how, "start") == 0)
        id = rule_version_newest(store, &inner);
    if (!inner && !id)
        id = insert(store, version, source, now_us, &inner);
    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return 0;
    }
    return db_commit(&transaction, error) ? id : 0;
}
