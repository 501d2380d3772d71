#include <parsers/rules/rule_set.h>
#include <postern/base/limits.h>

#include <string.h>

/* Of a long secret so many characters may be seen at each end; one that is shorter than this is
 * hidden whole. */
#define SHOWN_CHARACTERS 2u
#define SHOWN_LEAST 12u

#define SUSPECT_LEAST 6u
#define SUSPECT_LONG 24u

#define OVERLAP_BYTES (20u * 1024) /* longer than any token or private key */

static void secret_free(gpointer data)
{
    char *secret = data;
    explicit_bzero(secret, strlen(secret));
    g_free(secret);
}

GPtrArray *secrets_new(void)
{
    return g_ptr_array_new_with_free_func(secret_free);
}

/* How many bytes at the beginning may be seen: of a ZUID its kind, "55-", which is no secret. 0: nothing at
 * either end. */
static gsize shown_head(const char *bytes, gsize length)
{
    gsize digits = 0;
    if (length < SHOWN_LEAST)
        return 0;
    for (gsize i = 0; i < length; i++)
        if ((guchar)bytes[i] >= 0x80)
            return 0;
    while (digits < 6 && g_ascii_isdigit(bytes[digits]))
        digits++;
    return digits >= 1 && digits <= 5 && bytes[digits] == '-' ? digits + 1 : SHOWN_CHARACTERS;
}

char *secret_shown(const char *value)
{
    gsize length = strlen(value), head = shown_head(value, length);
    if (head == 0)
        return g_strdup("…");
    return g_strdup_printf("%.*s…%s", (int)head, value, value + length - SHOWN_CHARACTERS);
}

void secret_cover(char *bytes, gsize length)
{
    gsize head = shown_head(bytes, length);
    gsize tail = head ? SHOWN_CHARACTERS : 0;
    for (gsize i = head; i + tail < length; i++)
        if (!g_ascii_isspace(bytes[i]))
            bytes[i] = '*';
}

/* A short secret may be a common word: it counts only where it stands alone. */
static gboolean stands_alone(const char *text, gsize length, gsize start, gsize end)
{
    if (end - start >= SHOWN_LEAST)
        return TRUE;
    return (start == 0 || !g_ascii_isalnum(text[start - 1])) &&
           (end >= length || !g_ascii_isalnum(text[end]));
}

static gboolean cover_each(const char *secret, char *text, gsize length)
{
    gboolean is_there = FALSE;
    gsize size = strlen(secret);
    char *at = text;
    while (size > 0 && (at = memmem(at, length - (gsize)(at - text), secret, size))) {
        gsize start = (gsize)(at - text);
        if (stands_alone(text, length, start, start + size)) {
            secret_cover(at, size);
            at += size;
            is_there = TRUE;
        } else {
            at++;
        }
    }
    return is_there;
}

gboolean secrets_cover(const GPtrArray *secrets, char *text, gsize length)
{
    gboolean is_there = FALSE;
    for (guint i = 0; i < secrets->len; i++)
        is_there |= cover_each(secrets->pdata[i], text, length);
    return is_there;
}

/* What no word of a language is: six bytes or more with a digit, a sign that no sentence has, or capitals
 * inside; or very long. */
static gboolean is_suspect(const char *word, gsize length)
{
    gsize strange = 0;
    for (gsize i = 0; i < length; i++)
        strange += g_ascii_isdigit(word[i]) || strchr("!@#$%^&*_+=~/|", word[i]) ||
                   (i > 0 && g_ascii_isupper(word[i]) && !g_ascii_isupper(word[i - 1]));
    return length >= SUSPECT_LEAST && (strange > 0 || length >= SUSPECT_LONG);
}

void suspects_cover(char *text, gsize length)
{
    for (gsize start = 0, end; start < length; start = end + 1) {
        end = start;
        while (end < length && !g_ascii_isspace(text[end]))
            end++;
        if (is_suspect(text + start, end - start))
            secret_cover(text + start, end - start);
    }
}

/* What rule `index` finds in `piece`, covered in `text`. The piece is of a copy, which keeps what other rules
 * have covered already. FALSE when the rule gave up. */
static gboolean cover_rule(const RuleSet *rules, guint index, RulesScratch *scratch, Place *piece, char *text,
                           gint64 deadline_us)
{
    g_autoptr(GPtrArray) hits = g_ptr_array_new_with_free_func((GDestroyNotify)hit_free);
    gboolean is_complete = rule_find(rules, index, scratch, piece, 0, G_MAXUINT, deadline_us, hits);
    scratch->met_secret |= hits->len > 0;
    for (guint i = 0; i < hits->len; i++) {
        const Hit *hit = hits->pdata[i];
        g_autofree char *covered = g_strndup(piece->text + hit->start, hit->end - hit->start);
        secret_cover(covered, hit->end - hit->start);
        for (gsize at = hit->start; at < hit->end; at++)
            if (covered[at - hit->start] == '*')
                text[at] = '*';
    }
    return is_complete;
}

static gsize align(const char *text, gsize at)
{
    while (at > 0 && ((guchar)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

/* Every secret rule over one piece. Rules that give up leave the reason in `reasons`, beside
 * set->secret_rules: then nobody knows what there is, and what may be a secret is covered. */
static void cover_piece(const RuleSet *rules, RulesScratch *scratch, Place *piece, char *text,
                        gint64 deadline_us, const char **reasons)
{
    gboolean is_complete = TRUE;
    for (guint i = 0; i < rules->secret_rules->len; i++) {
        guint rule = g_array_index(rules->secret_rules, guint, i);
        if (!cover_rule(rules, rule, scratch, piece, text, deadline_us)) {
            reasons[i] = matcher_reason(scratch->matcher);
            is_complete = FALSE;
        }
    }
    if (!is_complete)
        suspects_cover(text, piece->length);
}

/* In pieces, because every window of a search may look ahead to the end of its text; they overlap, so that
 * what is cut at one end is whole in the next. */
static void cover_found(const RuleSet *rules, RulesScratch *scratch, char *text, gsize length,
                        gint64 deadline_us, GPtrArray *findings)
{
    g_autofree char *copy = g_strdup(text);
    g_autofree const char **reasons = g_new0(const char *, rules->secret_rules->len + 1);
    for (gsize start = 0, end = 0; end < length;
         start = end < length ? align(copy, end - OVERLAP_BYTES) : end) {
        end = length - start <= LIMIT_RULE_TEXT_BYTES ? length : align(copy, start + LIMIT_RULE_TEXT_BYTES);
        Place *piece = place_new(PLACE_TEXT, "text", copy + start, end - start, rules);
        cover_piece(rules, scratch, piece, text + start, deadline_us, reasons);
        place_free(piece);
    }
    for (guint i = 0; i < rules->secret_rules->len; i++)
        if (reasons[i])
            rule_report(findings, rules->rules->pdata[g_array_index(rules->secret_rules, guint, i)],
                        reasons[i], "while secrets were masked; whatever may be one is covered");
}

/* The rest of a line "/field NAME value", when NAME is a field with secrets; else NULL. */
static char *value_of_command(const RuleSet *rules, char *line)
{
    static const char command[] = "/field";
    line += strspn(line, " \t>|");
    if (g_ascii_strncasecmp(line, command, sizeof command - 1) != 0)
        return NULL;
    char *name = line + sizeof command - 1;
    gsize blanks = strspn(name, " \t");
    name += blanks;
    gsize length = strcspn(name, " \t\n");
    g_autofree char *field = g_ascii_strdown(name, (gssize)length);
    return blanks > 0 && rules_is_secret(rules, field) ? name + length : NULL;
}

/* What an agent says is a secret needs no rule that finds it. */
static gboolean cover_commands(const RuleSet *rules, char *text)
{
    gboolean is_there = FALSE;
    for (char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        char *value = value_of_command(rules, line);
        if (!value)
            continue;
        value += strspn(value, " \t");
        gsize length = strcspn(value, "\n");
        secret_cover(value, length);
        is_there |= length > 0;
    }
    return is_there;
}

void rules_mask(const RuleSet *rules, RulesScratch *scratch, char *text, gint64 deadline_us,
                GPtrArray *findings)
{
    gsize length = strlen(text);
    /* The same rules would find nothing in the same text again. */
    if (!g_ptr_array_find(scratch->quiet, text, NULL))
        cover_found(rules, scratch, text, length, deadline_us, findings);
    scratch->met_secret |= cover_commands(rules, text);
    scratch->met_secret |= secrets_cover(scratch->secrets, text, length);
}

void rules_forget_texts(RulesScratch *scratch)
{
    g_ptr_array_set_size(scratch->quiet, 0);
}

gboolean rules_cover(RulesScratch *scratch, char *text)
{
    gboolean is_there = secrets_cover(scratch->secrets, text, strlen(text));
    scratch->met_secret |= is_there;
    return is_there;
}

gboolean rules_met_secret(const RulesScratch *scratch)
{
    return scratch->met_secret;
}

gboolean rules_is_secret(const RuleSet *rules, const char *field)
{
    for (guint i = 0; i < rules->fields->len; i++) {
        const RuleField *one = rules->fields->pdata[i];
        if (strcmp(one->name, field) == 0)
            return one->is_secret;
    }
    return FALSE;
}

char *rules_secret_shown(const char *value)
{
    return secret_shown(value);
}
