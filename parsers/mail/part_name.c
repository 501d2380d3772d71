#include "part_name.h"

#include "file_type.h"
#include "parameter.h"

#include <postern/base/limits.h>
#include <postern/mail.h>

#include <string.h>

/* Two names of as many characters, of which one has "?" where the other has a letter: a charset that was too
 * small cost it that. */
static gboolean is_less(const char *name, const char *other)
{
    gboolean has_lost = FALSE;
    for (; *name && *other; name = g_utf8_next_char(name), other = g_utf8_next_char(other)) {
        gunichar a = g_utf8_get_char(name), b = g_utf8_get_char(other);
        if (a != b && a != '?')
            return FALSE;
        has_lost |= a != b;
    }
    return has_lost && !*name && !*other;
}

static gboolean turns_text(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* "Pr%C3%BCfung%20A.pdf", as browsers write it where RFC 2231 asks for more. Only where all of it is written
 * so: "50% off.pdf" is a name. NULL when it is not. */
static char *percent_undone(const char *name)
{
    gboolean has_telling = FALSE;
    for (const char *at = name; *at; at++) {
        if (*at == ' ' || (guchar)*at >= 0x80)
            return NULL;
        if (*at != '%')
            continue;
        if (!g_ascii_isxdigit(at[1]) || !g_ascii_isxdigit(at[2]))
            return NULL;
        int octet = g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2]);
        has_telling |= octet == ' ' || octet >= 0x80;
    }
    g_autofree char *plain = has_telling ? g_uri_unescape_string(name, "/\\") : NULL;
    return plain && g_utf8_validate(plain, -1, NULL) ? g_steal_pointer(&plain) : NULL;
}

/* "gpj.exe" that is shown as "exe.jpg" is noted. A name that is nothing but points is none. */
static char *name_safe(const char *name, GPtrArray *findings)
{
    if (strspn(name, ". \t/\\") == strlen(name))
        return NULL;
    g_autofree char *plain = percent_undone(name);
    char *safe = file_name_clean(plain ? plain : name);
    for (const char *at = plain ? plain : name; *at; at = g_utf8_next_char(at)) {
        if (!turns_text(g_utf8_get_char(at)))
            continue;
        finding_add(findings, "name-disguised", "'%s' had signs that turn what is read", safe);
        break;
    }
    return safe;
}

/* A point, and a few letters behind it: "offer 2026.pdf". */
static gboolean has_ending(const char *name)
{
    enum { LONGEST = 5 };
    const char *dot = strrchr(name, '.');
    gsize length = dot ? strlen(dot + 1) : 0, digits = 0;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(dot[1 + i]))
            return FALSE;
        digits += g_ascii_isdigit(dot[1 + i]) ? 1 : 0;
    }
    return dot != name && length > 0 && length <= LONGEST && digits < length &&
           strlen(name) <= LIMIT_NAME_BYTES;
}

static char *from_description(const char *raw)
{
    g_autofree char *name = raw ? header_decode(raw, 4 * LIMIT_NAME_BYTES) : NULL;
    return name && has_ending(name) ? g_steal_pointer(&name) : NULL;
}

/* RFC 2557 4: the last step of the path. */
static char *from_location(const char *raw)
{
    g_autofree char *address = raw ? header_decode(raw, 4 * LIMIT_NAME_BYTES) : NULL;
    if (!address)
        return NULL;
    address[strcspn(address, "?#")] = '\0';
    const char *scheme = strstr(address, "://"), *path = scheme ? strchr(scheme + 3, '/') : address;
    const char *slash = path ? strrchr(path, '/') : NULL;
    g_autofree char *name = path ? g_uri_unescape_string(slash ? slash + 1 : path, "/\\") : NULL;
    return name && g_utf8_validate(name, -1, NULL) && has_ending(name) ? g_steal_pointer(&name) : NULL;
}

/* "<image001.png@01DC5B11.4EE2B6A0>": before the @ some programs write the name. */
static char *from_id(const char *raw)
{
    if (!raw)
        return NULL;
    g_autofree char *line = header_decode(raw, LIMIT_MESSAGE_ID_BYTES);
    const char *from = *line == '<' ? line + 1 : line;
    g_autofree char *name = g_strndup(from, strcspn(from, "@>"));
    return has_ending(name) && strcmp(file_type_of_name(name), "application/octet-stream") != 0
               ? g_steal_pointer(&name)
               : NULL;
}

char *part_name_read(const NameFields *fields, gboolean is_file, GPtrArray *findings)
{
    g_autofree char *filename = header_parameter(fields->disposition, "filename");
    g_autofree char *name = header_parameter(fields->type, "name");
    gboolean has_name = name && *name;
    char *safe = NULL;
    if (filename && *filename && !(has_name && is_less(filename, name)))
        safe = name_safe(filename, findings);
    if (!safe && has_name)
        safe = name_safe(name, findings);
    if (safe || !is_file)
        return safe;
    g_autofree char *other = from_description(fields->description);
    if (!other)
        other = from_location(fields->location);
    if (!other)
        other = from_id(fields->id);
    return other ? name_safe(other, findings) : NULL;
}
