/* How `postern parse` shows what was read: to a person, and as a page. */
#pragma once

#include <postern/values.h>

typedef struct {
    const char *name; /* of the file */
    const Reading *reading;
    gboolean is_verbose; /* what rules lost, too */
} ParseView;

void parse_print(const ParseView *view);
/* One page by itself, see page.h. The caller frees. */
char *parse_html(const ParseView *view);

/* A stretch of one line of the text, in which nothing changes. */
typedef struct {
    gsize start, end;   /* bytes of the text; without the line end */
    gboolean is_blank;  /* an empty line: no role */
    gboolean ends_line; /* the last of its line */
    SpanRole role;
    const Field *field; /* that stands here, or NULL */
} ParsePiece;
/* The whole text in order; a field of the reply or the text marks its place. */
GArray *parse_pieces(const Reading *reading);

/* One line for people: "multipart/mixed", "text/plain, utf-8, 1.2 kB, shown". The caller frees. */
char *parse_part_words(const PartNode *part);
/* "├─ " and its like before part `index`. The caller frees. */
char *parse_part_branch(const GPtrArray *parts, guint index);
/* "SPF pass for example.org, the domain of From". The caller frees. */
char *parse_authentication_words(const AuthenticationResult *result);
/* "gone@example.net: failed, 5.1.1, 550, no such user". The caller frees. */
char *parse_recipient_words(const BounceRecipient *recipient);
/* What a role is called in the legend. */
const char *parse_role_words(SpanRole role);
