#include <parsers/errors/error_line.h>
#include <parsers/errors/print_parts.h>
#include <postern/base/digest.h>
#include <postern/error_print.h>

#define LINES_MAX 400u
#define MESSAGES_MAX 4u /* of a chain of causes */
#define JOINED_MAX 8u   /* lines that a mail client or the program broke one message into */
#define WORDS_LEAST 2u  /* that tell one error from another */
#define BYTES_LEAST 12u
#define HASH_BYTES 8u

typedef struct {
    const char *text;
    GArray *lines; /* ErrorLine */
    gboolean has_frames, has_messages;
    gboolean is_python; /* the innermost call stands last */
    GString *messages;
    guint count;
    GString *frame; /* the innermost call of the last cause */
    gboolean is_frame_final;
} Print;

static Piece piece_of(const Print *print, guint index)
{
    const ErrorLine *line = &g_array_index(print->lines, ErrorLine, index);
    Piece piece = skip_blanks((Piece){print->text + line->start, print->text + line->end});
    while (begins(piece, "> "))
        piece = skip_blanks(from(piece, 2));
    while (left(piece) > 0 && g_ascii_isspace(piece.end[-1]))
        piece.end--;
    return piece;
}

static LineKind kind_of(const Print *print, guint index)
{
    return index < print->lines->len ? g_array_index(print->lines, ErrorLine, index).kind : LINE_BLANK;
}

/* The text without colours of a terminal, also where the cleaner took their first byte away: "[31m". */
static char *without_colours(const char *text)
{
    gsize length = strnlen(text, ERROR_PRINT_BYTES_MAX);
    GString *plain = g_string_sized_new(length + 1);
    for (const char *at = text, *end = text + length; at < end;) {
        const char *behind = at + (*at == '\x1b');
        if (behind < end && *behind == '[') {
            const char *number = ++behind;
            while (behind < end && (g_ascii_isdigit(*behind) || *behind == ';'))
                behind++;
            if (behind < end && (behind > number || *at == '\x1b') && strchr("mKJ", *behind) &&
                (*behind == 'm' || *at == '\x1b')) {
                at = behind + 1;
                continue;
            }
        }
        g_string_append_c(plain, *at++);
    }
    return g_string_free(plain, FALSE);
}

static void read_lines(Print *print)
{
    gsize length = strlen(print->text);
    for (gsize start = 0; start < length && print->lines->len < LINES_MAX;) {
        ErrorLine line = error_line_read(print->text, length, start);
        Piece piece = skip_blanks((Piece){print->text + line.start, print->text + line.end});
        if (line.kind == LINE_PLAIN && piece_is_frame(piece, line.indentation > 0))
            line.kind = LINE_FRAME;
        print->has_frames |= line.kind == LINE_FRAME;
        print->has_messages |= line.kind == LINE_MESSAGE || line.kind == LINE_LOG_ERROR;
        print->is_python |= line.kind == LINE_OPENER && print->text[line.message] == 'T';
        g_array_append_val(print->lines, line);
        start = line.end + 1;
    }
}

static gboolean is_said_already(const Print *print, const char *message)
{
    g_auto(GStrv) said = g_strsplit(print->messages->str, "\n", -1);
    return g_strv_contains((const char *const *)said, message);
}

/* A message and the lines that it goes on in, until the calls begin. */
static void add_message(Print *print, Piece first, guint *index, gboolean joins)
{
    g_autoptr(GString) joined = g_string_new_len(first.at, (gssize)left(first));
    for (guint i = 0; joins && i < JOINED_MAX && kind_of(print, *index + 1) == LINE_PLAIN; i++) {
        Piece next = piece_of(print, ++*index);
        if (left(next) > 0 && strchr("}^~", *next.at))
            continue;
        g_string_append_c(joined, ' ');
        g_string_append_len(joined, next.at, (gssize)left(next));
    }
    if (begins(first, "FATAL EXCEPTION: ") && print->has_frames)
        return; /* Android: a thread and a process; the exception comes below */
    Piece message = print_skip_prefix((Piece){joined->str, joined->str + joined->len});
    if (print->count >= MESSAGES_MAX)
        return;
    g_autoptr(GString) words = g_string_new(NULL);
    print_words_append(words, message);
    if (words->len == 0 || is_said_already(print, words->str))
        return;
    if (print->count++ > 0)
        g_string_append_c(print->messages, '\n');
    g_string_append(print->messages, words->str);
}

/* The call of a frame: the first that says something; of Python the last, until the next traceback. */
static void take_frame(Print *print, guint index)
{
    if (print->is_frame_final || (print->frame->len > 0 && !print->is_python))
        return;
    g_autoptr(GString) frame = g_string_new(NULL);
    Piece line = piece_of(print, index);
    gboolean is_go = find(line, ".go:") && index > 0;
    gboolean is_named =
        is_go ? print_frame_go_append(frame, piece_of(print, index - 1)) : print_frame_append(frame, line);
    if (is_named)
        g_string_assign(print->frame, frame->str);
}

/* "Caused by: …": the calls of the cause count, not those of who passed it on. */
static void take_chain(Print *print, guint *index)
{
    Piece line = piece_of(print, *index);
    static const char *const silent[] = {
        "--- ", "exit status", "[signal", "note: ", "During ", "The above", NULL};
    if (begins_any(line, silent))
        return;
    g_string_truncate(print->frame, 0);
    add_message(print, line, index, print->has_frames && !begins(line, "---> "));
}

static gboolean is_source_of_frame(const Print *print, guint index)
{
    return index > 0 && (kind_of(print, index - 1) == LINE_FRAME || kind_of(print, index - 1) == LINE_OPENER);
}

/* Plain lines: the message itself where nothing else is one. Lines below a frame are its source. */
static void take_plain(Print *print, guint *index)
{
    Piece line = piece_of(print, *index);
    gboolean names_call =
        kind_of(print, *index + 1) == LINE_FRAME && find(piece_of(print, *index + 1), ".go:");
    if (print->has_frames ? print->count > 0 || is_source_of_frame(print, *index) || names_call
                          : print->count > 0)
        return;
    if (print->has_messages && print->has_frames)
        return;
    add_message(print, line, index, TRUE);
}

static void take_ruby_place(Print *print, Piece line)
{
    if (print->frame->len == 0 && find(line, ":in ") && find(line, "': "))
        print_frame_append(print->frame, line);
}

static void take_line(Print *print, guint *index)
{
    switch (kind_of(print, *index)) {
    case LINE_FRAME:
        take_frame(print, *index);
        break;
    case LINE_CHAIN:
        if (print->is_python && print->frame->len > 0)
            print->is_frame_final = TRUE;
        take_chain(print, index);
        break;
    case LINE_MESSAGE:
    case LINE_LOG_ERROR:
        take_ruby_place(print, piece_of(print, *index));
        add_message(print, piece_of(print, *index), index, TRUE);
        break;
    case LINE_PLAIN:
    case LINE_ANNOUNCE:
        take_plain(print, index);
        break;
    case LINE_LOG:
        if (!print->has_messages)
            add_message(print, piece_of(print, *index), index, FALSE);
        break;
    default:
        break;
    }
}

char *error_normalise(const char *text)
{
    g_autofree char *plain = without_colours(text);
    Print print = {.text = plain,
                   .lines = g_array_new(FALSE, FALSE, sizeof(ErrorLine)),
                   .messages = g_string_new(NULL),
                   .frame = g_string_new(NULL)};
    read_lines(&print);
    for (guint i = 0; i < print.lines->len; i++)
        take_line(&print, &i);
    if (print.frame->len > 0) {
        if (print.messages->len > 0)
            g_string_append_c(print.messages, '\n');
        g_string_append_printf(print.messages, "in %s", print.frame->str);
    }
    g_array_unref(print.lines);
    g_string_free(print.frame, TRUE);
    return g_string_free(print.messages, FALSE);
}

/* Letters and digits in lower case, a blank for everything between them. `out_words` counts them. */
static char *words_of(const char *kept, guint *out_words)
{
    g_autofree char *valid = g_utf8_make_valid(kept, -1);
    g_autofree char *low = g_utf8_strdown(valid, -1);
    GString *words = g_string_new(NULL);
    gboolean is_open = FALSE;
    for (const char *at = low; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isalnum(c) || c == '_' || c == '$') {
            *out_words += !is_open;
            g_string_append_unichar(words, c);
            is_open = TRUE;
        } else if (is_open) {
            g_string_append_c(words, ' ');
            is_open = FALSE;
        }
    }
    return g_strchomp(g_string_free(words, FALSE));
}

/* Scripts without blanks say in one word what others say in many. */
static gboolean tells_enough(const char *words, guint count)
{
    return count >= WORDS_LEAST || (strlen(words) >= BYTES_LEAST && !g_str_is_ascii(words));
}

char *error_print(const char *text)
{
    guint count = 0;
    g_autofree char *kept = error_normalise(text), *words = words_of(kept, &count);
    if (!tells_enough(words, count))
        return NULL;
    guint8 sum[DIGEST_BYTES];
    digest_of(words, strlen(words), sum);
    g_autofree char *hex = digest_hex(sum, HASH_BYTES);
    return g_strconcat(ERROR_PRINT_VERSION ":", hex, NULL);
}
