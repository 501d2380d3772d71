/* HTML as a row of events: libxml2's parser behind limits of time and depth. */
#pragma once

#include <glib.h>

typedef struct {
    /* Names in lower case; `attributes`: name and value by turns, NULL-terminated, or NULL. */
    void (*start)(gpointer user, const char *name, const char *const *attributes);
    void (*end)(gpointer user); /* of the element that was opened last and is still open */
    void (*text)(gpointer user, const char *text, gsize length);
    gboolean (*is_full)(gpointer user); /* TRUE: no more of it, please */
    void (*deeper)(gpointer user); /* may be NULL: all open elements were ended because they were too many;
                                      what follows still stood inside of them */
} FeedSink;

/* `html` is valid UTF-8. Every element that was opened is ended. */
void feed_html(const char *html, gsize length, const FeedSink *sink, gpointer user);
