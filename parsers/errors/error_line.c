#include <parsers/errors/error_line.h>
#include <parsers/errors/piece.h>

#define LOOKED_AT_BYTES 400u /* of a line: what it is shows early; a longer one is data */
#define ANNOUNCE_BYTES_MAX 300u
#define ANNOUNCE_TAIL_BYTES 45 /* the noun stands close to the colon */

/* The opening quotation mark that ends right before `at`, and the mark that closes it. */
static const char *closing_quote(const char *line, const char *at, gsize *out_bytes)
{
    static const char *const quotes[][2] = {{"\"", "\""}, {"'", "'"}, {"`", "`"},   {"“", "”"},
                                            {"„", "“"},   {"«", "»"}, {"« ", " »"}, {"‘", "’"}};
    for (gsize i = 0; i < G_N_ELEMENTS(quotes); i++) {
        gsize length = strlen(quotes[i][0]);
        if ((gsize)(at - line) >= length && memcmp(at - length, quotes[i][0], length) == 0) {
            *out_bytes = strlen(quotes[i][1]);
            return quotes[i][1];
        }
    }
    return NULL;
}

/* "…ClassNotFoundException: com.example.Foo at start": where all that the exception says is the name of a
 * class, its end; else NULL. */
static const char *named_class_end(Piece piece)
{
    const char *colon = find(piece, "Exception: ");
    if (!colon)
        return NULL;
    const char *at = colon + strlen("Exception: ");
    guint dots = 0;
    for (; at < piece.end && (is_name_character(*at) || *at == '.'); at++)
        dots += *at == '.' && at + 1 < piece.end && is_name_character(at[1]);
    return dots >= 2 && at < piece.end && *at == ' ' && at[-1] != '.' ? at : NULL;
}

/* The end of a message that begins at `at` among words of the writer: its closing quotation mark, else the
 * end of the sentence, else that of the line. */
static const char *inner_end(Piece line, const char *at, gboolean is_in_sentence)
{
    gsize bytes = 0;
    const char *closing = closing_quote(line.at, at, &bytes);
    if (closing) {
        const char *last = NULL;
        for (const char *c = at; (c = memmem(c, (gsize)(line.end - c), closing, bytes)); c++)
            if (c + bytes == line.end || !g_ascii_isalnum(c[bytes]))
                last = last && bytes == 1 && *closing == '\'' ? last : c;
        if (last)
            return last;
    }
    const char *class_end = is_in_sentence ? named_class_end((Piece){at, line.end}) : NULL;
    if (class_end)
        return class_end;
    for (const char *c = at; is_in_sentence && c + 2 < line.end; c++)
        if (strchr(".!?", *c) && c[1] == ' ' && g_ascii_isupper(c[2]))
            return c + (*c != '.');
    return line.end;
}

/* "… it says Error: …": with a capital, behind a word, a quotation mark or a colon. */
static gboolean is_inner_error(Piece line, Piece piece)
{
    if (!begins(piece, "Error: ") && !begins(piece, "Uncaught "))
        return FALSE;
    if (left(piece) < 12 || piece.at - line.at < 2)
        return FALSE;
    char before = piece.at[-1] == ' ' ? piece.at[-2] : piece.at[-1];
    return g_ascii_islower(before) || strchr(":\"'`(>", before) || (guchar)before >= 0x80;
}

/* Back from a place inside a dotted name to its first character. */
static const char *name_start(Piece line, const char *at)
{
    while (at > line.at && (is_name_character(at[-1]) || strchr(".:\\", at[-1])))
        at--;
    while (at < line.end && strchr(".:", *at))
        at++;
    return at;
}

/* Looks before `until` for names of exceptions by their capital endings, which are rare: most lines cost one
 * pass. */
static void look_inside(Piece line, const char *until, ErrorLine *out, const char *text)
{
    const char *least = line.at + 1;
    for (const char *at = least; at < until; at++) {
        if (!g_ascii_isupper(*at) || !strchr("ETFIVU", *at))
            continue;
        const char *start = name_start(line, at);
        if (start < least || strchr("-@/", start[-1]))
            continue;
        least = start + 1;
        Piece piece = {start, line.end};
        if (!piece_is_exception(piece, FALSE) && !is_inner_error(line, piece))
            continue;
        out->kind = LINE_MESSAGE;
        out->is_quoted_inside = TRUE;
        out->message = (gsize)(start - text);
        out->message_end = (gsize)(inner_end(line, start, TRUE) - text);
        return;
    }
}

/* Words with which people point at what follows. */
static gboolean has_hint(Piece line)
{
    static const char *const hints[] = {
        "this",    "follow",  "these",    "get ",     "gets ",  "got ",     "see ",      "show",     "say",
        "read",    "receiv",  "below",    "here",     "output", "log",      "print",     "return",   "give",
        "throw",   "folgend", "dies",     "bekomm",   "kommt",  "erhalt",   "erschein",  "zeigt",    "hier",
        "meldet",  "suivant", "voici",    "cette",    "ce ",    "affiche",  "siguiente", "este ",    "esta ",
        "aparece", "muestra", "seguinte", "esse ",    "mostra", "seguente", "questo",    "volgende", "deze",
        "krijg",   "следующ", "вот",      "następuj", "下",     "次",       "以下",      NULL};
    for (const char *at = line.at; at < line.end; at++) {
        if (!g_ascii_isalpha(*at) ? (guchar)*at < 0xc0 : at > line.at && is_name_character(at[-1]))
            continue;
        for (const char *const *hint = hints; *hint; hint++)
            if (begins_caseless((Piece){at, line.end}, *hint))
                return TRUE;
    }
    return FALSE;
}

/* Where the colon is that ends a line, or NULL. */
static const char *ending_colon(Piece line)
{
    const char *end = line.end;
    while (end > line.at && strchr(" \t*_", end[-1]))
        end--;
    if (end > line.at && end[-1] == ':')
        return end - 1;
    return end - line.at >= 3 && memcmp(end - 3, "：", 3) == 0 ? end - 3 : NULL;
}

/* "We get this error:", "Fehlermeldung:", "the log shows the following:" */
static gboolean is_announcement(Piece line)
{
    static const char *const nouns[] = {
        "error",   "exception", "stack trace", "stacktrace", "traceback", "fehler",    "meldung", "erreur",
        "mensaje", "mensagem",  "erro",        "errore",     "fout",      "ошибк",     "エラー",  "错误",
        "błąd",    "console",   "konsole",     "consola",    "log",       "logs",      "output",  "ausgabe",
        "sortie",  "salida",    "saída",       "backtrace",  "trace",     "protokoll", "crash",   NULL};
    const char *colon = left(line) <= ANNOUNCE_BYTES_MAX ? ending_colon(line) : NULL;
    if (!colon)
        return FALSE;
    Piece tail = {MAX(line.at, colon - ANNOUNCE_TAIL_BYTES), colon};
    for (const char *at = tail.at; at < tail.end; at++) {
        if (!g_ascii_isalpha(*at) ? (guchar)*at < 0xc0 : at > line.at && is_name_character(at[-1]))
            continue;
        for (const char *const *noun = nouns; *noun; noun++)
            if (begins_caseless((Piece){at, tail.end}, *noun))
                return !memchr(at, ' ', (gsize)(colon - at)) || has_hint(line);
    }
    /* German joins its nouns: "die Rückmeldung:". */
    return find(tail, "meldung") && has_hint(line);
}

/* Lines of prose have neither of the signs that nearly all lines of programs have: they cost little. */
static gboolean is_prose(Piece line)
{
    static const char *const signless[] = {"created by ",
                                           "exit status ",
                                           "Segmentation fault",
                                           "thrown in ",
                                           "... ",
                                           "#",
                                           "```",
                                           "---",
                                           "***",
                                           "npm ",
                                           "Uncaught ",
                                           "Unhandled ",
                                           "Duplicate class ",
                                           NULL};
    if (memchr(line.at, ':', left(line)) || memchr(line.at, '(', left(line)) || find(line, "：") ||
        find(line, " 0x"))
        return FALSE;
    return memchr(line.at, ' ', left(line)) && !begins_any(line, signless) && !piece_has_log_sign(line);
}

static LineKind kind_of(Piece line, gboolean is_indented)
{
    if (begins(line, "```"))
        return LINE_FENCE;
    if (piece_is_frame(line, is_indented))
        return LINE_FRAME;
    if (piece_is_chain(line))
        return LINE_CHAIN;
    if (piece_is_opener(line))
        return LINE_OPENER;
    Piece rest = piece_skip_stamp(line);
    if (rest.at != line.at)
        return piece_has_error_level(rest) || piece_is_message(rest, FALSE) ? LINE_LOG_ERROR : LINE_LOG;
    if (piece_is_level_line(line))
        return LINE_LOG_ERROR;
    return piece_is_message(line, TRUE) ? LINE_MESSAGE : LINE_PLAIN;
}

/* "Fehlermeldung: …": the writer's label; the message is behind it. */
static Piece skip_label(Piece line)
{
    static const char *const labels[] = {"error message",
                                         "error text",
                                         "error output",
                                         "exception message",
                                         "fehlermeldung",
                                         "fehlertext",
                                         "message d'erreur",
                                         "message d’erreur",
                                         "mensaje de error",
                                         "mensagem de erro",
                                         "messaggio di errore",
                                         "messaggio d'errore",
                                         "foutmelding",
                                         "felmeddelande",
                                         "сообщение об ошибке",
                                         "Сообщение об ошибке",
                                         "текст ошибки",
                                         "Текст ошибки",
                                         "komunikat błędu",
                                         "エラーメッセージ",
                                         "错误信息",
                                         "錯誤訊息",
                                         NULL};
    for (const char *const *label = labels; *label; label++) {
        if (!begins_caseless(line, *label))
            continue;
        Piece rest = skip_blanks(from(line, strlen(*label)));
        if (piece_has_colon_and_text(rest))
            return skip_blanks(from(rest, begins(rest, ":") ? 1 : 3));
    }
    return line;
}

/* Marks that people and their mail clients put before a pasted line. */
static Piece skip_marks(Piece line)
{
    static const char *const marks[] = {"**", "* ", "- ",   "> ", "`",  "\"", "“",  "„", "«",
                                        "'",  "(",  "[x] ", "❌ ", "✖ ", "✗ ", "× ", NULL};
    for (const char *const *mark = marks; *mark; mark++)
        if (begins(line, *mark) && !begins(line, "```"))
            return skip_blanks(from(line, strlen(*mark)));
    return line;
}

/* A message behind marks or a label of the writer. */
static gboolean look_behind_marks(Piece line, Piece *out_message)
{
    Piece bare = skip_marks(line), message = skip_label(bare);
    if (message.at != bare.at)
        *out_message = skip_marks(message);
    else if (bare.at != line.at && piece_is_message(bare, FALSE))
        *out_message = bare;
    else
        return FALSE;
    return TRUE;
}

static void judge(Piece line, const char *text, ErrorLine *out)
{
    Piece whole = line, message = line;
    line.end = line.at + MIN(left(line), LOOKED_AT_BYTES);
    if (is_prose(line))
        return;
    out->kind = kind_of(line, out->indentation > 0);
    if (out->kind != LINE_PLAIN)
        return;
    if (look_behind_marks(line, &message)) {
        out->kind = LINE_MESSAGE;
        out->is_quoted_inside = TRUE;
        out->message = (gsize)(message.at - text);
        out->message_end = (gsize)(inner_end(whole, message.at, FALSE) - text);
    } else if (is_announcement(whole)) {
        out->kind = LINE_ANNOUNCE;
    } else {
        look_inside(whole, line.end, out, text);
    }
}

ErrorLine error_line_read(const char *text, gsize length, gsize start)
{
    const char *end = memchr(text + start, '\n', length - start);
    ErrorLine line = {.start = start, .end = end ? (gsize)(end - text) : length};
    Piece piece = skip_blanks((Piece){text + start, text + line.end});
    while (piece.end > piece.at && g_ascii_isspace(piece.end[-1]))
        piece.end--;
    line.indentation = (guint)((gsize)(piece.at - text) - start);
    line.message = (gsize)(piece.at - text);
    line.message_end = line.end;
    line.kind = left(piece) > 0 ? LINE_PLAIN : LINE_BLANK;
    if (line.kind == LINE_PLAIN)
        judge(piece, text, &line);
    return line;
}
