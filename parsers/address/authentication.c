/* Authentication-Results (RFC 8601 2.2). Only the field that our own border server put on top
 * counts: whatever stands below may have come with the mail. A field that breaks the grammar
 * says nothing. */
#include <postern/address.h>

#include "authentication.h"
#include "domain.h"

#include <postern/base/clean.h>
#include <postern/base/limits.h>
#include <postern/organisation.h>

#include <string.h>

/* What one resinfo says, as far as it matters here. */
typedef struct {
    char *method, *result;
    char *header_from, *header_d, *header_i, *mailfrom, *helo; /* pvalues, or NULL */
    gboolean is_contradictory;                                 /* a property occurs twice */
} Result;

static void result_clear(Result *result)
{
    char *strings[] = {result->method,   result->result,   result->header_from, result->header_d,
                       result->header_i, result->mailfrom, result->helo};
    for (guint i = 0; i < G_N_ELEMENTS(strings); i++)
        g_free(strings[i]);
    *result = (Result){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Result, result_clear)

static gboolean at_end(Scanner *scanner)
{
    scanner_skip(scanner);
    return scanner->at >= scanner->end;
}

static gboolean take_char(Scanner *scanner, char c)
{
    scanner_skip(scanner);
    if (scanner->at >= scanner->end || *scanner->at != c)
        return FALSE;
    scanner->at++;
    return TRUE;
}

/* A run of characters up to white space, a comment or one of `stops`; quoted strings inside are unquoted. */
static char *take_run(Scanner *scanner, const char *stops)
{
    scanner_skip(scanner);
    GString *run = g_string_new(NULL);
    while (scanner->at < scanner->end && (guchar)*scanner->at > ' ' && !strchr(stops, *scanner->at)) {
        const char *start = scanner->at;
        if (*start != '"') {
            g_string_append_c(run, *scanner->at++);
            continue;
        }
        const char *end = scan_quoted_end(start, scanner->end);
        if (!end) {
            g_string_free(run, TRUE);
            return NULL;
        }
        scan_unquote(run, start, (gsize)(end - start));
        scanner->at = end;
    }
    return g_string_free(run, run->len == 0);
}

static void set_once(Result *result, char **place, const char *value)
{
    if (*place)
        result->is_contradictory = TRUE;
    else
        *place = g_strdup(value);
}

static void set_property(Result *result, const char *name, const char *value)
{
    if (g_ascii_strcasecmp(name, "header.from") == 0)
        set_once(result, &result->header_from, value);
    else if (g_ascii_strcasecmp(name, "header.d") == 0)
        set_once(result, &result->header_d, value);
    else if (g_ascii_strcasecmp(name, "header.i") == 0)
        set_once(result, &result->header_i, value);
    else if (g_ascii_strcasecmp(name, "smtp.mailfrom") == 0)
        set_once(result, &result->mailfrom, value);
    else if (g_ascii_strcasecmp(name, "smtp.helo") == 0)
        set_once(result, &result->helo, value);
}

/* ptype "." property; white space around the dot is allowed. */
static char *take_name(Scanner *scanner)
{
    g_autofree char *type = take_run(scanner, "(;=./");
    if (!type || !take_char(scanner, '.'))
        return g_steal_pointer(&type);
    g_autofree char *property = take_run(scanner, "(;=");
    return property ? g_strconcat(type, ".", property, NULL) : NULL;
}

/* `method ["/" version] "=" result`, the reason and the properties, up to ";" or the end. */
static gboolean take_result(Scanner *scanner, Result *out)
{
    out->method = take_run(scanner, "(;=/.");
    if (out->method && take_char(scanner, '/'))
        g_free(take_run(scanner, "(;="));
    if (!out->method || !take_char(scanner, '=') || !(out->result = take_run(scanner, "(;=")))
        return FALSE;
    while (!at_end(scanner) && *scanner->at != ';') {
        g_autofree char *name = take_name(scanner);
        if (!name || !take_char(scanner, '='))
            return FALSE;
        g_autofree char *value = take_run(scanner, "(;");
        /* "smtp.mailfrom=;" of the null sender: some servers write nothing, and that says nothing. */
        if (!value && (at_end(scanner) || *scanner->at == ';'))
            break;
        if (!value)
            return FALSE;
        set_property(out, name, value);
    }
    return TRUE;
}

gboolean authentication_take_server(Scanner *scanner, const char *authserv_id)
{
    g_autofree char *server = take_run(scanner, "(;=");
    return server && g_ascii_strcasecmp(server, authserv_id) == 0 && (at_end(scanner) || *scanner->at != '=');
}

static gboolean take_version(Scanner *scanner)
{
    if (at_end(scanner) || *scanner->at == ';')
        return TRUE;
    g_autofree char *version = take_run(scanner, "(;=");
    return version && strcmp(version, "1") == 0;
}

static gboolean value_is_aligned(const char *value, const char *from_domain)
{
    g_autofree char *ascii = domain_of_value(value);
    return ascii && domain_is_aligned(ascii, from_domain);
}

/* header.from is a copy of the From domain, of some servers of the address: when it is another, the border
 * server read another From than we.
 */
static gboolean value_is_from(const char *value, const char *from_domain)
{
    g_autofree char *ascii = domain_of_value(value);
    return ascii && strcmp(ascii, from_domain) == 0;
}

static gboolean method_is(const Result *result, const char *method)
{
    return g_ascii_strcasecmp(result->method, method) == 0;
}

static gboolean result_vouches(const Result *result, const char *from_domain, gboolean spf)
{
    if (!from_domain || result->is_contradictory || g_ascii_strcasecmp(result->result, "pass") != 0)
        return FALSE;
    if (method_is(result, "dmarc"))
        return value_is_from(result->header_from, from_domain);
    if (method_is(result, "dkim"))
        return value_is_aligned(result->header_d ? result->header_d : result->header_i, from_domain);
    return spf && method_is(result, "spf") && value_is_aligned(result->mailfrom, from_domain);
}

AuthenticationSays authentication_read(Scanner *scanner, const char *domain, gboolean spf)
{
    const AuthenticationSays nothing = {0};
    const AuthenticationSays refutes = {.refutes = TRUE};
    AuthenticationSays says = nothing;
    gboolean spf_failed = FALSE;
    gboolean has_arc = FALSE; /* two are a contradiction */
    if (!take_version(scanner))
        return nothing;
    while (take_char(scanner, ';')) {
        if (at_end(scanner))
            break;
        const char *start = scanner->at;
        g_autofree char *word = take_run(scanner, "(;=");
        if (word && g_ascii_strcasecmp(word, "none") == 0)
            continue;
        scanner->at = start;
        g_auto(Result) result = {0};
        if (!take_result(scanner, &result))
            return nothing;
        gboolean failed = g_ascii_strcasecmp(result.result, "fail") == 0;
        if (method_is(&result, "dmarc") && failed)
            return refutes;
        spf_failed |= method_is(&result, "spf") && failed;
        says.vouches |= result_vouches(&result, domain, spf);
        if (method_is(&result, "arc")) {
            says.arc = !has_arc && g_ascii_strcasecmp(result.result, "pass") == 0;
            has_arc = TRUE;
        }
    }
    says.refutes = spf_failed && !says.vouches;
    return at_end(scanner) ? says : nothing;
}

gboolean authentication_find(const Headers *headers, const char *authserv_id, Scanner *scanner)
{
    const char *raw;
    for (guint i = 0; (raw = headers_get(headers, "Authentication-Results", i)); i++) {
        scanner_start(scanner, raw, strlen(raw));
        if (authentication_take_server(scanner, authserv_id))
            return strlen(raw) <= LIMIT_HEADER_LINE_BYTES;
    }
    return FALSE;
}

/* What our border server says about the domain of `from`. */
static AuthenticationSays read_for(const Headers *headers, const char *authserv_id, const char *from)
{
    const AuthenticationSays nothing = {0};
    if (!headers || !authserv_id || !from || authserv_id[0] == '\0')
        return nothing;
    const char *domain = address_domain(from);
    g_autofree char *from_domain = domain_to_ascii(domain, strlen(domain));
    Scanner scanner;
    return from_domain && authentication_find(headers, authserv_id, &scanner)
               ? authentication_read(&scanner, from_domain, TRUE)
               : nothing;
}

gboolean address_is_authentic(const Headers *headers, const char *authserv_id, const char *from)
{
    return read_for(headers, authserv_id, from).vouches;
}

gboolean address_is_refuted(const Headers *headers, const char *authserv_id, const char *from)
{
    return read_for(headers, authserv_id, from).refutes;
}

/* The domain that a result speaks of, lower-case ASCII; NULL when it names none. The caller frees. */
static char *result_domain(const Result *result)
{
    const char *value = NULL;
    if (method_is(result, "dmarc"))
        value = result->header_from;
    else if (method_is(result, "dkim"))
        value = result->header_d ? result->header_d : result->header_i;
    else if (method_is(result, "spf"))
        value = result->mailfrom ? result->mailfrom : result->helo;
    return domain_of_value(value);
}

static void add_result(const Result *result, const char *from_domain, GPtrArray *out)
{
    static const char *const methods[] = {"spf", "dkim", "dmarc", "arc", NULL};
    g_autofree char *method = g_ascii_strdown(result->method, -1);
    if (!g_strv_contains(methods, method) || out->len >= LIMIT_AUTHENTICATION || result->is_contradictory)
        return;
    AuthenticationResult *shown = g_new0(AuthenticationResult, 1);
    g_autofree char *word = g_ascii_strdown(result->result, -1);
    shown->method = g_steal_pointer(&method);
    shown->result = clean_line(word, -1, LIMIT_NAME_BYTES);
    shown->domain = result_domain(result);
    shown->is_aligned =
        shown->domain && from_domain && domain_is_one_organisation(shown->domain, from_domain);
    g_ptr_array_add(out, shown);
}

void address_read_authentication(const Headers *headers, const char *authserv_id, const char *from,
                                 GPtrArray *out)
{
    Scanner scanner;
    if (!authserv_id || !*authserv_id || !authentication_find(headers, authserv_id, &scanner) ||
        !take_version(&scanner))
        return;
    guint before = out->len;
    const char *domain = from ? address_domain(from) : "";
    g_autofree char *from_domain = domain_to_ascii(domain, strlen(domain));
    while (take_char(&scanner, ';') && !at_end(&scanner)) {
        const char *start = scanner.at;
        g_autofree char *word = take_run(&scanner, "(;=");
        if (word && g_ascii_strcasecmp(word, "none") == 0)
            continue;
        scanner.at = start;
        g_auto(Result) result = {0};
        if (!take_result(&scanner, &result)) {
            g_ptr_array_set_size(out, (gint)before);
            return;
        }
        add_result(&result, from_domain, out);
    }
    if (!at_end(&scanner))
        g_ptr_array_set_size(out, (gint)before);
}
