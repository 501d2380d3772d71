#include "parsers/body/feed.h"

#include "parsers/body/trim.h"

#include <libxml/HTMLparser.h>
#include <string.h>

/* The parser searches its stack of open elements at every end tag. Above this depth it starts anew
 * with the rest of the page: no text is lost, only the nesting. */
#define STACK_ELEMENTS 400u
#define CHUNK_BYTES (32u * 1024) /* given to the parser at a time */

typedef struct {
    const FeedSink *sink;
    gpointer user;
    guint open;
    gboolean is_full, is_too_deep;
    long consumed; /* when it stopped: the parser forgets it then */
    htmlParserCtxtPtr parser;
} Feed;

static void stop_when_done(Feed *feed)
{
    feed->is_full = feed->sink->is_full(feed->user);
    if (feed->open >= STACK_ELEMENTS && !feed->is_too_deep) {
        feed->is_too_deep = TRUE;
        feed->consumed = xmlByteConsumed(feed->parser);
    }
    if (feed->is_too_deep || feed->is_full)
        xmlStopParser(feed->parser);
}

static void on_start(void *data, const xmlChar *name, const xmlChar **attributes)
{
    Feed *feed = data;
    feed->sink->start(feed->user, (const char *)name, (const char *const *)attributes);
    feed->open++;
    stop_when_done(feed);
}

static void on_end(void *data, const xmlChar *name)
{
    Feed *feed = data;
    (void)name;
    if (feed->open == 0)
        return;
    feed->open--;
    feed->sink->end(feed->user);
}

static void on_text(void *data, const xmlChar *text, int length)
{
    Feed *feed = data;
    if (length <= 0)
        return;
    feed->sink->text(feed->user, (const char *)text, (gsize)length);
    stop_when_done(feed);
}

/* Where to end a chunk: before a tag if there is one, else between characters. The push parser takes a
 * character that is cut for a broken one and then guesses another charset. */
static gsize chunk_length(const char *html, gsize length)
{
    if (length <= CHUNK_BYTES)
        return length;
    const char *tag = memrchr(html + 1, '<', CHUNK_BYTES - 1);
    if (tag)
        return (gsize)(tag - html);
    gsize cut = CHUNK_BYTES;
    while (cut > 1 && ((guchar)html[cut] & 0xc0) == 0x80)
        cut--;
    return cut;
}

/* The parser stops inside of the tag that was one too many. */
static gsize after_tag(const char *html, gsize fed, long consumed, gsize prefix)
{
    if (consumed <= (long)prefix || (gsize)consumed - prefix > fed)
        return fed;
    const char *at = html + consumed - prefix, *end = html + fed;
    if (at < end && *at == '/')
        at++;
    if (at < end && *at == '>')
        at++;
    return (gsize)(at - html);
}

static void close_all(Feed *feed)
{
    for (; feed->open > 0; feed->open--)
        feed->sink->end(feed->user);
}

/* Parses until the end or until it is too deep. Returns the octets used. */
static gsize parse_some(Feed *feed, const char *html, gsize length, const char *prefix)
{
    htmlSAXHandler handler = {.startElement = on_start,
                              .endElement = on_end,
                              .characters = on_text,
                              .ignorableWhitespace = on_text};
    feed->parser = htmlCreatePushParserCtxt(&handler, feed, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
    if (!feed->parser)
        g_error("out of memory");
    htmlCtxtUseOptions(feed->parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                         HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    htmlParseChunk(feed->parser, prefix, (int)strlen(prefix), 0);
    gsize used = 0;
    while (used < length && !feed->is_too_deep && !feed->is_full) {
        gsize size = chunk_length(html + used, length - used);
        htmlParseChunk(feed->parser, html + used, (int)size, 0);
        used += size;
    }
    if (feed->is_too_deep)
        used = after_tag(html, used, feed->consumed, strlen(prefix));
    else if (!feed->is_full)
        htmlParseChunk(feed->parser, "", 0, 1);
    htmlFreeParserCtxt(feed->parser);
    feed->parser = NULL;
    close_all(feed);
    return used;
}

void feed_html(const char *html, gsize length, const FeedSink *sink, gpointer user)
{
    g_autoptr(GString) trimmed = html_trim(html, length);
    Feed feed = {.sink = sink, .user = user};
    /* Without a body the parser puts words into a paragraph that nobody wrote. */
    gboolean has_body = strcasestr(trimmed->str, "<body") != NULL;
    for (gsize used = 0; used < trimmed->len && !feed.is_full;) {
        feed.is_too_deep = FALSE;
        gsize size = parse_some(&feed, trimmed->str + used, trimmed->len - used,
                                has_body && used == 0 ? "" : "<body>");
        used += MAX(size, 1);
        if (feed.is_too_deep && sink->deeper)
            sink->deeper(user);
    }
}
