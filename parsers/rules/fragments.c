/* "{{name}}" cannot be a quantifier of PCRE2: those have a number behind one brace. */
#include <parsers/rules/compile.h>

#include <string.h>

#define EXPANDED_BYTES_MAX (16u * 1024) /* fragments of fragments grow by multiplying */
#define REFERENCE_BYTES_MAX 80u

typedef struct {
    const char *name;
    gboolean is_extended; /* written as a block: its blanks and comments do not count */
    gboolean is_broken;
    Expansion expansion;
} Fragment;

static void fragment_free(gpointer data)
{
    Fragment *fragment = data;
    expansion_clear(&fragment->expansion);
    g_free(fragment);
}

void expansion_clear(Expansion *expansion)
{
    if (expansion->text)
        g_string_free(expansion->text, TRUE);
    g_clear_pointer(&expansion->pieces, g_array_unref);
    expansion->text = NULL;
}

const Piece *expansion_piece(const Expansion *expansion, gsize offset)
{
    guint i = expansion->pieces->len - 1;
    while (i > 0 && g_array_index(expansion->pieces, Piece, i).at > offset)
        i--;
    return &g_array_index(expansion->pieces, Piece, i);
}

/* The filling in of one scalar. */
typedef struct {
    Compiler *compiler;
    const YamlNode *node;
    const char *text;
    gsize length;
    const char *fragment; /* whose text this is, or NULL */
    Expansion *out;
    gboolean is_good;
} Filling;

static void add_piece(Filling *filling, gsize offset, gboolean is_whole, const char *text, gsize length)
{
    Piece piece = {filling->out->text->len, filling->node, offset, is_whole, filling->fragment};
    g_array_append_val(filling->out->pieces, piece);
    g_string_append_len(filling->out->text, text, (gssize)length);
}

static void refuse_reference(Filling *filling, gsize offset, const char *name)
{
    GPtrArray *fragments = filling->compiler->fragments;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; fragments && i < fragments->len; i++)
        g_ptr_array_add(names, (gpointer)(gsize)((const Fragment *)fragments->pdata[i])->name);
    g_ptr_array_add(names, NULL);
    const char *meant = problem_did_you_mean(name, (const char *const *)names->pdata);
    const char *of = filling->fragment ? " above this one" : "";
    filling->is_good = FALSE;
    if (meant)
        scalar_problem(filling->compiler, filling->node, offset,
                       "there is no fragment '%s'%s; did you mean '%s'?", name, of, meant);
    else
        scalar_problem(filling->compiler, filling->node, offset,
                       "there is no fragment '%s'%s; write \\{\\{ for the signs themselves", name, of);
}

static const Fragment *fragment_named(const Compiler *compiler, const char *name)
{
    for (guint i = 0; compiler->fragments && i < compiler->fragments->len; i++) {
        const Fragment *fragment = compiler->fragments->pdata[i];
        if (strcmp(fragment->name, name) == 0)
            return fragment;
    }
    return NULL;
}

/* A group, so that what follows the reference counts for all of the piece; with its own way to count blanks,
 * so that it means the same wherever it is used. */
static void fill_in(Filling *filling, gsize offset, const Fragment *fragment)
{
    const Expansion *inner = &fragment->expansion;
    Expansion *out = filling->out;
    if (out->text->len + inner->text->len > EXPANDED_BYTES_MAX) {
        filling->is_good = FALSE;
        scalar_problem(filling->compiler, filling->node, offset,
                       "with its fragments the pattern is over %u bytes", EXPANDED_BYTES_MAX);
        return;
    }
    const char *open = fragment->is_extended ? "(?x:" : "(?-x:", *close = fragment->is_extended ? "\n)" : ")";
    add_piece(filling, offset, TRUE, open, strlen(open));
    for (guint i = 0; i < inner->pieces->len; i++) {
        Piece piece = g_array_index(inner->pieces, Piece, i);
        piece.at += out->text->len;
        g_array_append_val(out->pieces, piece);
    }
    g_string_append_len(out->text, inner->text->str, (gssize)inner->text->len);
    add_piece(filling, offset, TRUE, close, strlen(close));
}

/* The length of the reference at `at`; 0 when there is none. */
static gsize reference_length(const Filling *filling, gsize at)
{
    const char *text = filling->text + at;
    gsize length = MIN(filling->length - at, REFERENCE_BYTES_MAX);
    if (length < 4 || strncmp(text, "{{", 2) != 0)
        return 0;
    for (gsize i = 2; i + 1 < length && !strchr("{\n", text[i]); i++)
        if (text[i] == '}')
            return text[i + 1] == '}' && i > 2 ? i + 2 : 0;
    return 0;
}

static void resolve(Filling *filling, gsize at, gsize length)
{
    g_autofree char *name = g_strndup(filling->text + at + 2, length - 4);
    const Fragment *fragment = fragment_named(filling->compiler, g_strstrip(name));
    if (!fragment)
        refuse_reference(filling, at + 2, name);
    else if (fragment->is_broken)
        filling->is_good = FALSE;
    else
        fill_in(filling, at, fragment);
}

static gsize skip_to(const Filling *filling, gsize at, const char *end)
{
    const char *found = g_strstr_len(filling->text + at, (gssize)(filling->length - at), end);
    return found ? (gsize)(found - filling->text) + strlen(end) : filling->length;
}

/* Behind the "]" of the class that begins at `at`. */
static gsize skip_class(Filling *filling, gsize at)
{
    const char *text = filling->text;
    gsize from = at + 1;
    from += from < filling->length && text[from] == '^';
    for (gsize i = from; i < filling->length; i++) {
        if (text[i] == '\\')
            i++;
        else if (text[i] == '[' && i + 1 < filling->length && strchr(":.=", text[i + 1]))
            i = skip_to(filling, i + 2, (const char[]){text[i + 1], ']', '\0'}) - 1;
        else if (text[i] == ']' && i > from)
            return i + 1;
        else if (reference_length(filling, i) > 0) {
            filling->is_good = FALSE;
            scalar_problem(filling->compiler, filling->node, i, "a fragment cannot stand between [ and ]");
            return filling->length;
        }
    }
    return filling->length;
}

/* What begins at `at` and is no place for a reference; `at` itself when a reference may stand there. */
static gsize skip_other(Filling *filling, gsize at, gboolean is_extended)
{
    switch (filling->text[at]) {
    case '\\':
        return at + 1 < filling->length && filling->text[at + 1] == 'Q' ? skip_to(filling, at + 2, "\\E")
                                                                        : MIN(at + 2, filling->length);
    case '#':
        return is_extended ? skip_to(filling, at, "\n") : at;
    case '[':
        return skip_class(filling, at);
    default:
        return at;
    }
}

static void fill(Filling *filling, gboolean is_extended)
{
    gsize from = 0, at = 0;
    while (at < filling->length) {
        gsize behind = skip_other(filling, at, is_extended), length;
        if (behind > at) {
            at = behind;
        } else if ((length = reference_length(filling, at)) > 0) {
            add_piece(filling, from, FALSE, filling->text + from, at - from);
            resolve(filling, at, length);
            from = at = at + length;
        } else {
            at++;
        }
    }
    add_piece(filling, from, FALSE, filling->text + from, at - from);
}

static gboolean expand(Compiler *compiler, const YamlNode *node, const char *fragment, gboolean is_extended,
                       Expansion *out)
{
    g_autofree char *text = NULL;
    if (!yaml_text(compiler->document, node, &text, compiler->problems))
        return FALSE;
    gsize length = strlen(text);
    /* The line end that closes a block is none of the pattern's. */
    if (node->is_block && g_str_has_suffix(text, "\n"))
        length--;
    *out = (Expansion){g_string_new(NULL), g_array_new(FALSE, FALSE, sizeof(Piece))};
    Filling filling = {compiler, node, text, length, fragment, out, TRUE};
    fill(&filling, is_extended);
    return filling.is_good;
}

gboolean fragments_expand(Compiler *compiler, const YamlNode *node, gboolean is_extended, Expansion *out)
{
    return expand(compiler, node, NULL, is_extended, out);
}

/* A fragment is a pattern by itself: what is wrong in it is said once, here. */
static gboolean compiles(Compiler *compiler, const Fragment *fragment)
{
    const Expansion *expansion = &fragment->expansion;
    gsize offset;
    g_autofree char *message = NULL;
    Pattern *pattern = pattern_compile(expansion->text->str, expansion->text->len,
                                       fragment->is_extended ? PATTERN_EXTENDED : 0, &message, &offset);
    if (pattern) {
        pattern_unref(pattern);
        return TRUE;
    }
    const Piece *piece = expansion_piece(expansion, offset);
    scalar_problem(compiler, piece->node, piece->offset + (piece->is_whole ? 0 : offset - piece->at),
                   "the fragment '%s' does not compile: %s", fragment->name, message);
    return FALSE;
}

static void compile_fragment(Compiler *compiler, const YamlNode *key, const YamlNode *node)
{
    if (!compile_is_name(key->scalar, '-')) {
        refuse(compiler, key,
               "'%s' is no name of a fragment: lower-case letters, digits and '-', first a letter",
               key->scalar);
        return;
    }
    Fragment *fragment = g_new0(Fragment, 1);
    fragment->name = key->scalar;
    fragment->is_extended = node->is_block;
    fragment->is_broken =
        !expand(compiler, node, fragment->name, fragment->is_extended, &fragment->expansion) ||
        !compiles(compiler, fragment);
    g_ptr_array_add(compiler->fragments, fragment);
}

void compile_fragments(Compiler *compiler, const YamlNode *node)
{
    if (!node || !compile_is_shared(compiler, node, "fragments"))
        return;
    compiler->fragments = g_ptr_array_new_with_free_func(fragment_free);
    for (guint i = 0; i < node->keys->len; i++)
        compile_fragment(compiler, node->keys->pdata[i], node->values->pdata[i]);
}
