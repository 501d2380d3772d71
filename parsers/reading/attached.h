/* The list of attachments of a Reading. Private to parsers/reading. */
#pragma once

#include <postern/parts.h>
#include <postern/values.h>

/* Fills reading->attachments with every leaf that `shown` leaves to be listed, with
 * names that no two have. */
void attached_list(Mail *mail, const ShownText *shown, Reading *reading);

/* Text attachments for the rules: appends names (borrowed from `reading`) and texts (char *, owned
 * by `texts`). Call after attached_list. */
void attached_texts(Mail *mail, const ShownText *shown, const Reading *reading, GPtrArray *names,
                    GPtrArray *texts);
