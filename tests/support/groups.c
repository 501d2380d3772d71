/* Conversations of a corpus (index/groups.tsv), taken through reading, store and desk as if all of them had
 * come to us: in their order, newest first, and with References and In-Reply-To taken away from one mail in
 * five. A ticket with mails of two conversations is a wrong join, and there may be none. How much of each
 * conversation is found again is printed: they are talks of others on lists, so most of their writers do not
 * belong to the tickets of those whom they answer, and come into tickets of their own. */
#include "small_gate.h"

#include "../unit/scratch.h"

#include <postern/address.h>

#include <stdio.h>
#include <stdlib.h>

#define BEGIN_US (G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC)
#define STEP_US (600 * (gint64)G_USEC_PER_SEC)

static const char config_text[] = "domain: desk.test\n"
                                  "store: store\n"
                                  "agents:\n"
                                  "  - {name: kim, display: Kim Lee, address: kim@agents.test}\n"
                                  "queues:\n"
                                  "  - name: support\n"
                                  "    display: Acme Support\n"
                                  "    prefix: SUP\n"
                                  "    addresses: [support@desk.test]\n"
                                  "    agents: [kim]\n"
                                  "outgoing:\n"
                                  "  folder: outgoing\n";

typedef struct {
    char *file, *group, *evidence;
    char *writer, *people; /* address_fold, or NULL; he, To and Cc: "\na@b\n…" */
    guint turn;            /* when it was given */
    gint64 ticket;         /* 0: none; of a copy that of the first */
    Fate fate;
} Item;

static void item_free(gpointer data)
{
    Item *item = data;
    g_free(item->file);
    g_free(item->group);
    g_free(item->evidence);
    g_free(item->writer);
    g_free(item->people);
    g_free(item);
}

/* Columns: file, group, order, parent, evidence, source. */
static GPtrArray *read_index(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, "index", "groups.tsv", NULL);
    g_autofree char *text = NULL;
    GPtrArray *items = g_ptr_array_new_with_free_func(item_free);
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return items;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 1; lines[0] && lines[i]; i++) {
        g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
        if (g_strv_length(cells) < 5)
            continue;
        Item *item = g_new0(Item, 1);
        item->file = g_strdup(cells[0]);
        item->group = g_strdup(cells[1]);
        item->evidence = g_strdup(cells[4]);
        g_ptr_array_add(items, item);
    }
    return items;
}

static void add_people(GString *people, const GPtrArray *mailboxes)
{
    for (guint i = 0; i < mailboxes->len; i++) {
        g_autofree char *key = address_fold(((const Mailbox *)mailboxes->pdata[i])->address);
        if (key)
            g_string_append_printf(people, "%s\n", key);
    }
}

static void name_people(Item *item, const char *bytes, gsize length)
{
    ReadingSettings settings = {0};
    g_autoptr(Reading) reading = reading_make_bytes(bytes, length, &settings, NULL);
    GString *people = g_string_new("\n");
    g_free(item->writer);
    g_free(item->people);
    item->writer = reading && reading->from ? address_fold(reading->from->address) : NULL;
    if (item->writer)
        g_string_append_printf(people, "%s\n", item->writer);
    if (reading) {
        add_people(people, reading->to);
        add_people(people, reading->cc);
    }
    item->people = g_string_free(people, FALSE);
}

static gboolean is_poor(const Item *item)
{
    return (guint64)ids_hash(item->file) % 5 == 0;
}

/* The same mail without the fields that tell what it answers. */
static void take_ids_away(char **bytes, gsize *length)
{
    GString *out = g_string_new(NULL);
    gboolean is_header = TRUE, drops = FALSE;
    for (const char *at = *bytes, *end = at + *length; at < end;) {
        const char *feed = memchr(at, '\n', (gsize)(end - at));
        gsize line = feed ? (gsize)(feed - at) + 1 : (gsize)(end - at);
        if (is_header && *at != ' ' && *at != '\t')
            drops = g_ascii_strncasecmp(at, "References:", 11) == 0 ||
                    g_ascii_strncasecmp(at, "In-Reply-To:", 12) == 0;
        is_header = is_header && !(*at == '\n' || (*at == '\r' && line == 2));
        if (!is_header || !drops)
            g_string_append_len(out, at, (gssize)line);
        at += line;
    }
    g_free(*bytes);
    *length = out->len;
    *bytes = g_string_free(out, FALSE);
}

static void give(SmallGate *gate, const char *folder, Item *item, guint turn, gboolean poor,
                 GHashTable *tickets)
{
    g_autofree char *path = g_build_filename(folder, item->file, NULL);
    char *bytes = NULL;
    gsize length = 0;
    gint64 id = 0;
    if (!g_file_get_contents(path, &bytes, &length, NULL))
        g_error("groups: cannot read %s", path);
    if (poor && is_poor(item))
        take_ids_away(&bytes, &length);
    name_people(item, bytes, length);
    item->turn = turn;
    Decision *decision = small_gate_give_bytes(gate, "lmtp", "support@desk.test", bytes, length, &id);
    gint64 ticket = decision->fate == FATE_TICKETED ? decision->ticket_id
                    : decision->fate == FATE_COPY
                        ? (gint64)(gintptr)g_hash_table_lookup(tickets, (gpointer)(gintptr)decision->copy_of)
                        : 0;
    item->ticket = ticket;
    item->fate = decision->fate;
    g_hash_table_insert(tickets, (gpointer)(gintptr)id, (gpointer)(gintptr)ticket);
    gate->now_us += STEP_US;
    decision_free(decision);
    g_free(bytes);
}

typedef struct {
    guint mails, copies, duplicates, held, pairs, found, wrong;
    guint members, members_found;
} Figures;

/* Copies are no second mail; that they are known is counted apart. */
static void count_pair(const Item *a, const Item *b, Figures *figures)
{
    gboolean is_one = a->ticket && a->ticket == b->ticket;
    gboolean should = strcmp(a->group, b->group) == 0;
    gboolean counts = should && a->fate != FATE_COPY && b->fate != FATE_COPY;
    figures->pairs += counts;
    figures->found += counts && is_one;
    figures->wrong += !should && is_one;
    if (!should && is_one)
        printf("  WRONG: %s and %s in one ticket\n", a->file, b->file);
}

/* Whether its writer had written or been written to before, and whether it came to one of those mails. */
static void count_member(const GPtrArray *items, const Item *item, Figures *figures)
{
    g_autofree char *line = g_strdup_printf("\n%s\n", item->writer ? item->writer : " ");
    gboolean is_member = FALSE, is_found = FALSE;
    for (guint i = 0; i < items->len; i++) {
        const Item *other = items->pdata[i];
        if (other->turn >= item->turn || strcmp(other->group, item->group) != 0 ||
            !strstr(other->people, line))
            continue;
        is_member = TRUE;
        is_found |= item->ticket && other->ticket == item->ticket;
    }
    figures->members += is_member;
    figures->members_found += is_found;
}

static Figures count(const GPtrArray *items)
{
    Figures figures = {.mails = items->len};
    for (guint i = 0; i < items->len; i++) {
        const Item *item = items->pdata[i];
        figures.held += item->fate == FATE_HELD;
        figures.duplicates += strcmp(item->evidence, "duplicate") == 0;
        figures.copies += item->fate == FATE_COPY;
        if (item->fate != FATE_COPY)
            count_member(items, item, &figures);
        for (guint j = 0; j < i; j++)
            count_pair(item, items->pdata[j], &figures);
    }
    return figures;
}

static guint run(const char *folder, GPtrArray *items, const char *name, gboolean newest_first, gboolean poor)
{
    g_autofree char *store = g_dir_make_tmp("postern-groups-XXXXXX", NULL);
    SmallGate *gate = small_gate_open(store, config_text, BEGIN_US);
    g_autoptr(GHashTable) tickets = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < items->len; i++)
        give(gate, folder, items->pdata[newest_first ? items->len - 1 - i : i], i, poor, tickets);
    small_gate_close(gate);
    scratch_remove(store);
    Figures figures = count(items);
    printf("%s: %u wrong joins of %u mails\n", name, figures.wrong, figures.mails);
    printf("  together are %u of %u pairs (%.1f %%), and %u of %u mails whose writer took part before (%.1f "
           "%%)\n",
           figures.found, figures.pairs, 100.0 * figures.found / MAX(figures.pairs, 1), figures.members_found,
           figures.members, 100.0 * figures.members_found / MAX(figures.members, 1));
    printf("  %u known as copies, of %u delivered twice; %u held\n", figures.copies, figures.duplicates,
           figures.held);
    return figures.wrong;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: groups CORPUS\n");
        return 2;
    }
    g_autoptr(GPtrArray) items = read_index(argv[1]);
    if (items->len == 0) {
        printf("conversations: skipped, there is no index/groups.tsv in %s\n", argv[1]);
        return 0;
    }
    guint wrong = run(argv[1], items, "in order", FALSE, FALSE);
    wrong += run(argv[1], items, "newest first", TRUE, FALSE);
    wrong += run(argv[1], items, "a fifth without ids", FALSE, TRUE);
    wrong += run(argv[1], items, "both", TRUE, TRUE);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
