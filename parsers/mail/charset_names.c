#include "charset.h"

#include <string.h>

/* Labels as mail has them, in their usual mistakes. Supersets stand for their subsets: what is labelled
 * iso-8859-1 has the quotes of windows-1252 often, and gb2312 the characters of gb18030. */
static const CharsetName names[] = {
    {"utf8", "UTF-8", CHARSET_UTF8},
    {"unicode11utf8", "UTF-8", CHARSET_UTF8},
    {"utf8mb4", "UTF-8", CHARSET_UTF8},
    {"usascii", "WINDOWS-1252", CHARSET_ASCII},
    {"ascii", "WINDOWS-1252", CHARSET_ASCII},
    {"ansix341968", "WINDOWS-1252", CHARSET_ASCII},
    {"iso646us", "WINDOWS-1252", CHARSET_ASCII},
    {"iso88591", "WINDOWS-1252", CHARSET_SINGLE},
    {"88591", "WINDOWS-1252", CHARSET_SINGLE},
    {"latin1", "WINDOWS-1252", CHARSET_SINGLE},
    {"l1", "WINDOWS-1252", CHARSET_SINGLE},
    {"ansi", "WINDOWS-1252", CHARSET_SINGLE},
    {"windows1252", "WINDOWS-1252", CHARSET_SINGLE},
    {"cp1252", "WINDOWS-1252", CHARSET_SINGLE},
    {"xansi", "WINDOWS-1252", CHARSET_SINGLE},
    {"iso88592", "ISO-8859-2", CHARSET_SINGLE},
    {"latin2", "ISO-8859-2", CHARSET_SINGLE},
    {"iso88593", "ISO-8859-3", CHARSET_SINGLE},
    {"iso88594", "ISO-8859-4", CHARSET_SINGLE},
    {"iso88595", "ISO-8859-5", CHARSET_SINGLE},
    {"iso88596", "ISO-8859-6", CHARSET_SINGLE},
    {"iso88597", "ISO-8859-7", CHARSET_SINGLE},
    {"iso88598", "WINDOWS-1255", CHARSET_SINGLE},
    {"iso88598i", "WINDOWS-1255", CHARSET_SINGLE},
    {"iso88598e", "WINDOWS-1255", CHARSET_SINGLE},
    {"iso88599", "WINDOWS-1254", CHARSET_SINGLE},
    {"latin5", "WINDOWS-1254", CHARSET_SINGLE},
    {"iso885910", "ISO-8859-10", CHARSET_SINGLE},
    {"iso885911", "CP874", CHARSET_SINGLE},
    {"tis620", "CP874", CHARSET_SINGLE},
    {"windows874", "CP874", CHARSET_SINGLE},
    {"cp874", "CP874", CHARSET_SINGLE},
    {"iso885913", "ISO-8859-13", CHARSET_SINGLE},
    {"iso885914", "ISO-8859-14", CHARSET_SINGLE},
    {"iso885915", "ISO-8859-15", CHARSET_SINGLE},
    {"latin9", "ISO-8859-15", CHARSET_SINGLE},
    {"iso885916", "ISO-8859-16", CHARSET_SINGLE},
    {"windows1250", "WINDOWS-1250", CHARSET_SINGLE},
    {"cp1250", "WINDOWS-1250", CHARSET_SINGLE},
    {"windows1251", "WINDOWS-1251", CHARSET_SINGLE},
    {"cp1251", "WINDOWS-1251", CHARSET_SINGLE},
    {"windows1253", "WINDOWS-1253", CHARSET_SINGLE},
    {"cp1253", "WINDOWS-1253", CHARSET_SINGLE},
    {"windows1254", "WINDOWS-1254", CHARSET_SINGLE},
    {"cp1254", "WINDOWS-1254", CHARSET_SINGLE},
    {"windows1255", "WINDOWS-1255", CHARSET_SINGLE},
    {"cp1255", "WINDOWS-1255", CHARSET_SINGLE},
    {"windows1256", "WINDOWS-1256", CHARSET_SINGLE},
    {"cp1256", "WINDOWS-1256", CHARSET_SINGLE},
    {"windows1257", "WINDOWS-1257", CHARSET_SINGLE},
    {"cp1257", "WINDOWS-1257", CHARSET_SINGLE},
    {"windows1258", "WINDOWS-1258", CHARSET_SINGLE},
    {"cp1258", "WINDOWS-1258", CHARSET_SINGLE},
    {"koi8r", "KOI8-U", CHARSET_SINGLE},
    {"koi8", "KOI8-U", CHARSET_SINGLE},
    {"koi8u", "KOI8-U", CHARSET_SINGLE},
    {"koi8ru", "KOI8-U", CHARSET_SINGLE},
    {"viscii", "VISCII", CHARSET_SINGLE},
    {"tcvn", "TCVN5712-1", CHARSET_SINGLE},
    {"tcvn5712", "TCVN5712-1", CHARSET_SINGLE},
    {"tcvn57121", "TCVN5712-1", CHARSET_SINGLE},
    {"cp437", "CP437", CHARSET_SINGLE},
    {"ibm437", "CP437", CHARSET_SINGLE},
    {"cp850", "CP850", CHARSET_SINGLE},
    {"ibm850", "CP850", CHARSET_SINGLE},
    {"cp852", "CP852", CHARSET_SINGLE},
    {"ibm852", "CP852", CHARSET_SINGLE},
    {"cp858", "CP850", CHARSET_SINGLE},
    {"cp866", "CP866", CHARSET_SINGLE},
    {"ibm866", "CP866", CHARSET_SINGLE},
    {"macintosh", "MACINTOSH", CHARSET_SINGLE},
    {"macroman", "MACINTOSH", CHARSET_SINGLE},
    {"xmacroman", "MACINTOSH", CHARSET_SINGLE},
    {"mac", "MACINTOSH", CHARSET_SINGLE},
    {"maccyrillic", "MAC-CYRILLIC", CHARSET_SINGLE},
    {"xmaccyrillic", "MAC-CYRILLIC", CHARSET_SINGLE},
    {"gb2312", "GB18030", CHARSET_CJK},
    {"gb231280", "GB18030", CHARSET_CJK},
    {"xgb2312", "GB18030", CHARSET_CJK},
    {"chinese", "GB18030", CHARSET_CJK},
    {"euccn", "GB18030", CHARSET_CJK},
    {"gbk", "GB18030", CHARSET_CJK},
    {"xgbk", "GB18030", CHARSET_CJK},
    {"cp936", "GB18030", CHARSET_CJK},
    {"ms936", "GB18030", CHARSET_CJK},
    {"windows936", "GB18030", CHARSET_CJK},
    {"gb18030", "GB18030", CHARSET_CJK},
    {"big5", "BIG5-HKSCS", CHARSET_CJK},
    {"xbig5", "BIG5-HKSCS", CHARSET_CJK},
    {"cnbig5", "BIG5-HKSCS", CHARSET_CJK},
    {"cp950", "BIG5-HKSCS", CHARSET_CJK},
    {"big5hkscs", "BIG5-HKSCS", CHARSET_CJK},
    {"euctw", "EUC-TW", CHARSET_CJK},
    {"euckr", "UHC", CHARSET_CJK},
    {"ksc5601", "UHC", CHARSET_CJK},
    {"ksc56011987", "UHC", CHARSET_CJK},
    {"ksc56011989", "UHC", CHARSET_CJK},
    {"ksc56011992", "UHC", CHARSET_CJK},
    {"ks5601", "UHC", CHARSET_CJK},
    {"korean", "UHC", CHARSET_CJK},
    {"cp949", "UHC", CHARSET_CJK},
    {"ms949", "UHC", CHARSET_CJK},
    {"windows949", "UHC", CHARSET_CJK},
    {"uhc", "UHC", CHARSET_CJK},
    {"johab", "JOHAB", CHARSET_CJK},
    {"shiftjis", "CP932", CHARSET_CJK},
    {"sjis", "CP932", CHARSET_CJK},
    {"xsjis", "CP932", CHARSET_CJK},
    {"mskanji", "CP932", CHARSET_CJK},
    {"windows31j", "CP932", CHARSET_CJK},
    {"windows932", "CP932", CHARSET_CJK},
    {"cp932", "CP932", CHARSET_CJK},
    {"eucjp", "EUC-JP-MS", CHARSET_CJK},
    {"xeucjp", "EUC-JP-MS", CHARSET_CJK},
    {"ujis", "EUC-JP-MS", CHARSET_CJK},
    {"iso2022jp", "ISO-2022-JP-3", CHARSET_ESCAPED},
    {"iso2022jp1", "ISO-2022-JP-3", CHARSET_ESCAPED},
    {"iso2022jp2", "ISO-2022-JP-2", CHARSET_ESCAPED},
    {"iso2022jp3", "ISO-2022-JP-3", CHARSET_ESCAPED},
    {"iso2022jpms", "ISO-2022-JP-3", CHARSET_ESCAPED},
    {"cp50220", "ISO-2022-JP-3", CHARSET_ESCAPED},
    {"cp50221", "ISO-2022-JP-3", CHARSET_ESCAPED},
    {"jis", "ISO-2022-JP-3", CHARSET_ESCAPED},
    {"iso2022kr", "ISO-2022-KR", CHARSET_ESCAPED},
    {"iso2022cn", "ISO-2022-CN-EXT", CHARSET_ESCAPED},
    {"iso2022cnext", "ISO-2022-CN-EXT", CHARSET_ESCAPED},
    {"hz", "HZ", CHARSET_ESCAPED},
    {"hzgb2312", "HZ", CHARSET_ESCAPED},
    {"utf7", "UTF-7", CHARSET_ESCAPED},
    {"unicode11utf7", "UTF-7", CHARSET_ESCAPED},
    {"unicode20utf7", "UTF-7", CHARSET_ESCAPED},
    {"utf16", "UTF-16", CHARSET_WIDE},
    {"unicode", "UTF-16", CHARSET_WIDE},
    {"ucs2", "UTF-16", CHARSET_WIDE},
    {"iso10646ucs2", "UTF-16", CHARSET_WIDE},
    {"utf16le", "UTF-16LE", CHARSET_WIDE},
    {"utf16be", "UTF-16BE", CHARSET_WIDE},
    {"utf32", "UTF-32", CHARSET_WIDE},
    {"utf32le", "UTF-32LE", CHARSET_WIDE},
    {"utf32be", "UTF-32BE", CHARSET_WIDE},
};

const CharsetName *charset_name_at(guint index)
{
    return index < G_N_ELEMENTS(names) ? &names[index] : NULL;
}

/* Letters and digits, lower case: "ISO_8859-1" and "iso 8859 1" are one. */
static void squeeze(const char *label, char *out, gsize size)
{
    gsize length = 0;
    for (const char *at = label; *at && length + 1 < size; at++)
        if (g_ascii_isalnum(*at))
            out[length++] = g_ascii_tolower(*at);
    out[length] = '\0';
}

const CharsetName *charset_lookup(const char *label, CharsetName *buffer, char *name_buffer, gsize name_size)
{
    if (!label || strlen(label) + 1 > name_size)
        return NULL;
    squeeze(label, name_buffer, name_size);
    const char *word = g_str_has_prefix(name_buffer, "cs") ? name_buffer + 2 : name_buffer;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i].alias, word) == 0 || strcmp(names[i].alias, name_buffer) == 0)
            return &names[i];
    /* "//TRANSLIT" and the like are no part of a name. */
    gsize length = strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-");
    if (length == 0 || label[length] != '\0')
        return NULL;
    memcpy(name_buffer, label, length + 1);
    *buffer = (CharsetName){.alias = "", .name = name_buffer, .kind = CHARSET_OTHER};
    return buffer;
}

const char *charset_of_windows(const char *name)
{
    static const struct {
        const char *iso, *windows;
    } sets[] = {{"ISO-8859-2", "WINDOWS-1250"},  {"ISO-8859-7", "WINDOWS-1253"},
                {"ISO-8859-8", "WINDOWS-1255"},  {"ISO-8859-9", "WINDOWS-1254"},
                {"ISO-8859-13", "WINDOWS-1257"}, {"ISO-8859-15", "WINDOWS-1252"}};
    for (guint i = 0; i < G_N_ELEMENTS(sets); i++)
        if (strcmp(name, sets[i].iso) == 0)
            return sets[i].windows;
    return NULL;
}
