#include <postern/kind.h>

#include "parsers/kind/bounce.h"
#include "parsers/kind/signs.h"

/* Kinds from the surest to the weakest proof, so that one mail with signs of several gets the one that
 * matters: a report of a bounce goes to its ticket whatever else its headers say. */
static const MailKind precedence[] = {KIND_FEEDBACK,   KIND_RECEIPT, KIND_BOUNCE, KIND_CHALLENGE,
                                      KIND_AUTO_REPLY, KIND_LIST,    KIND_BULK,   KIND_MACHINE};

static MailKind strongest(const Signs *signs)
{
    for (guint i = 0; i < G_N_ELEMENTS(precedence); i++)
        if (signs->weight[precedence[i]] >= SIGN_PROOF)
            return precedence[i];
    return KIND_HUMAN;
}

void kind_judge(const KindEvidence *evidence, Reading *reading)
{
    g_auto(Signs) signs = {0};
    signs_collect(&signs, evidence);
    reading->kind = strongest(&signs);
    reading->may_answer = reading->kind == KIND_HUMAN && !signs.no_answer;
    for (guint i = 0; i < signs.reasons->len; i++)
        g_ptr_array_add(reading->kind_reasons, g_strdup(signs.reasons->pdata[i]));
    g_clear_pointer(&reading->bounce, bounce_free);
    if (reading->kind == KIND_BOUNCE)
        reading->bounce = bounce_read(evidence);
}
