/* Private to rtf*.c. */
#pragma once

#include "rtf.h"

typedef enum {
    RTF_TEXT,
    RTF_TAG,   /* \*\htmltag: markup of the page */
    RTF_FONTS, /* \fonttbl */
    RTF_IGNORE
} RtfDestination;

/* What the end of a group takes back. */
typedef struct {
    RtfDestination destination;
    gboolean is_doubled; /* \htmlrtf: RTF that repeats what the tags say */
    gboolean is_hidden;
    guint fallback; /* \uc: characters that stand for a \u */
    guint page;     /* code page of octets */
    gint font;
} RtfState;

typedef struct {
    const char *at, *end;
    GString *out;
    gsize limit;
    GString *octets; /* of code page `octets_page`, not yet converted */
    guint octets_page;
    gboolean has_high; /* in `octets`: one beyond ASCII */
    GArray *stack;     /* RtfState */
    guint too_deep;    /* groups below what the stack holds */
    RtfState state;
    GHashTable *fonts;      /* number + 1 → code page */
    GHashTable *converters; /* code page → GIConv, kept open */
    guint page;             /* \ansicpg */
    guint skip;             /* characters that stand for the last \u */
    gunichar high;          /* half of a pair */
    gboolean is_optional;   /* \* */
    gboolean is_html, is_cut;
} Rtf;

void rtf_out_octet(Rtf *rtf, char octet);
void rtf_out_character(Rtf *rtf, gunichar c);
void rtf_out_flush(Rtf *rtf);
void rtf_out_close(Rtf *rtf);
/* A control word; `has_number`: digits stood behind it. */
void rtf_word(Rtf *rtf, const char *word, gboolean has_number, gint number);
