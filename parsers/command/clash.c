#include "clash.h"

#include <string.h>

/* What a ticket has one of, and what each command says about it. One mail says it once. */
typedef enum {
    ABOUT_OWNER = 1 << 0,
    ABOUT_END = 1 << 1,  /* whether it goes on */
    ABOUT_REST = 1 << 2, /* what it waits for */
    ABOUT_SEVERITY = 1 << 3,
    ABOUT_CATEGORY = 1 << 4,
    ABOUT_FIELD = 1 << 5,  /* by name */
    ABOUT_COPIES = 1 << 6, /* by address */
    ABOUT_SPLIT = 1 << 7,
    ABOUT_CUSTOMER = 1 << 8,
    ABOUT_HELD = 1 << 9, /* by id */
    ABOUT_BLOCK = 1 << 10,
    ABOUT_TIME = 1 << 11,
    ABOUT_HINT = 1 << 12, /* by error */
} Subject;

/* Only /wait and /snooze go together, and each of them with /reopen. A ticket that ends is handed to nobody.
 */
static const guint subjects[] = {
    [ACT_NOTE] = 0,
    [ACT_ASSIGN] = ABOUT_OWNER,
    [ACT_TAKE] = ABOUT_OWNER,
    [ACT_HANDOFF] = ABOUT_OWNER,
    [ACT_TAKEOVER] = ABOUT_OWNER,
    [ACT_CLOSE] = ABOUT_END | ABOUT_REST | ABOUT_TIME,
    [ACT_REOPEN] = ABOUT_END,
    [ACT_WAIT] = ABOUT_REST,
    [ACT_SEVERITY] = ABOUT_SEVERITY,
    [ACT_CATEGORY] = ABOUT_CATEGORY,
    [ACT_FIELD] = ABOUT_FIELD,
    [ACT_MERGE] = ABOUT_END | ABOUT_REST | ABOUT_TIME | ABOUT_SPLIT,
    [ACT_SPLIT] = ABOUT_SPLIT,
    [ACT_CC] = ABOUT_COPIES,
    [ACT_UNCC] = ABOUT_COPIES,
    [ACT_SPAM] = ABOUT_OWNER | ABOUT_END | ABOUT_REST | ABOUT_TIME | ABOUT_SPLIT,
    [ACT_SNOOZE] = ABOUT_TIME,
    [ACT_RELEASE] = ABOUT_OWNER,
    [ACT_HELP] = 0,
    [ACT_FIND] = 0,
    [ACT_CUSTOMER] = ABOUT_CUSTOMER,
    [ACT_DROP] = ABOUT_HELD,
    [ACT_BLOCK] = ABOUT_BLOCK,
    [ACT_HINT] = ABOUT_HINT,
};
G_STATIC_ASSERT(G_N_ELEMENTS(subjects) == ACT_COUNT);

static guint subjects_of(const Act *act)
{
    return act->type == ACT_RELEASE && act->word ? ABOUT_HELD : subjects[act->type];
}

static gboolean is_same(const char *a, const char *b)
{
    return g_strcmp0(a, b) == 0;
}

static gboolean clashes(const Act *one, const Act *other)
{
    guint shared = subjects_of(one) & subjects_of(other);
    if (!is_same(one->ref, other->ref))
        return FALSE;
    if ((one->type == ACT_HANDOFF && other->type == ACT_CLOSE) ||
        (one->type == ACT_CLOSE && other->type == ACT_HANDOFF))
        return TRUE;
    if (!shared)
        return FALSE;
    if (shared & (ABOUT_FIELD | ABOUT_HELD | ABOUT_BLOCK))
        return is_same(one->word, other->word);
    if (shared & ABOUT_HINT)
        return one->number == other->number || !one->number || !other->number;
    if (shared & ABOUT_COPIES)
        return g_ascii_strcasecmp(one->word, other->word) == 0;
    return TRUE;
}

char *clash_find(const GPtrArray *before, const Act *act)
{
    for (guint i = 0; i < before->len; i++) {
        const Act *earlier = before->pdata[i];
        if (!clashes(earlier, act))
            continue;
        if (earlier->type == act->type)
            return g_strdup_printf("there is another /%s in line %u; one of them must go",
                                   act_name(act->type), earlier->line);
        return g_strdup_printf("/%s does not go together with /%s in line %u; one of them must go",
                               act_name(act->type), act_name(earlier->type), earlier->line);
    }
    return NULL;
}
