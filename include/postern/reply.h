/* The visible reply of a text: what this writer wrote now, apart from quoted
 * history and signature. Nothing is deleted: the three parts hold all of it.
 * When in doubt, text stays in `reply`. Pure, linear time. */
#pragma once

#include <postern/values.h>

typedef struct {
    char *reply;
    char *quoted;
    char *signature;
    GPtrArray *spans; /* TextSpan: the text in order, by what it is; at most LIMIT_SPANS */
} ReplyParts;

/* `quote_start`: byte offset where the HTML said that the quoted mail begins, or -1. */
void reply_split(const char *text, gssize quote_start, ReplyParts *out);

/* A text that was sent or received before in the same conversation. */
typedef struct {
    const char *text;
    gboolean is_writers; /* whoever wrote this reply wrote that, too */
} KnownText;

/* What a split text holds of known ones (the newest first) though nothing marks it as quoted: lines all of
 * whose words stand in them, in that order, become quoted, when they are enough and the end of the mail; what
 * is answered below stays with the answer. What a writer shows or repeats stays: a log, a sentence. Never all
 * of the reply. Returns the number of lines; 0: `out` is not touched. `out_known`: the text that most of them
 * are of. Linear in the texts. */
guint reply_take_known(const char *text, const GPtrArray *spans, const KnownText *known, guint count,
                       guint *out_known, ReplyParts *out);

/* A decoded subject without what clients put before it when they answer ("Re:", "AW: Re[2]:"), folded and
 * with single blanks: equal for a mail and the answers to it. `out_is_reply`: there was such a thing. The
 * caller frees. */
char *reply_subject_base(const char *subject, gboolean *out_is_reply);
/* TRUE when such a base says what a mail is about: long enough, several words, and none of those that
 * everybody writes ("Question about my order"). */
gboolean reply_subject_is_telling(const char *base);

/* TRUE when a decoded subject says that a mail is passed on: "Fwd: …", "WG: …", "Tr: …", "RV: …". */
gboolean reply_subject_is_forward(const char *subject);
/* Of a mail that is passed on: what is below the headers of the mail within is what the sender wants to be
 * read, so all of it stays in `reply`. */
void reply_split_forward(const char *text, ReplyParts *out);

/* A mail that is passed on in the text of another, as its client shows it. */
typedef struct {
    char *comment;               /* what stands above it; signature and lines of devices are gone */
    char *from, *date, *subject; /* one line each, as shown; `from` is never NULL, the others may be */
    char *text;                  /* what it says */
} ForwardParts;

/* FALSE when `text` passes no mail on: its first history must be one with headers, below a line that says so
 * ("Forwarded message"), or in a mail whose subject does (`is_forward`). History of an answer looks the same
 * otherwise. */
gboolean reply_find_forward(const char *text, gboolean is_forward, ForwardParts *out);
void forward_parts_clear(ForwardParts *parts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ForwardParts, forward_parts_clear)

/* TRUE when a customer writes no more than that his trouble is over ("it works now, thanks"), in one of a few
 * languages; greetings, thanks, wishes and a name may stand around it. What is not known through and through
 * is FALSE: a question, a "but", a number, any other word. `text`: the visible reply. */
gboolean reply_says_solved(const char *text);

/* Every mail to agents that holds what customers must not read begins with this line; `{{cut_line}}` in the
 * templates. What an agent writes stands above it. */
#define REPLY_CUT_LINE "-- Write your answer above this line. What is below stays inside. --"
/* And ends with this one, `{{end_line}}`: of a page without its head the rest is known by it. */
#define REPLY_END_LINE "-- End of this page. Nothing of it goes to the customer. --"
/* Before each line of a note that a page shows. */
#define REPLY_INSIDE_MARK "(inside)"

/* Of an agent's visible reply, his own words: from the cut line on nothing is left, however his program has
 * quoted, wrapped or spaced it, nor the attribution before it. Where the page is quoted mark by mark, what he
 * wrote between and below the quotes is his, too. `out_is_torn`: what is left still holds a part of our page,
 * or nobody can say whose a line is; then nothing of it may be sent. The caller frees. */
char *reply_cut_notice(const char *own_text, gboolean *out_is_torn);

/* The last guard before a text leaves for a customer: TRUE when it holds our cut line, a line of our pages,
 * or a token in an address or Message-ID. */
gboolean reply_holds_notice(const char *text);
/* For a page of ours: a stranger's lines that look like those by which a page is known are taken out, so that
 * he can neither fake one nor stop an answer that quotes him. The caller frees. */
char *reply_disarm(const char *text);

void reply_parts_clear(ReplyParts *parts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplyParts, reply_parts_clear)
