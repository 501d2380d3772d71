#include "tnef_private.h"

#include <postern/base/limits.h>
#include <postern/mail.h>

#include <string.h>

#define SIGNATURE 0x223e9f78u
enum { LEVEL_MESSAGE = 1, LEVEL_ATTACHMENT = 2 };

gboolean tnef_is(const guint8 *bytes, gsize length)
{
    Octets octets = {.at = bytes, .left = length};
    guint32 signature = 0;
    return octets_u32(&octets, &signature) && signature == SIGNATURE;
}

static void file_free(gpointer data)
{
    TnefFile *file = data;
    g_free(file->name);
    g_free(file->type);
    g_free(file->content_id);
    g_free(file);
}

void tnef_clear(Tnef *tnef)
{
    char *strings[] = {tnef->charset, tnef->message_class,  tnef->subject, tnef->location,
                       tnef->sender,  tnef->sender_address, tnef->plain,   tnef->html_charset};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    if (tnef->files)
        g_ptr_array_unref(tnef->files);
    *tnef = (Tnef){0};
}

void tnef_note_broken(Tnef *tnef, const char *what)
{
    if (!tnef->broken)
        tnef->broken = what;
}

/* The file at hand, or the next. Never NULL. */
static TnefFile *tnef_file(TnefReader *reader, gboolean is_new)
{
    Tnef *tnef = reader->tnef;
    if (!is_new && tnef->files->len > 0)
        return tnef->files->pdata[tnef->files->len - 1];
    if (tnef->files->len >= LIMIT_PARTS) {
        tnef_note_broken(tnef, "it holds too many files");
        return tnef->files->pdata[tnef->files->len - 1];
    }
    TnefFile *file = g_new0(TnefFile, 1);
    g_ptr_array_add(tnef->files, file);
    reader->has_long_name = FALSE;
    return file;
}

static void tnef_set_charset(Tnef *tnef, guint32 code_page)
{
    g_free(tnef->charset);
    tnef->charset = code_page_charset(code_page);
}

char *code_page_charset(guint32 code_page)
{
    static const struct {
        guint32 page;
        const char *charset;
    } others[] = {{65001, "utf-8"},       {20127, "us-ascii"},    {20866, "koi8-r"},
                  {21866, "koi8-u"},      {10000, "macintosh"},   {10007, "maccyrillic"},
                  {50220, "iso-2022-jp"}, {50221, "iso-2022-jp"}, {50222, "iso-2022-jp"},
                  {50225, "iso-2022-kr"}, {51932, "euc-jp"},      {51949, "euc-kr"},
                  {54936, "gb18030"},     {1200, "utf-16le"},     {0, "windows-1252"}};
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        if (others[i].page == code_page)
            return g_strdup(others[i].charset);
    if (code_page >= 28591 && code_page <= 28605)
        return g_strdup_printf("iso-8859-%u", code_page - 28590);
    return g_strdup_printf("cp%u", code_page);
}

/* An 8-bit string with the NUL that ends it. */
static void take_text(const Octets *data, const Tnef *tnef, char **out)
{
    MapiProperty text = {.type = MAPI_STRING8, .value = *data};
    g_free(*out);
    *out = mapi_text(&text, tnef->charset);
    if (!**out)
        g_clear_pointer(out, g_free);
}

/* Year, month, day, hour, minute, second, day of the week: 16 bits each, in nobody's time zone. */
static gint64 read_date(Octets data)
{
    guint16 part[6];
    for (guint i = 0; i < G_N_ELEMENTS(part); i++)
        if (!octets_u16(&data, &part[i]))
            return 0;
    g_autoptr(GDateTime) when = g_date_time_new_utc(part[0], part[1], part[2], part[3], part[4], part[5]);
    return when ? g_date_time_to_unix(when) * G_USEC_PER_SEC : 0;
}

static void take_message(TnefReader *reader, guint16 id, const Octets *data)
{
    Tnef *tnef = reader->tnef;
    Octets page = *data;
    guint32 number = 0;
    switch (id) {
    case 0x9007: /* attOemCodepage */
        if (octets_u32(&page, &number) && number)
            tnef_set_charset(tnef, number);
        break;
    case 0x8004: /* attSubject */
        if (!tnef->subject)
            take_text(data, tnef, &tnef->subject);
        break;
    case 0x8008: /* attMessageClass */
        if (!tnef->message_class)
            take_text(data, tnef, &tnef->message_class);
        break;
    case 0x800c: /* attBody */
        if (!tnef->plain)
            take_text(data, tnef, &tnef->plain);
        break;
    case 0x0006: /* attDateStart */
        tnef->starts_us = tnef->starts_us ? tnef->starts_us : read_date(*data);
        break;
    case 0x0007: /* attDateEnd */
        tnef->ends_us = tnef->ends_us ? tnef->ends_us : read_date(*data);
        break;
    case 0x8005: /* attDateSent */
        tnef->sent_us = tnef->sent_us ? tnef->sent_us : read_date(*data);
        break;
    case 0x9003: /* attMsgProps */
        tnef_take_properties(reader, *data);
        break;
    default:
        break;
    }
}

static void take_attachment(TnefReader *reader, guint16 id, const Octets *data)
{
    TnefFile *file = tnef_file(reader, id == 0x9002); /* attAttachRenddata */
    switch (id) {
    case 0x800f: /* attAttachData */
        if (file->data.left == 0 || file->kind == TNEF_FILE)
            file->data = *data;
        break;
    case 0x8010: /* attAttachTitle */
        if (!file->name)
            take_text(data, reader->tnef, &file->name);
        break;
    case 0x9001: /* attAttachTransportFilename */
        if (!reader->has_long_name)
            take_text(data, reader->tnef, &file->name);
        break;
    case 0x9005: /* attAttachment */
        tnef_take_file_properties(reader, file, *data);
        break;
    default:
        break;
    }
}

static guint16 sum_of(const Octets *data)
{
    guint32 sum = 0;
    for (gsize i = 0; i < data->left; i++)
        sum += data->at[i];
    return (guint16)sum;
}

/* FALSE where nothing more can be read. */
static gboolean take_attribute(TnefReader *reader, Octets *octets)
{
    const guint8 *level;
    guint16 id, type, sum = 0;
    guint32 length;
    Octets data;
    if (!octets_take(octets, 1, &level) || (*level != LEVEL_MESSAGE && *level != LEVEL_ATTACHMENT)) {
        tnef_note_broken(reader->tnef, "something else stands behind what could be read");
        return FALSE;
    }
    if (!octets_u16(octets, &id) || !octets_u16(octets, &type) || !octets_u32(octets, &length)) {
        tnef_note_broken(reader->tnef, "it ends too early");
        return FALSE;
    }
    gboolean is_cut = length > octets->left;
    octets_part(octets, MIN(length, octets->left), &data);
    if (is_cut)
        tnef_note_broken(reader->tnef, "it ends too early");
    else if (!octets_u16(octets, &sum) || sum != sum_of(&data))
        reader->tnef->doubt = "a check sum is wrong";
    if (*level == LEVEL_MESSAGE)
        take_message(reader, id, &data);
    else
        take_attachment(reader, id, &data);
    return !is_cut;
}

/* Some writers end with a few octets of nothing. */
static gboolean is_filling(const Octets *octets)
{
    for (gsize i = 0; i < octets->left; i++)
        if (octets->at[i] != 0 && !g_ascii_isspace(octets->at[i]))
            return FALSE;
    return TRUE;
}

void tnef_read(const guint8 *bytes, gsize length, Tnef *out)
{
    Octets octets = {.at = bytes, .left = length};
    TnefReader reader = {.tnef = out};
    *out = (Tnef){.files = g_ptr_array_new_with_free_func(file_free), .charset = g_strdup("windows-1252")};
    if (!tnef_is(bytes, length) || !octets_skip(&octets, 6)) {
        tnef_note_broken(out, "it has no beginning");
        return;
    }
    while (octets.left > 0 && !is_filling(&octets))
        if (!take_attribute(&reader, &octets))
            break;
}
