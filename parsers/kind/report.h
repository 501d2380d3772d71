/* Delivery reports: the fields of RFC 3464, and the prose of mail systems that send none. */
#pragma once

#include <postern/values.h>

/* Text of a message/delivery-status part: adds the recipients it names. */
void report_read_fields(Bounce *bounce, const char *delivery_status);

/* The readable text of a report. `own_address` (may be NULL) wrote the mail that came back and is no
 * recipient; `failed` (X-Failed-Recipients, may be NULL) names recipients for certain. */
void report_read_text(Bounce *bounce, const char *text, const char *failed, const char *own_address);

/* To recipients known by fields that give no reply code: the words that `prose` has for the same address. */
void report_add_words(Bounce *bounce, const Bounce *prose);

/* Status, code and action of every recipient from each other where they are missing. */
void report_complete(Bounce *bounce);

/* More recipients than this in one report are not kept. */
#define REPORT_RECIPIENTS 100u
#define REPORT_REASON_BYTES 500u
