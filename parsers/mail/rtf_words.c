#include "rtf_private.h"

#include <postern/base/limits.h>

#include <string.h>

#define MOST_FONTS 1000u /* of one letter: Windows has some hundred */

typedef enum { WORD_CHARACTER, WORD_LINE, WORD_IGNORE } WordKind;
static const struct {
    const char *word;
    WordKind kind;
    gunichar character;
} words[] = {
    {"bullet", WORD_CHARACTER, 0x2022},
    {"cell", WORD_CHARACTER, '\t'},
    {"emdash", WORD_CHARACTER, 0x2014},
    {"emspace", WORD_CHARACTER, 0x2003},
    {"endash", WORD_CHARACTER, 0x2013},
    {"enspace", WORD_CHARACTER, 0x2002},
    {"ldblquote", WORD_CHARACTER, 0x201c},
    {"lquote", WORD_CHARACTER, 0x2018},
    {"ltrmark", WORD_CHARACTER, 0x200e},
    {"rdblquote", WORD_CHARACTER, 0x201d},
    {"rquote", WORD_CHARACTER, 0x2019},
    {"rtlmark", WORD_CHARACTER, 0x200f},
    {"tab", WORD_CHARACTER, '\t'},
    {"zwj", WORD_CHARACTER, 0x200d},
    {"zwnj", WORD_CHARACTER, 0x200c},
    {"line", WORD_LINE, 0},
    {"page", WORD_LINE, 0},
    {"par", WORD_LINE, 0},
    {"row", WORD_LINE, 0},
    {"sect", WORD_LINE, 0},
    {"colortbl", WORD_IGNORE, 0},
    {"filetbl", WORD_IGNORE, 0},
    {"footer", WORD_IGNORE, 0},
    {"footerf", WORD_IGNORE, 0},
    {"footerl", WORD_IGNORE, 0},
    {"footerr", WORD_IGNORE, 0},
    {"header", WORD_IGNORE, 0},
    {"headerf", WORD_IGNORE, 0},
    {"headerl", WORD_IGNORE, 0},
    {"headerr", WORD_IGNORE, 0},
    {"info", WORD_IGNORE, 0},
    {"nonshppict", WORD_IGNORE, 0},
    {"objdata", WORD_IGNORE, 0},
    {"pict", WORD_IGNORE, 0},
    {"private", WORD_IGNORE, 0},
    {"revtbl", WORD_IGNORE, 0},
    {"stylesheet", WORD_IGNORE, 0},
    {"tc", WORD_IGNORE, 0},
    {"xe", WORD_IGNORE, 0},
};

/* \fcharset (the numbers of Windows) and the code page of each. */
static guint page_of_charset(const Rtf *rtf, gint number)
{
    static const struct {
        gint number;
        guint page;
    } pages[] = {{0, 1252},   {2, 1252},   {77, 10000}, {128, 932},  {129, 949},  {130, 1361}, {134, 936},
                 {136, 950},  {161, 1253}, {162, 1254}, {163, 1258}, {177, 1255}, {178, 1256}, {186, 1257},
                 {204, 1251}, {222, 874},  {238, 1250}, {254, 437},  {255, 850}};
    for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
        if (pages[i].number == number)
            return pages[i].page;
    return rtf->page;
}

static guint page_of_font(const Rtf *rtf, gint font)
{
    gpointer page = g_hash_table_lookup(rtf->fonts, GINT_TO_POINTER(font));
    return page ? GPOINTER_TO_UINT(page) : rtf->page;
}

static void set_font(Rtf *rtf, gint font)
{
    rtf->state.font = font;
    if (rtf->state.destination != RTF_FONTS)
        rtf->state.page = page_of_font(rtf, font);
}

static void set_font_charset(Rtf *rtf, gint number)
{
    if (rtf->state.destination == RTF_FONTS && g_hash_table_size(rtf->fonts) < MOST_FONTS)
        g_hash_table_insert(rtf->fonts, GINT_TO_POINTER(rtf->state.font),
                            GUINT_TO_POINTER(page_of_charset(rtf, number)));
}

/* Signed, as 16 bits were once. */
static void take_unicode(Rtf *rtf, gint number)
{
    rtf_out_character(rtf, (gunichar)(number < 0 ? number + 0x10000 : number) & 0x1fffff);
    rtf->skip = rtf->state.fallback;
}

/* TRUE: the word begins a group that is not what it seems. */
static gboolean take_destination(Rtf *rtf, const char *word)
{
    gboolean is_optional = rtf->is_optional;
    rtf->is_optional = FALSE;
    if (rtf->state.destination == RTF_IGNORE)
        return TRUE;
    if (strcmp(word, "fonttbl") == 0)
        rtf->state.destination = RTF_FONTS;
    else if (is_optional)
        rtf->state.destination = strcmp(word, "htmltag") == 0 && rtf->is_html ? RTF_TAG : RTF_IGNORE;
    else
        return FALSE;
    return TRUE;
}

static gboolean take_number(Rtf *rtf, const char *word, gboolean has_number, gint number)
{
    if (strcmp(word, "u") == 0)
        take_unicode(rtf, number);
    else if (strcmp(word, "uc") == 0)
        rtf->state.fallback = (guint)CLAMP(number, 0, 16);
    else if (strcmp(word, "f") == 0)
        set_font(rtf, number);
    else if (strcmp(word, "fcharset") == 0)
        set_font_charset(rtf, number);
    else if (strcmp(word, "htmlrtf") == 0)
        rtf->state.is_doubled = !has_number || number != 0;
    else if (strcmp(word, "fromhtml") == 0)
        rtf->is_html = TRUE;
    else if (strcmp(word, "v") == 0)
        rtf->state.is_hidden = !has_number || number != 0;
    else if (strcmp(word, "ansicpg") == 0 && number > 0)
        rtf->page = rtf->state.page = (guint)number;
    else
        return FALSE;
    return TRUE;
}

static void take_listed(Rtf *rtf, const char *word)
{
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(word, words[i].word) != 0)
            continue;
        if (words[i].kind == WORD_CHARACTER)
            rtf_out_character(rtf, words[i].character);
        else if (words[i].kind == WORD_LINE)
            rtf_out_character(rtf, '\n');
        else
            rtf->state.destination = RTF_IGNORE;
        return;
    }
}

void rtf_word(Rtf *rtf, const char *word, gboolean has_number, gint number)
{
    if (take_destination(rtf, word) || take_number(rtf, word, has_number, number))
        return;
    if (strcmp(word, "plain") == 0) {
        rtf->state.is_hidden = FALSE;
        return;
    }
    take_listed(rtf, word);
}
