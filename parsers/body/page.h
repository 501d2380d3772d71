/* Text laid out line by line as an HTML reader would see it: margins collapse, white space
 * collapses, quoted lines carry their marks. Knows nothing of HTML's names. */
#pragma once

#include <glib.h>

/* More marks than this in front of a line tell nobody anything, and cost output. */
#define PAGE_QUOTE_DEPTH 16u
#define PAGE_BLANK_LINES 3u /* in a row; more say no more */
/* No code stands further to the right than a screen is wide. */
#define PAGE_INDENT 120u

typedef struct {
    GString *text;
    gsize limit_bytes;
    gboolean is_full;    /* the limit cut something */
    guint depth;         /* quote marks of what comes next */
    guint depth_written; /* of the line being written */
    guint newlines;      /* owed before the next word */
    gboolean blank_owed; /* a collapsed blank before the next word */
    gboolean tab_owed;   /* a cell's border before the next word */
    guint indent;        /* no-break blanks at the start of a line, before its first word */
    gboolean is_open;    /* the line has something on it */
    gboolean delimiter_owed;
    gboolean announcement_owed;
    gssize announcement; /* where the next word stood when a quote was announced, -1 before */
    gboolean mark_owed;  /* remember where the next word stands */
    gssize mark;         /* that place, -1 before */
    GString *bullet;     /* stands before the next word */
} Page;

void page_init(Page *page, gsize limit_bytes);
/* Gives the text; the page is finished then. The caller frees. */
char *page_finish(Page *page);

/* Words with HTML's collapsing, or as they are. */
void page_flow(Page *page, const char *text, gsize length);
void page_verbatim(Page *page, const char *text, gsize length);
/* A blank that does not collapse; a line that holds nothing else is one blank line, as several of them are.
 */
void page_blank(Page *page);
/* A margin of `blank_lines` between what is before and what comes. */
void page_separate(Page *page, guint blank_lines);
/* A forced line end: two of them make a blank line. */
void page_break(Page *page);
/* The next word stands in the next cell of the same line. */
void page_next_cell(Page *page);
/* A signature follows: its delimiter comes before the next word, unless it is there already. */
void page_delimit(Page *page);
/* The place of the next word is wanted; only the first call counts. */
void page_set_mark(Page *page);
/* The next word may begin the attribution of a quote; when one begins a few lines below, its place becomes
 * the mark, unless there is one. */
void page_announce_quote(Page *page);
void page_begin_announced(Page *page);
