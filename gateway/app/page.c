#include "gateway/app/page.h"

#include "gateway/app/explain.h"

#include <postern/base/clean.h>

#include <string.h>

static const char HEAD[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\"><meta name=\"robots\" content=\"noindex\">\n";

static const char STYLES[] =
    "body{font:15px/1.45 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#1b1b1b;"
    "background:#fff}\n"
    "table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.3em .6em;"
    "text-align:left;vertical-align:top;overflow-wrap:anywhere}\n"
    "pre{background:#f6f6f4;padding:1em;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext}\n"
    "td.value{white-space:pre-wrap;font-family:monospace}\n"
    "@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#191919}pre{background:#262626}"
    "td,th{border-color:#444}}\n";

GString *page_begin(const char *title, const char *styles)
{
    GString *page = g_string_new(HEAD);
    g_string_append_printf(page, "<title>%s</title>\n<style>\n%s%s</style></head><body>\n", title, STYLES,
                           styles);
    return page;
}

char *page_end(GString *page)
{
    g_string_append(page, "</body></html>\n");
    return g_string_free(page, FALSE);
}

void page_stretch(GString *page, const char *text, gsize start, gsize end)
{
    g_autoptr(GString) safe = g_string_new(NULL);
    explain_append(safe, text, start, end);
    clean_append_html(page, safe->str, safe->len);
}

void page_text(GString *page, const char *text)
{
    page_stretch(page, text, 0, strlen(text));
}

void page_cell(GString *page, const char *class, const char *text)
{
    g_string_append_printf(page, "<td%s%s%s>", class ? " class=\"" : "", class ? class : "",
                           class ? "\"" : "");
    page_text(page, text);
    g_string_append(page, "</td>");
}

void page_table(GString *page, const char *title, const char *const *columns)
{
    g_string_append_printf(page, "<h2>%s</h2>\n<table><tr>", title);
    for (; *columns; columns++)
        g_string_append_printf(page, "<th>%s</th>", *columns);
    g_string_append(page, "</tr>\n");
}
