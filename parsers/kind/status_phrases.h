/* Words for causes, by the status of RFC 3463 that they mean, in many languages. To add a language, add its
 * words to the lists; all in lower case, each list ends with NULL. */
#pragma once

extern const char *const status_host_or_user[];
extern const char *const status_null_mx[];
extern const char *const status_directory[];
extern const char *const status_host_unknown[];
extern const char *const status_moved[];
extern const char *const status_bad_sender[];
extern const char *const status_user_unknown[];
extern const char *const status_no_way[];
extern const char *const status_mailbox_full[];
extern const char *const status_disabled[];
extern const char *const status_mail_too_big[];
extern const char *const status_too_big[];
extern const char *const status_program_failed[];
extern const char *const status_no_route[];
extern const char *const status_loop[];
extern const char *const status_expired[];
extern const char *const status_network[];
extern const char *const status_late[];
extern const char *const status_reverse_dns[];
extern const char *const status_refused[];
extern const char *const status_list[];
extern const char *const status_no_tls[];
extern const char *const status_no_utf8[];
extern const char *const status_no_storage[];
extern const char *const status_not_accepting[];
extern const char *const status_cut_off[];
extern const char *const status_bad_command[];
extern const char *const status_bad_syntax[];
extern const char *const status_bad_address[];
extern const char *const status_bad_content[];
extern const char *const status_slow_down[];
extern const char *const status_no_spf[];
extern const char *const status_no_dkim[];
extern const char *const status_no_dmarc[];
/* Refused, and nothing tells why. */
extern const char *const status_refused_somehow[];
extern const char *const status_tls_needed[];
/* Two words of one answer, whatever stands between them: status_pairs.c. The last one has no detail. */
typedef struct {
    const char *detail;
    const char *const *subjects, *const *predicates;
} StatusPair;
extern const StatusPair status_pairs[];
/* The same in more languages: status_phrases_world.c. */
extern const char *const status_world_user_unknown[];
extern const char *const status_world_mailbox_full[];
extern const char *const status_world_disabled[];
extern const char *const status_world_host_unknown[];
