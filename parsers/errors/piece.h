/* Pieces of lines, and the questions that the files of this room ask of them. */
#pragma once

#include <glib.h>
#include <string.h>

/* A piece of text with an end, since lines are not terminated. */
typedef struct {
    const char *at, *end;
} Piece;

static inline gsize left(Piece piece)
{
    return (gsize)(piece.end - piece.at);
}

/* Most comparisons end at the first character. */
static inline gboolean begins(Piece piece, const char *word)
{
    if (piece.at >= piece.end || *piece.at != *word)
        return FALSE;
    gsize length = strlen(word);
    return left(piece) >= length && memcmp(piece.at, word, length) == 0;
}

static inline gboolean begins_caseless(Piece piece, const char *word)
{
    if (piece.at >= piece.end || g_ascii_tolower(*piece.at) != g_ascii_tolower(*word))
        return FALSE;
    gsize length = strlen(word);
    return left(piece) >= length && g_ascii_strncasecmp(piece.at, word, length) == 0;
}

static inline gboolean begins_any(Piece piece, const char *const *words)
{
    for (; *words; words++)
        if (begins(piece, *words))
            return TRUE;
    return FALSE;
}

static inline const char *find(Piece piece, const char *word)
{
    gsize length = strlen(word);
    return piece.at && left(piece) >= length ? memmem(piece.at, left(piece), word, length) : NULL;
}

static inline Piece skip_blanks(Piece piece)
{
    while (piece.at < piece.end && (*piece.at == ' ' || *piece.at == '\t'))
        piece.at++;
    return piece;
}

static inline Piece skip_digits(Piece piece)
{
    while (piece.at < piece.end && g_ascii_isdigit(*piece.at))
        piece.at++;
    return piece;
}

static inline Piece from(Piece piece, gsize bytes)
{
    piece.at += MIN(bytes, left(piece));
    return piece;
}

static inline gboolean is_name_character(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '$';
}

/* error_frame.c */

/* One call of a stack trace. */
gboolean piece_is_frame(Piece line, gboolean is_indented);
/* "Caused by: …" and its like. */
gboolean piece_is_chain(Piece line);
/* "Traceback (most recent call last):" and its like. */
gboolean piece_is_opener(Piece line);
/* ":12", ":12:34", ":line 12" at the end, perhaps before a bracket. */
gboolean piece_ends_in_place(Piece line);

/* error_message.c */

/* Says what went wrong. `may_be_bare`: the name of an exception alone is enough. */
gboolean piece_is_message(Piece line, gboolean may_be_bare);
/* "TypeError: …", "java.io.IOException", "PDOException (42S02): …" */
gboolean piece_is_exception(Piece line, gboolean may_be_bare);
/* ": something"; "：" too. */
gboolean piece_has_colon_and_text(Piece line);
/* Behind the time stamp of a log line; the same piece when there is none. */
Piece piece_skip_stamp(Piece line);
/* The level of a log line among its first words. */
gboolean piece_has_error_level(Piece line);
/* "[error] …", "ERROR in ./src/x.js", "E/AndroidRuntime: …": a level without a time. */
gboolean piece_is_level_line(Piece line);
/* "[error]", "ERROR ": how such a line begins. */
gboolean piece_has_log_sign(Piece line);
