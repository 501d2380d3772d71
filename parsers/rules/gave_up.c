#include <parsers/rules/rule_set.h>
#include <postern/base/limits.h>

#include <string.h>

#define CODE "rule-gave-up"
#define REPORTED_MOST 40u /* rules by name: when the time of a mail is over, all that come later give up */

static gboolean is_of(const Finding *finding, const Rule *rule)
{
    gsize length = strlen(rule->name);
    return strncmp(finding->detail, rule->name, length) == 0 && finding->detail[length] == ':';
}

void rule_report(GPtrArray *findings, const Rule *rule, const char *reason, const char *where)
{
    guint reported = 0;
    for (guint i = 0; i < findings->len; i++) {
        const Finding *finding = findings->pdata[i];
        if (strcmp(finding->code, CODE) != 0)
            continue;
        if (is_of(finding, rule))
            return;
        reported++;
    }
    if (reported > REPORTED_MOST)
        return;
    /* What a mail is broken in must not hide it. */
    if (findings->len >= LIMIT_FINDINGS)
        g_ptr_array_set_size(findings, LIMIT_FINDINGS - 1);
    if (reported == REPORTED_MOST)
        finding_add(findings, CODE, "more rules than these: %s", reason);
    else
        finding_add(findings, CODE, "%s: %s %s", rule->name, reason, where);
}
