#include <parsers/rules/suggest.h>
#include <postern/base/clean.h>

#include <string.h>

#define SUGGESTIONS_MOST 3u
#define WORDS_MOST 6u
#define EXAMPLES_MOST 3u
#define GAP_CHARACTERS 40u /* between a word and its value */
#define SNIPPET_BEFORE 40u
#define SNIPPET_BEHIND 12u

MarkedMail *marked_mail_new(const char *name, const char *subject, const char *reply)
{
    MarkedMail *mail = g_new0(MarkedMail, 1);
    mail->name = g_strdup(name);
    mail->subject = g_strdup(subject);
    mail->reply = g_strdup(reply);
    mail->values = g_ptr_array_new_with_free_func(g_free);
    return mail;
}

void marked_mail_free(MarkedMail *mail)
{
    if (!mail)
        return;
    g_free(mail->name);
    g_free(mail->subject);
    g_free(mail->reply);
    g_ptr_array_unref(mail->values);
    g_free(mail);
}

void suggestion_free(Suggestion *suggestion)
{
    if (!suggestion)
        return;
    g_free(suggestion->yaml);
    g_free(suggestion->how);
    g_free(suggestion);
}

static gboolean is_edge(const char *text, gsize at, gsize length)
{
    return at == 0 || at >= length || !g_ascii_isalnum(text[at]) || !g_ascii_isalnum(text[at - 1]);
}

/* FALSE when the value does not stand in that text by itself. */
static gboolean mark_in(const char *text, const char *value, GArray *marks)
{
    gsize length = strlen(text), size = strlen(value);
    for (const char *at = text; size > 0 && (at = strstr(at, value)); at++) {
        gsize start = (gsize)(at - text);
        if (!is_edge(text, start, length) || !is_edge(text, start + size, length))
            continue;
        Mark mark = {.text = text, .start = start, .end = start + size, .value = value};
        g_array_append_val(marks, mark);
        return TRUE;
    }
    return FALSE;
}

static GArray *marks_of(const GPtrArray *mails, GPtrArray *missing)
{
    GArray *marks = g_array_new(FALSE, FALSE, sizeof(Mark));
    for (guint i = 0; i < mails->len; i++) {
        const MarkedMail *mail = mails->pdata[i];
        for (guint k = 0; k < mail->values->len; k++) {
            const char *value = mail->values->pdata[k];
            gboolean in_reply = mark_in(mail->reply, value, marks);
            if (!in_reply && !mark_in(mail->subject, value, marks))
                g_ptr_array_add(missing, g_strdup_printf("%s (mail %s)", value, mail->name));
        }
    }
    return marks;
}

/* 'single quotes', as YAML has them. */
static char *quoted(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "'", -1);
    g_autofree char *doubled = g_strjoinv("''", parts);
    return g_strdup_printf("'%s'", doubled);
}

/* A piece of the line around the value: enough to see why it is found. */
static char *snippet(const Mark *mark)
{
    gsize from = mark->start, to = mark->end;
    while (from > 0 && mark->start - from < SNIPPET_BEFORE && mark->text[from - 1] != '\n')
        from--;
    while (from < mark->start && ((guchar)mark->text[from] & 0xc0) == 0x80)
        from++;
    while (mark->text[to] && to - mark->end < SNIPPET_BEHIND && mark->text[to] != '\n')
        to++;
    while (to > mark->end && ((guchar)mark->text[to] & 0xc0) == 0x80)
        to--;
    return clean_line(mark->text + from, (gssize)(to - from), to - from);
}

/* A rule in the making. */
typedef struct {
    const char *field, *ending; /* of its name */
    char *pattern;
    GPtrArray *needs; /* char *, borrowed; or NULL */
    ValueType type;
    char *how;
} Draft;

static void draft_clear(Draft *draft)
{
    g_free(draft->pattern);
    g_clear_pointer(&draft->needs, g_ptr_array_unref);
    g_free(draft->how);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

static char *rule_name(const Draft *draft)
{
    g_autofree char *name = g_strdelimit(g_strdup(draft->field), "_", '-');
    return g_strdup_printf("%s-%s", name, draft->ending);
}

static char *write_rule(const Draft *draft, const GPtrArray *examples)
{
    GString *yaml = g_string_new(NULL);
    g_autofree char *name = rule_name(draft);
    g_autofree char *pattern = quoted(draft->pattern);
    g_string_append_printf(yaml, "      - name: %s\n", name);
    if (draft->needs && draft->needs->len > 0) {
        g_string_append(yaml, "        needs: [");
        for (guint i = 0; i < draft->needs->len; i++) {
            g_autofree char *word = quoted(draft->needs->pdata[i]);
            g_string_append_printf(yaml, "%s%s", i ? ", " : "", word);
        }
        g_string_append(yaml, "]\n        within: 10\n");
    }
    g_string_append_printf(yaml, "        pattern: %s\n        type: %s\n", pattern,
                           value_type_name(draft->type));
    if (examples && examples->len > 0)
        g_string_append(yaml, "        examples:\n");
    for (guint i = 0; examples && i < examples->len; i++)
        g_string_append(yaml, examples->pdata[i]);
    return g_string_free(yaml, FALSE);
}

static char *write_file(const char *yaml, const char *field)
{
    return g_strdup_printf("fields:\n  %s:\n    rules:\n%s", field, yaml);
}

char *suggestion_file(const Suggestion *suggestion, const char *field)
{
    return write_file(suggestion->yaml, field);
}

static RuleSet *compile_draft(const Draft *draft)
{
    g_autofree char *yaml = write_rule(draft, NULL);
    g_autofree char *file = write_file(yaml, draft->field);
    g_autoptr(GPtrArray) problems = problems_new();
    return rules_compile("suggestion", file, strlen(file), problems);
}

/* Fields that the rules find in these texts. */
static GPtrArray *find_in(const RuleSet *rules, RulesScratch *scratch, const char *subject, const char *reply)
{
    GPtrArray *fields = g_ptr_array_new_with_free_func((GDestroyNotify)field_free);
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    const RulesInput input = {.subject = subject, .reply = reply};
    const RulesOutput output = {.fields = fields, .findings = findings};
    rules_find(rules, scratch, &input, &output);
    return fields;
}

static gboolean is_right(const Field *field, const GPtrArray *values)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)(gsize)values, field->value, g_str_equal, NULL) ||
           g_ptr_array_find_with_equal_func((GPtrArray *)(gsize)values, field->raw, g_str_equal, NULL);
}

static void judge(const RuleSet *rules, RulesScratch *scratch, const GPtrArray *mails, Suggestion *out)
{
    for (guint i = 0; i < mails->len; i++) {
        const MarkedMail *mail = mails->pdata[i];
        g_autoptr(GPtrArray) fields = find_in(rules, scratch, mail->subject, mail->reply);
        guint right = 0;
        for (guint k = 0; k < fields->len; k++)
            right += is_right(fields->pdata[k], mail->values);
        out->right += right;
        out->wrong += fields->len - right;
        out->missed += mail->values->len > right ? mail->values->len - right : 0;
    }
}

/* An example of what is found, if the rule finds nothing else in that piece of text. */
static char *example_of(const RuleSet *rules, RulesScratch *scratch, const Mark *mark)
{
    g_autofree char *text = snippet(mark);
    g_autoptr(GPtrArray) fields = find_in(rules, scratch, NULL, text);
    if (fields->len != 1)
        return NULL;
    g_autofree char *shown = quoted(text);
    g_autofree char *finds = quoted(((const Field *)fields->pdata[0])->value);
    return g_strdup_printf("          - text: %s\n            finds: %s\n", shown, finds);
}

static GPtrArray *examples_of(const RuleSet *rules, RulesScratch *scratch, const GArray *marks)
{
    GPtrArray *examples = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < marks->len && examples->len < EXAMPLES_MOST; i++) {
        char *example = example_of(rules, scratch, &g_array_index(marks, Mark, i));
        if (example)
            g_ptr_array_add(examples, example);
    }
    /* The form alone must not be enough where the rule goes by words. */
    const Mark *first = &g_array_index(marks, Mark, 0);
    g_autoptr(GPtrArray) alone = find_in(rules, scratch, NULL, first->value);
    g_autofree char *shown = quoted(first->value);
    if (alone->len == 0)
        g_ptr_array_add(examples,
                        g_strdup_printf("          - text: %s\n            finds: nothing\n", shown));
    return examples;
}

static void add_draft(const Draft *draft, const GPtrArray *mails, const GArray *marks, GPtrArray *out)
{
    g_autoptr(RuleSet) rules = compile_draft(draft);
    if (!rules)
        return;
    g_autoptr(RulesScratch) scratch = rules_scratch_new(rules);
    Suggestion *suggestion = g_new0(Suggestion, 1);
    judge(rules, scratch, mails, suggestion);
    g_autoptr(GPtrArray) examples = examples_of(rules, scratch, marks);
    suggestion->yaml = write_rule(draft, examples);
    suggestion->how = g_strdup(draft->how);
    g_ptr_array_add(out, suggestion);
}

static char *alternatives(const GPtrArray *words)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < words->len; i++)
        g_string_append_printf(text, "%s%s", i ? "|" : "", (const char *)words->pdata[i]);
    return g_string_free(text, FALSE);
}

static void draft_by_words(const char *field, const GPtrArray *mails, const GArray *marks, GPtrArray *out)
{
    g_autoptr(GPtrArray) words = suggest_words(marks, WORDS_MOST);
    if (words->len == 0)
        return;
    g_autofree char *shape = suggest_shape(marks);
    g_autofree char *either = alternatives(words);
    g_auto(Draft) draft = {.field = field, .ending = "after-word", .type = suggest_type(marks)};
    draft.needs = g_ptr_array_ref(words);
    draft.pattern = g_strdup_printf("(?<![\\p{L}\\d])(?i:%s)[^\\n]{0,%u}?(?<![\\w-])(?<value>%s)(?![\\w-])",
                                    either, GAP_CHARACTERS, shape);
    draft.how = g_strdup_printf("by the words before it (%s), which stand before %u of %u marked values",
                                either, suggest_covered(marks, words), marks->len);
    add_draft(&draft, mails, marks, out);
}

static void draft_by_form(const char *field, const GPtrArray *mails, const GArray *marks, GPtrArray *out)
{
    g_autofree char *prefix = NULL, *shape = suggest_shape(marks);
    gboolean has_prefix = suggest_has_prefix(marks, &prefix);
    g_auto(Draft) draft = {.field = field, .ending = "by-form", .type = suggest_type(marks)};
    draft.pattern = g_strdup_printf("(?<![\\w-])(?<value>%s)(?![\\w-])", shape);
    if (has_prefix) {
        draft.needs = g_ptr_array_new();
        g_ptr_array_add(draft.needs, prefix);
    }
    draft.how = has_prefix ? g_strdup_printf("by its form alone: all begin with %s", prefix)
                           : g_strdup("by its form alone");
    add_draft(&draft, mails, marks, out);
}

/* The harmonic mean of precision and recall, in thousandths. */
static guint merit(const Suggestion *suggestion)
{
    guint all = 2 * suggestion->right + suggestion->wrong + suggestion->missed;
    return all ? 2000 * suggestion->right / all : 0;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const Suggestion *one = *(Suggestion *const *)a, *two = *(Suggestion *const *)b;
    return (gint)merit(two) - (gint)merit(one);
}

GPtrArray *rules_suggest(const char *field, const GPtrArray *mails, GPtrArray *missing)
{
    GPtrArray *suggestions = g_ptr_array_new_with_free_func((GDestroyNotify)suggestion_free);
    g_autoptr(GArray) marks = marks_of(mails, missing);
    if (marks->len == 0)
        return suggestions;
    /* Of two that are as good the first is kept: letters of their own say more than words that happen to
     * stand before a few values. */
    g_autofree char *prefix = NULL;
    gboolean form_first = suggest_has_prefix(marks, &prefix);
    if (form_first)
        draft_by_form(field, mails, marks, suggestions);
    draft_by_words(field, mails, marks, suggestions);
    if (!form_first)
        draft_by_form(field, mails, marks, suggestions);
    g_ptr_array_sort(suggestions, compare);
    if (suggestions->len > SUGGESTIONS_MOST)
        g_ptr_array_set_size(suggestions, SUGGESTIONS_MOST);
    return suggestions;
}
