#include "tests/support/scoring/score.h"

#include <string.h>

void tally_count(Tally *tally, gboolean is_right)
{
    tally->total++;
    tally->right += is_right ? 1 : 0;
}

static double percent(Tally tally)
{
    return tally.total == 0 ? 0 : 100.0 * tally.right / tally.total;
}

void figure_print(Score *score, const char *name, Tally tally, double aim)
{
    gboolean is_met = percent(tally) >= aim;
    if (tally.total == 0)
        printf("  %-28s nothing to count", name);
    else
        printf("  %-28s %4u of %4u  %5.1f %%", name, tally.right, tally.total, percent(tally));
    if (aim > 0)
        printf("  (aim %g %%: %s)", aim, is_met ? "ok" : "below");
    putchar('\n');
    score->is_below |= !is_met;
}

SourceTable source_table_new(void)
{
    return (SourceTable){g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
}

void source_table_count(const Score *score, SourceTable *table, gboolean is_right)
{
    const char *source = column(score, "source");
    Tally *tally = g_hash_table_lookup(table->by_source, source);
    if (!tally)
        g_hash_table_insert(table->by_source, g_strdup(source), tally = g_new0(Tally, 1));
    tally_count(tally, is_right);
}

void source_table_print(SourceTable *table, const char *title)
{
    g_autoptr(GList) sources = g_list_sort(g_hash_table_get_keys(table->by_source), (GCompareFunc)strcmp);
    if (sources)
        printf("  %s, by source\n", title);
    for (GList *at = sources; at; at = at->next) {
        const Tally *tally = g_hash_table_lookup(table->by_source, at->data);
        printf("    %-40s %4u of %4u  %5.1f %%\n", (const char *)at->data, tally->right, tally->total,
               percent(*tally));
    }
    g_hash_table_unref(table->by_source);
}
