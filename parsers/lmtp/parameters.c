#include "parts.h"

#include <string.h>

/* Each takes a value (NULL when there was no '=') and returns NULL or what is wrong with it. */
typedef const char *(*TakeValue)(LmtpParameters *out, const char *value);

/* RFC 3461 4: "+" and two capital hexadecimal digits stand for a byte; NULL when malformed or when
 * the result is not printable ASCII. */
static char *xtext_decode(const char *text)
{
    GString *out = g_string_sized_new(strlen(text));
    gboolean ok = TRUE;
    for (const char *at = text; ok && *at; at++) {
        int c = *at;
        if (c == '+') {
            ok = g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2]) && !g_ascii_islower(at[1]) &&
                 !g_ascii_islower(at[2]);
            c = ok ? g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2]) : 0;
            at += ok ? 2 : 0;
        } else if (c == '=') {
            ok = FALSE;
        }
        ok = ok && c >= 0x20 && c < 0x7f;
        if (ok)
            g_string_append_c(out, (char)c);
    }
    return g_string_free(out, !ok);
}

static const char *take_size(LmtpParameters *out, const char *value)
{
    /* RFC 1870 5: up to 20 digits. */
    gsize digits = value ? strspn(value, "0123456789") : 0;
    if (digits == 0 || digits > 20 || value[digits])
        return "SIZE needs a number of bytes";
    out->size = g_ascii_strtoull(value, NULL, 10);
    return NULL;
}

static const char *take_body(LmtpParameters *out, const char *value)
{
    (void)out;
    if (value && (g_ascii_strcasecmp(value, "7BIT") == 0 || g_ascii_strcasecmp(value, "8BITMIME") == 0))
        return NULL;
    return "BODY is 7BIT or 8BITMIME";
}

static const char *take_smtputf8(LmtpParameters *out, const char *value)
{
    out->is_utf8 = TRUE;
    return value ? "SMTPUTF8 takes no value" : NULL;
}

static const char *take_ret(LmtpParameters *out, const char *value)
{
    (void)out;
    if (value && (g_ascii_strcasecmp(value, "FULL") == 0 || g_ascii_strcasecmp(value, "HDRS") == 0))
        return NULL;
    return "RET is FULL or HDRS";
}

static const char *take_envid(LmtpParameters *out, const char *value)
{
    out->envid = value && *value ? xtext_decode(value) : NULL;
    return out->envid ? NULL : "ENVID needs printable ASCII as xtext";
}

static const char *take_notify(LmtpParameters *out, const char *value)
{
    static const char *const words[] = {"SUCCESS", "FAILURE", "DELAY"};
    (void)out;
    if (value && g_ascii_strcasecmp(value, "NEVER") == 0)
        return NULL;
    g_auto(GStrv) given = g_strsplit(value ? value : "", ",", 5);
    gboolean ok = given[0] != NULL;
    for (guint i = 0; ok && given[i]; i++) {
        gboolean known = FALSE;
        for (guint j = 0; j < G_N_ELEMENTS(words); j++)
            known = known || g_ascii_strcasecmp(given[i], words[j]) == 0;
        ok = known;
    }
    return ok ? NULL : "NOTIFY is NEVER, or a list of SUCCESS, FAILURE, DELAY";
}

/* RFC 3461 4.2 and, for the type utf-8, RFC 6533 3. The address is ignored, so a
 * look at its shape is enough for that type. */
static const char *take_orcpt(LmtpParameters *out, const char *value)
{
    static const char problem[] = "ORCPT needs a type, a semicolon and an address as xtext";
    (void)out;
    const char *semicolon = value ? strchr(value, ';') : NULL;
    if (!semicolon || semicolon == value || !semicolon[1])
        return problem;
    for (const char *at = value; at < semicolon; at++)
        if (!g_ascii_isalnum(*at) && *at != '-')
            return problem;
    if (g_ascii_strncasecmp(value, "utf-8;", 6) == 0)
        return g_utf8_validate(semicolon, -1, NULL) ? NULL : problem;
    g_autofree char *address = xtext_decode(semicolon + 1);
    return address ? NULL : problem;
}

static const struct {
    const char *name;
    LmtpPathKind kind;
    TakeValue take;
} known[] = {
    {"SIZE", LMTP_PATH_SENDER, take_size},         {"BODY", LMTP_PATH_SENDER, take_body},
    {"SMTPUTF8", LMTP_PATH_SENDER, take_smtputf8}, {"RET", LMTP_PATH_SENDER, take_ret},
    {"ENVID", LMTP_PATH_SENDER, take_envid},       {"NOTIFY", LMTP_PATH_RECIPIENT, take_notify},
    {"ORCPT", LMTP_PATH_RECIPIENT, take_orcpt},
};

/* `word` is "KEY" or "KEY=VALUE". */
static guint take_parameter(char *word, LmtpPathKind kind, LmtpParameters *out, const char **out_problem)
{
    char *value = strchr(word, '=');
    if (value)
        *value++ = '\0';
    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        if (known[i].kind != kind || g_ascii_strcasecmp(known[i].name, word) != 0)
            continue;
        *out_problem = "Parameter is given twice";
        if (out->seen & (1u << i))
            return 501;
        out->seen |= 1u << i;
        *out_problem = known[i].take(out, value);
        return *out_problem ? 501 : 0;
    }
    *out_problem = "Parameter is not known here";
    return 555;
}

gboolean lmtp_parameters_parse(const char *text, LmtpPathKind kind, LmtpParameters *out, guint *out_code,
                               const char **out_problem)
{
    *out_code = 501;
    *out_problem = "A blank must stand between address and parameters";
    if (*text && *text != ' ')
        return FALSE;
    for (const char *at = text + strspn(text, " "); *at; at += strspn(at, " ")) {
        gsize length = strcspn(at, " ");
        g_autofree char *word = g_strndup(at, length);
        at += length;
        *out_code = take_parameter(word, kind, out, out_problem);
        if (*out_code)
            return FALSE;
    }
    return TRUE;
}

void lmtp_parameters_clear(LmtpParameters *parameters)
{
    g_clear_pointer(&parameters->envid, g_free);
}
