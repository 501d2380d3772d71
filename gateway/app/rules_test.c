#include "gateway/app/rules_verbs.h"

#include <postern/base/clean.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define NEAR_MOST 5u /* of one example */

/* "expected  4821", its further lines below each other. */
static void print_lines(const char *label, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        g_autofree char *lead = g_strdup_printf("  %-10s", i ? "" : label);
        g_autofree char *spaced = g_strdelimit(g_strdup(lines[i]), "\t", ' ');
        gsize blanks = strspn(spaced, " ");
        g_autofree char *clean = clean_terminal(spaced + blanks);
        printf("%s%s%s%*s%s\n", style_dim(), lead, style_off(), (int)blanks, "", clean);
    }
}

static gboolean has_line(char **lines, const char *line)
{
    return g_strv_contains((const char *const *)lines, line);
}

/* "missing" what only `lines` has. */
static void print_only(const char *label, char **lines, char **others)
{
    for (guint i = 0; lines[i]; i++) {
        if (has_line(others, lines[i]) || strcmp(lines[i], "nothing") == 0)
            continue;
        print_lines(label, lines[i]);
    }
}

/* Where several values stand beside each other, the one that makes the difference is hard to see. */
static void print_difference(const RulesExample *example)
{
    g_auto(GStrv) expected = g_strsplit(example->expected, "\n", -1);
    g_auto(GStrv) found = g_strsplit(example->found, "\n", -1);
    print_lines("expected", example->expected);
    print_lines("found", example->found);
    if (g_strv_length(expected) + g_strv_length(found) <= 2)
        return;
    print_only("missing", expected, found);
    print_only("too much", found, expected);
}

static void print_near(const GPtrArray *candidates)
{
    for (guint i = 0; i < MIN(candidates->len, NEAR_MOST); i++) {
        const Candidate *candidate = candidates->pdata[i];
        g_autofree char *text = g_strdup_printf("'%s' at %" G_GSIZE_FORMAT "-%" G_GSIZE_FORMAT ", %s: %s",
                                                candidate->raw, candidate->start, candidate->end,
                                                candidate_fate_name(candidate->fate), candidate->why);
        print_lines(i ? "" : "nearly", text);
    }
}

static void print_failure(const char *file, const RulesExample *example)
{
    g_autofree char *name = clean_terminal(file);
    g_autofree char *of = example->field
                              ? g_strdup_printf("rule '%s' of field '%s'", example->rule, example->field)
                              : g_strdup(example->rule);
    printf("%s%s:%u: FAIL %s%s\n", style_bold(), name, example->line, of, style_off());
    print_lines("text", example->text);
    print_difference(example);
    print_near(example->candidates);
    putchar('\n');
}

static Json *near_json(const GPtrArray *candidates)
{
    Json *array = json_make_array();
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = candidates->pdata[i];
        Json *object = json_make_object();
        json_put_text(object, "raw", candidate->raw);
        json_put_text(object, "value", candidate->value);
        json_put_integer(object, "start", (gint64)candidate->start);
        json_put_integer(object, "end", (gint64)candidate->end);
        json_put_text(object, "fate", candidate_fate_name(candidate->fate));
        json_put_text(object, "why", candidate->why);
        json_add(array, object);
    }
    return array;
}

static Json *example_json(const char *file, const RulesExample *example)
{
    Json *object = json_make_object();
    json_put_text(object, "rule", example->rule);
    json_put_integer(object, "line", example->line);
    json_put_boolean(object, "passed", example->passed);
    json_put_text(object, "text", example->text);
    json_put_text(object, "expected", example->expected);
    json_put_text(object, "found", example->found);
    json_put_text(object, "field", example->field);
    json_put_text(object, "file", file);
    json_put(object, "nearly", near_json(example->candidates));
    return object;
}

int rules_test(Command *command)
{
    g_autoptr(RuleSet) rules = rules_verb_set(command, command->argc > 0 ? command->argv[0] : NULL);
    if (!rules)
        return EX_CONFIG;
    g_autoptr(GPtrArray) examples = rules_run_examples(rules);
    Json *array = command->json ? json_make_array() : NULL;
    guint failed = 0;
    for (guint i = 0; i < examples->len; i++) {
        const RulesExample *example = examples->pdata[i];
        failed += !example->passed;
        if (array)
            json_add(array, example_json(rules_file(rules), example));
        else if (!example->passed)
            print_failure(rules_file(rules), example);
    }
    if (array)
        command_print_json(array, FALSE);
    else
        printf("%u examples, %u failed\n", examples->len, failed);
    return failed ? 1 : EX_OK;
}
