#include <parsers/rules/lint.h>

#include <string.h>

/* Steps are counted, not time: the same everywhere. */
#define LOOK_STEPS 300000u    /* of a first try */
#define PROOF_STEPS 20000000u /* of the figures that are told */
#define SHORT_BYTES 40u /* where a text of this length takes LOOK_STEPS, it doubles with each character */
#define TRY_BYTES 500u
#define STEPS_A_BYTE 60u /* what a good rule needs for each byte of a text, at most */
#define GROWTH 3.0       /* twice the text, so many times the steps: linear is 2 */
#define LOOPS_MOST 30u

static const char *const ENDS[] = {"!", "\n\u00a7", "a", "1", ""};

/* One way to attack. */
typedef struct {
    guint loop, variant, end;
    gboolean repeats_all;
} Attack;

static char *attack_text(Sampler *sampler, const Attack *attack, gsize length)
{
    g_autofree char *text =
        sampler_attack(sampler, attack->loop, attack->variant, attack->repeats_all, length);
    return *ENDS[attack->end] ? g_strconcat(text, ENDS[attack->end], "\n", sampler_letters(sampler), NULL)
                              : g_steal_pointer(&text);
}

static guint64 steps_on(Linter *linter, guint index, const char *text, guint64 most)
{
    matcher_count(linter->scratch->matcher, most);
    g_ptr_array_unref(lint_find(linter, index, text));
    guint64 steps = matcher_steps(linter->scratch->matcher);
    matcher_count(linter->scratch->matcher, 0);
    return steps;
}

static guint64 steps_of(Linter *linter, guint index, Sampler *sampler, const Attack *attack, gsize length,
                        guint64 most)
{
    g_autofree char *text = attack_text(sampler, attack, length);
    return steps_on(linter, index, text, most);
}

static const char *growth_words(double growth)
{
    return growth < 5    ? "with the square of the text"
           : growth < 10 ? "with its cube"
                         : "with a high power of it";
}

static void tell_exponential(Linter *linter, guint index, Sampler *sampler, const Attack *attack)
{
    g_autofree char *text = attack_text(sampler, attack, SHORT_BYTES);
    lint_add(
        linter, index, "pattern", "slow", text,
        "slow: %zu characters take over %u thousand steps, and each one more doubles them: it gives up on "
        "such mail; "
        "loops in loops take the same characters: let each begin with a sign that the other does not take",
        (gsize)g_utf8_strlen(text, -1), LOOK_STEPS / 1000);
}

/* TRUE when it grows too fast: that is told. */
static gboolean tell_growth(Linter *linter, guint index, Sampler *sampler, const Attack *attack)
{
    guint64 one = steps_of(linter, index, sampler, attack, 1000, PROOF_STEPS);
    guint64 two = steps_of(linter, index, sampler, attack, 2000, PROOF_STEPS);
    double growth = one > 0 ? (double)two / (double)one : 0;
    if (growth < GROWTH || two < 2000u * STEPS_A_BYTE)
        return FALSE;
    g_autofree char *text = attack_text(sampler, attack, 1000);
    lint_add(linter, index, "pattern", "slow", text,
             "slow: 1,000 characters take %" G_GUINT64_FORMAT
             " thousand steps, 2,000 take %s%" G_GUINT64_FORMAT
             " thousand: it grows %s, and gives up on long mail; bound the loop, {1,80} instead of +, or say "
             "what a "
             "match must begin with",
             one / 1000, two >= PROOF_STEPS ? "over " : "", two / 1000, growth_words(growth));
    return TRUE;
}

static gboolean try_attack(Linter *linter, guint index, Sampler *sampler, const Attack *attack)
{
    if (steps_of(linter, index, sampler, attack, SHORT_BYTES, LOOK_STEPS) >= LOOK_STEPS) {
        tell_exponential(linter, index, sampler, attack);
        return TRUE;
    }
    return steps_of(linter, index, sampler, attack, TRY_BYTES, LOOK_STEPS) >=
               (guint64)TRY_BYTES * STEPS_A_BYTE / 4 &&
           tell_growth(linter, index, sampler, attack);
}

void lint_slow(Linter *linter, guint index)
{
    const Rule *rule = lint_rule(linter, index);
    g_autoptr(Sampler) sampler = rule->pattern && rule->finder == FINDER_PATTERN && rule->source < 0
                                     ? sampler_new(rule->pattern)
                                     : NULL;
    guint loops = sampler ? MIN(sampler_loops(sampler), LOOPS_MOST) : 0;
    for (Attack attack = {0}; attack.loop < loops; attack.loop++)
        for (attack.variant = 0; attack.variant < SAMPLE_VARIANTS; attack.variant++)
            for (attack.end = 0; attack.end < G_N_ELEMENTS(ENDS); attack.end++)
                for (guint all = 0; all < 2; all++) {
                    attack.repeats_all = all == 1;
                    if (try_attack(linter, index, sampler, &attack))
                        return;
                }
}
