#include <parsers/rules/keyed_read.h>

#include <string.h>

/* Tables: a line with the names of columns, and the values below them. Markdown ("| a | b |"), tabs (as pages
 * in HTML become text), columns set with blanks, and commas or semicolons. */
#define CELLS_MAX 40u
#define HEADER_CELL_CHARACTERS 40

typedef enum { TABLE_PIPES, TABLE_TABS, TABLE_BLANKS, TABLE_SEMICOLONS, TABLE_COMMAS, TABLE_KINDS } TableKind;

typedef struct {
    gsize start, end; /* without the blanks around it */
} Cell;
typedef struct {
    gsize line, start, end; /* of the line; of what stands in it */
    guint count;
    Cell cells[CELLS_MAX];
} Row;

typedef struct {
    KeyReader *reader;
    const char *text;
    TableKind kind;
} TableWork;

/* The bytes of what separates two cells at `at`, or 0. */
static const char SIGNS[TABLE_KINDS] = {'|', '\t', ' ', ';', ','};
static gsize separator(const char *text, gsize at, gsize end, TableKind kind)
{
    if (text[at] != SIGNS[kind])
        return 0;
    if (kind != TABLE_BLANKS)
        return 1;
    gsize blanks = strspn(text + at, " ");
    return blanks >= 2 && at + blanks < end ? blanks : 0;
}

static void add_cell(const char *text, Row *row, gsize start, gsize end)
{
    Cell cell = {.start = keyed_skip_blanks(text, start, end), .end = end};
    while (cell.end > cell.start && g_ascii_isspace(text[cell.end - 1]))
        cell.end--;
    if (row->count < CELLS_MAX)
        row->cells[row->count++] = cell;
}

static void split(const TableWork *work, gsize start, gsize end, Row *row)
{
    const char *text = work->text;
    gsize line = start;
    while (start < end && (text[start] == ' ' || text[start] == '>'))
        line = text[start++] == '>' ? start : line;
    while (end > start && text[end - 1] == ' ')
        end--;
    *row = (Row){.line = line, .start = start, .end = end};
    if (end - start > LINE_BYTES_MAX)
        return;
    gboolean is_piped = work->kind == TABLE_PIPES && start < end && text[start] == '|';
    gsize cell = start + is_piped;
    for (gsize at = cell; at < end;) {
        gsize size = separator(text, at, end, work->kind);
        /* A sentence has blanks behind its commas. */
        if (size && (work->kind == TABLE_COMMAS || work->kind == TABLE_SEMICOLONS) && text[at + 1] == ' ') {
            row->count = 0;
            return;
        }
        if (size) {
            add_cell(text, row, cell, at);
            cell = at + size;
        }
        at += MAX(size, 1);
    }
    if (cell < end || !is_piped)
        add_cell(text, row, cell, end);
}

/* "|---|:--:|", "====  ====": no cell of it says anything. */
static gboolean is_ruler(const char *text, const Row *row)
{
    gboolean has_line = FALSE;
    for (gsize at = row->start; at < row->end; at++) {
        if (!strchr("-=+|: \t", text[at]) || text[at] == '\0')
            return FALSE;
        has_line |= text[at] == '-' || text[at] == '=';
    }
    return has_line;
}

static gboolean has_digit(const char *text, const Cell *cell)
{
    for (gsize at = cell->start; at < cell->end; at++)
        if (g_ascii_isdigit(text[at]))
            return TRUE;
    return FALSE;
}

/* The name of a column: a few words, no value. */
static gboolean is_name(const char *text, const Cell *cell)
{
    gsize size = cell->end - cell->start;
    if (size == 0 || g_utf8_strlen(text + cell->start, (gssize)size) > HEADER_CELL_CHARACTERS)
        return FALSE;
    char first = text[cell->start], last = text[cell->end - 1];
    if (g_ascii_isdigit(first) || strchr(":.!?=", last) || memchr(text + cell->start, '@', size))
        return FALSE;
    if (memchr(text + cell->start, ':', size) || memchr(text + cell->start, '=', size))
        return FALSE;
    g_autofree char *folded = keyed_name_fold(text + cell->start, size);
    return *folded != '\0';
}

static gboolean is_header(const TableWork *work, const Row *row)
{
    if (row->count < 2 || row->count >= CELLS_MAX)
        return FALSE;
    for (guint i = 0; i < row->count; i++)
        if (!is_name(work->text, &row->cells[i]))
            return FALSE;
    return TRUE;
}

/* The next line as a row; FALSE at the end of the text or at an empty line. */
static gboolean next_row(const TableWork *work, gsize *at, Row *row)
{
    gsize length = work->reader->length;
    if (*at >= length)
        return FALSE;
    gsize end = keyed_line_end(work->text, length, *at);
    split(work, *at, end, row);
    *at = end + 1;
    return row->end > row->start;
}

/* Does `row` hold values below the names of `header`? With two columns it may be the next pair of a list of
 * keys and values instead: then a name stands in front. */
static gboolean is_below(const TableWork *work, const Row *header, const Row *row)
{
    if (row->count < 2 || (work->kind != TABLE_BLANKS && row->count != header->count))
        return FALSE;
    guint digits = 0;
    for (guint i = 0; i < row->count; i++)
        digits += has_digit(work->text, &row->cells[i]);
    if (header->count == 2 && work->kind <= TABLE_BLANKS)
        return has_digit(work->text, &row->cells[0]);
    return digits > 0 || work->kind < TABLE_BLANKS;
}

static glong column_at(const TableWork *work, const Row *row, guint index)
{
    return g_utf8_strlen(work->text + row->line, (gssize)(row->cells[index].start - row->line));
}

/* Columns set with blanks may be empty: then the place in the line tells which is which. */
static guint column_of(const TableWork *work, const Row *header, const Row *row, guint index)
{
    if (row->count == header->count || work->kind != TABLE_BLANKS)
        return index;
    guint column = 0;
    glong at = column_at(work, row, index);
    while (column + 1 < header->count && column_at(work, header, column + 1) <= at + 1)
        column++;
    return column;
}

static void add_row(const TableWork *work, const Row *header, const Row *row)
{
    for (guint i = 0; i < row->count; i++) {
        guint column = column_of(work, header, row, i);
        if (column >= header->count)
            return;
        const Cell *name = &header->cells[column], *cell = &row->cells[i];
        if (cell->end > cell->start)
            key_reader_add(work->reader, name->start, name->end, cell->start, cell->end, NULL);
    }
    /* Below "Field | Value" stand keys and values. */
    if (row->count == 2 && is_name(work->text, &row->cells[0]))
        key_reader_add(work->reader, row->cells[0].start, row->cells[0].end, row->cells[1].start,
                       row->cells[1].end, NULL);
}

/* The table whose first line is `header`; `*at` is behind that, and becomes what is behind the table. FALSE
 * when it is none. */
static gboolean read_rows(const TableWork *work, const Row *header, gsize *at)
{
    Row row;
    gsize next = *at;
    if (!next_row(work, &next, &row))
        return FALSE;
    gboolean is_sure = is_ruler(work->text, &row);
    if (is_sure && !next_row(work, &next, &row))
        return FALSE;
    if (!is_sure && !is_below(work, header, &row))
        return FALSE;
    do {
        if (!is_ruler(work->text, &row)) {
            if (row.count < 2 || (work->kind != TABLE_BLANKS && row.count != header->count))
                break;
            add_row(work, header, &row);
            key_reader_claim(work->reader, row.start, row.end);
        }
        *at = next;
    } while (next_row(work, &next, &row));
    key_reader_claim(work->reader, header->start, header->end);
    return TRUE;
}

/* "| App ID | 4821 |" */
static void read_pair(const TableWork *work, const Row *row)
{
    if (row->count != 2 || row->cells[1].end == row->cells[1].start ||
        memchr(work->text + row->start, ':', row->end - row->start))
        return;
    key_reader_add(work->reader, row->cells[0].start, row->cells[0].end, row->cells[1].start,
                   row->cells[1].end, NULL);
    key_reader_claim(work->reader, row->start, row->end);
}

static gboolean is_claimed(const KeyReader *reader, gsize start, gsize end)
{
    return memchr(reader->claimed + start, 1, end - start) != NULL;
}

void table_read(KeyReader *reader)
{
    TableWork work = {.reader = reader, .text = reader->text};
    for (gsize at = 0; at < reader->length;) {
        gsize end = keyed_line_end(reader->text, reader->length, at), next = end + 1;
        gboolean is_free = end > at && !is_claimed(reader, at, end);
        for (work.kind = 0; is_free && work.kind < TABLE_KINDS; work.kind++) {
            Row row;
            if (!memchr(reader->text + at, SIGNS[work.kind], end - at))
                continue;
            split(&work, at, end, &row);
            if (row.count < 2)
                continue;
            if (is_header(&work, &row) && read_rows(&work, &row, &next))
                break;
            if (work.kind == TABLE_PIPES)
                read_pair(&work, &row);
        }
        at = next;
    }
}
