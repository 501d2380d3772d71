/* The notices that the gate sends by itself: which there are, what their
 * templates may name, and their rendering. Pure: the caller brings the texts of the files. */
#pragma once

#include <postern/template.h>

/* "acknowledgement" (to whoever wrote), "notice" and "undelivered" (to agents), "stopped", "works-again",
 * "stuck-mail", "held-digest", "admin-receipt" and "budget" (to the admins), and those of letters.h:
 * "handoff", "solved", "refused", "fixed" (to customers), "turn", "receipt", "aside", "confirm", "incident"
 * (to agents). Each has three files: NAME.subject and NAME.txt, which must be there, and NAME.html, which may
 * be left out. */

/* Names for the templates of a notice; NULL when there is no such notice. Static.
 *
 * acknowledgement: `customer.name` and `subject` are set only when they may be repeated to whoever wrote:
 * the address may be forged, and the reader a victim. `subject` comes without reply prefixes and without the
 * reference, `answer_within` as words ("within 4 working hours"). `fields` hold only values of closed
 * grammars, `kinds_read` words of ours for what was noticed ("an error message"). `asked` are fields that the
 * category needs and that are not there, `welcome` those that would help; `ask` and `why` are words of the
 * rules. `has_no_details`: neither fields nor an attachment, and nobody knows what it is about.
 * `has_secrets`: a password or key was covered; `secrets` has the label of each kind, never what it was.
 * notice: `fields.indented` is the value of several lines, each behind four blanks; else it is not set.
 * `customer.proven` and `customer.is_guest` are truths; `warnings` and `why` are whole sentences; `was_asked`
 * and `still_missing` are labels in a row, `ticket.severity_hint` what a severity by rules is made of.
 * Numbers that are 0 are not set. stopped, works-again: `what` is "mailbox", "route" or "webhook", and one of
 * `is_mailbox`, `is_route`, `is_webhook` is set; times are words. stuck-mail: `message_size` is the largest
 * that is taken. undelivered: `first.to` is the address of the first of `mails`, `mails.id` is for 'postern
 * outbox'. held-digest: `total` mails are held, `more` of them are not shown, `refused` more are of refused
 * senders; answers count for `answer_days`; no line of its text may begin with a slash. Letters to agents:
 * `cut_line` must stand at the top and `end_line` at the end, so that what is between never leaves with an
 * answer; texts of several lines come indented.
 */
TemplateNames notice_names(const char *notice);

/* Compiled notices; immutable, may be shared between threads. */
typedef struct NoticeSet NoticeSet;

/* `lookup` gives the text of a file by name, of parts too ("footer.txt"); NULL when it is absent. `folder`
 * stands before the names in problems; NULL: nothing does. NULL when anything is wrong; all of it is in
 * `problems`. */
NoticeSet *notice_set_compile(const char *folder, TemplatePart lookup, gpointer user, GPtrArray *problems);
void notice_set_free(NoticeSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NoticeSet, notice_set_free)

/* `out_html` is set to NULL when the notice has none. The caller frees all three. FALSE, with nothing set,
 * when there is no such notice. */
gboolean notice_render(const NoticeSet *set, const char *notice, const TemplateValues *values,
                       char **out_subject, char **out_text, char **out_html);
