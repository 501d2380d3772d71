/* Words of delivery reports in prose, by language. To add a language, add its words to these lists; all in
 * lower case, each list ends with NULL. */
#pragma once

/* Here the report ends and the mail that came back begins: in a line of its own. */
extern const char *const report_copy_marks[];
/* A header field that begins the mail that came back, once a recipient is known. */
extern const char *const report_copy_fields[];
/* A line that begins so names an address that is not the one mail could not reach. */
extern const char *const report_other_labels[];
/* May stand before a recipient on its line. */
extern const char *const report_recipient_labels[];
/* The mail is late, and the server goes on trying. */
extern const char *const report_late_words[];
/* The server has given up. */
extern const char *const report_failed_words[];
/* The mail has arrived, and somebody asked to be told. */
extern const char *const report_success_words[];
/* It went on to a system that will tell nothing. */
extern const char *const report_relay_words[];
/* The same in more languages: report_phrases_world.c. */
extern const char *const report_world_late[];
extern const char *const report_world_failed[];
extern const char *const report_world_recipient_labels[];
