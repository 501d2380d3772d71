#include "imap_scan.h"

#include <string.h>

void imap_scan_begin(ImapScan *scan, const char *wanted, guint64 body_most)
{
    scan->wanted = wanted;
    scan->wants_all = FALSE;
    scan->body_most = body_most;
    scan->has_body = FALSE;
    scan->answer_bytes = 0;
    scan->status[0] = scan->copied[0] = '\0';
    scan->status_tag = 0;
    scan->uidvalidity = scan->uidnext = 0;
    scan->highestmodseq = 0;
    scan->is_read_only = scan->may_keep_flags = FALSE;
}

static gboolean refuse(GError **error, ErrorCode code, const char *words)
{
    g_set_error_literal(error, POSTERN_ERROR, code, words);
    return FALSE;
}

static gboolean count_bytes(ImapScan *scan, const char *bytes, gsize length, GError **error)
{
    scan->answer_bytes += length;
    if (scan->answer_bytes > LIMIT_IMAP_ANSWER_BYTES)
        return refuse(error, ERROR_LIMIT, "its answer has no end");
    for (gsize at = 0; at < length; at++)
        scan->parentheses += bytes[at] == '(';
    if (scan->parentheses > LIMIT_IMAP_PARENTHESES)
        return refuse(error, ERROR_LIMIT, "its answer nests parentheses without end");
    return TRUE;
}

static gboolean begins_with(const char *line, gsize length, const char *word)
{
    gsize size = strlen(word);
    return length >= size && g_ascii_strncasecmp(line, word, size) == 0;
}

static const char *find_word(const char *line, gsize length, const char *word)
{
    gsize size = strlen(word);
    for (gsize at = 0; at + size <= length; at++)
        if (g_ascii_strncasecmp(line + at, word, size) == 0)
            return line + at;
    return NULL;
}

static void keep(char *where, gsize size, const char *bytes, gsize length)
{
    gsize kept = MIN(length, size - 1);
    memcpy(where, bytes, kept);
    where[kept] = '\0';
}

static gsize digits(const char *bytes, gsize length)
{
    gsize count = 0;
    while (count < length && g_ascii_isdigit(bytes[count]))
        count++;
    return count;
}

/* "* 5 EXISTS": libetpan forgets to count what comes with other commands' answers. */
static void note_number(ImapScan *scan, const char *line, gsize length)
{
    gsize count = digits(line + 2, length - 2);
    if (count == 0 || count > 10)
        return;
    guint64 number = g_ascii_strtoull(line + 2, NULL, 10);
    const char *word = line + 2 + count;
    gsize left = length - 2 - count;
    if (begins_with(word, left, " EXISTS")) {
        scan->has_news = scan->has_news || number > scan->exists;
        scan->exists = (guint32)MIN(number, G_MAXUINT32);
    } else if (begins_with(word, left, " EXPUNGE")) {
        scan->exists -= scan->exists > 0;
        scan->expunged++;
    }
}

static guint64 number_in(const char *code, guint64 most)
{
    guint64 number = g_ascii_strtoull(code, NULL, 10);
    return number <= most ? number : 0;
}

/* `code` is what stands behind the bracket, and ends with NUL. */
static void note_code(ImapScan *scan, const char *code)
{
    gsize length = strlen(code);
    if (begins_with(code, length, "UIDVALIDITY "))
        scan->uidvalidity = (guint32)number_in(code + 12, G_MAXUINT32);
    else if (begins_with(code, length, "UIDNEXT "))
        scan->uidnext = (guint32)number_in(code + 8, G_MAXUINT32);
    else if (begins_with(code, length, "HIGHESTMODSEQ "))
        scan->highestmodseq = number_in(code + 14, G_MAXUINT64);
    else if (begins_with(code, length, "READ-ONLY]"))
        scan->is_read_only = TRUE;
    else if (begins_with(code, length, "PERMANENTFLAGS "))
        scan->may_keep_flags = find_word(code, length, "\\*") != NULL;
    else if (begins_with(code, length, "COPYUID ")) {
        const char *set = strchr(code + 8, ' ');
        const char *end = set ? strchr(set + 1, ' ') : NULL;
        if (end)
            keep(scan->copied, sizeof scan->copied, set + 1, (gsize)(end - set - 1));
    }
    if (begins_with(code, length, "ALERT]"))
        keep(scan->alert, sizeof scan->alert, code + 6, length - 6);
}

gboolean imap_set_has(const char *set, guint32 uid)
{
    while (g_ascii_isdigit(*set)) {
        char *end;
        guint64 first = g_ascii_strtoull(set, &end, 10), last = first;
        if (*end == ':')
            last = g_ascii_strtoull(end + 1, &end, 10);
        if (MIN(first, last) <= uid && uid <= MAX(first, last))
            return TRUE;
        set = *end == ',' ? end + 1 : end;
    }
    return FALSE;
}

/* "OK [CODE …] text", after the star or the tag. */
static void note_status(ImapScan *scan, const char *line, gsize length)
{
    static const char *const words[] = {"OK ", "NO ", "BAD ", "BYE", "PREAUTH "};
    const char *space = memchr(line, ' ', length);
    const char *status = space ? space + 1 : line + length;
    gsize left = length - (gsize)(status - line);
    for (gsize index = 0; index < G_N_ELEMENTS(words); index++) {
        if (!begins_with(status, left, words[index]))
            continue;
        gsize size = strlen(words[index]);
        keep(scan->status, sizeof scan->status, status, left);
        scan->status_tag = line[0] == '*' ? 0 : g_ascii_strtoull(line, NULL, 10);
        g_autofree char *code =
            left > size && status[size] == '[' ? g_strndup(status + size + 1, left - size - 1) : NULL;
        if (code)
            note_code(scan, code);
    }
}

/* Whether it is the response that the command asked for. */
static gboolean is_wanted(const ImapScan *scan, const char *line, gsize length)
{
    gsize skipped = 2 + digits(line + 2, length - 2);
    skipped += skipped > 2 && skipped < length && line[skipped] == ' ';
    return scan->wanted && begins_with(line + skipped, length - skipped, scan->wanted);
}

/* Names of folders have brackets, and BODY[]. libetpan reads a code wherever it finds a status. */
static gboolean may_have_brackets(const char *line, gsize length)
{
    return begins_with(line, length, "* LIST ") || begins_with(line, length, "* MYRIGHTS ") ||
           (begins_with(line, length, "* ") && length > 2 && g_ascii_isdigit(line[2]));
}

static void blank_brackets(char *line, gsize length)
{
    for (gsize at = 0; at < length; at++)
        if (line[at] == '[')
            line[at] = '.';
}

/* The first line of a response must look like one; libetpan overlooks blanks and so hides what follows. */
static gboolean check_begin(ImapScan *scan, const char *line, gsize length, GError **error)
{
    scan->parentheses = 0;
    gboolean is_untagged = length > 3 && line[0] == '*' && line[1] == ' ' && g_ascii_isalnum(line[2]);
    gsize tag = digits(line, length);
    gboolean is_tagged = tag > 0 && tag < length && line[tag] == ' ';
    if (!is_untagged && !is_tagged && line[0] != '+')
        return refuse(error, ERROR_MALFORMED, "its answer is no IMAP");
    if (is_untagged)
        note_number(scan, line, length);
    if (line[0] != '+')
        note_status(scan, line, length);
    scan->is_dropped = is_untagged && !scan->wants_all && !is_wanted(scan, line, length);
    scan->is_goodbye = is_untagged && begins_with(line + 2, length - 2, "BYE");
    return !scan->is_goodbye || refuse(error, ERROR_TEMPORARY, "it ends the connection");
}

/* The end of the line without its line end and blanks. */
static gsize text_length(const char *line, gsize length)
{
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r' || line[length - 1] == ' ' ||
                          line[length - 1] == '\t'))
        length--;
    return length;
}

/* "{123}" at the end: where it begins, or NULL. */
static const char *literal_at(const char *line, gsize length, guint64 *out_size)
{
    const char *end = line + length - 1;
    const char *at = end;
    if (length > 0 && at > line && at[-1] == '+')
        at--; /* LITERAL+ */
    const char *number_end = at;
    while (at > line && g_ascii_isdigit(at[-1]))
        at--;
    if (at == line || at[-1] != '{' || at == number_end)
        return NULL;
    *out_size = number_end - at > 15 ? G_MAXUINT64 : g_ascii_strtoull(at, NULL, 10);
    return at - 1;
}

/* "* 5 FETCH (… BODY[] {123}": nothing but numbers and flags stands before it, so libetpan sees the literal
 * where we do. */
static gboolean announces_body(const char *line, const char *literal)
{
    gsize length = (gsize)(literal - line);
    gsize count = length > 2 ? digits(line + 2, length - 2) : 0;
    const char *rest = line + 2 + count;
    return line[0] == '*' && count > 0 && begins_with(rest, length - 2 - count, " FETCH (") &&
           !memchr(line, '"', length) && length > 7 && g_ascii_strncasecmp(literal - 7, "BODY[] ", 7) == 0;
}

static gboolean begin_body(ImapScan *scan, guint64 size, GError **error)
{
    if (scan->has_body)
        return refuse(error, ERROR_MALFORMED, "it sends two mails where one was asked for");
    scan->has_body = TRUE;
    if (size <= scan->body_most)
        return TRUE;
    g_set_error(error, POSTERN_ERROR, ERROR_LIMIT, "the mail has %" G_GUINT64_FORMAT " bytes", size);
    return FALSE;
}

static gboolean check_end(ImapScan *scan, const char *line, gsize length, GError **error)
{
    guint64 size = 0;
    length = text_length(line, length);
    /* Whatever libetpan could take for a literal keeps the count of parentheses going. */
    scan->is_continued = length > 0 && line[length - 1] == '}';
    const char *literal = scan->is_continued ? literal_at(line, length, &size) : NULL;
    if (!literal)
        return TRUE;
    scan->literal_is_body = scan->body_most > 0 && announces_body(line, literal);
    scan->literal_left = size;
    if (scan->literal_is_body)
        return begin_body(scan, size, error);
    return size <= LIMIT_IMAP_LITERAL_BYTES ||
           refuse(error, ERROR_LIMIT, "it announces a literal that is too long");
}

gboolean imap_scan_line(ImapScan *scan, char *line, gsize length, GError **error)
{
    if (memchr(line, '\0', length))
        return refuse(error, ERROR_MALFORMED, "its answer has a NUL byte");
    if (!scan->is_continued && !check_begin(scan, line, length, error))
        return FALSE;
    if (!scan->is_continued && !may_have_brackets(line, length))
        blank_brackets(line, length);
    return count_bytes(scan, line, length, error) && check_end(scan, line, length, error);
}

gboolean imap_scan_literal(ImapScan *scan, const char *bytes, gsize length, GError **error)
{
    scan->literal_left -= length;
    return scan->literal_is_body || count_bytes(scan, bytes, length, error);
}
