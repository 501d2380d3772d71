#include <postern/base/starter.h>

#include <string.h>

/* The assembler takes the files in as they are; the Makefile rebuilds this one when they change. */
#define STARTER(symbol, path)                                                                                \
    __asm__(".section .rodata\n" #symbol ":\n.incbin \"templates/" path "\"\n.byte 0\n.previous\n");         \
    extern const char symbol[];

STARTER(starter_configuration, "postern.yaml")
STARTER(starter_rules, "rules.yaml")
STARTER(starter_ack_subject, "notices/acknowledgement.subject")
STARTER(starter_ack_txt, "notices/acknowledgement.txt")
STARTER(starter_ack_html, "notices/acknowledgement.html")
STARTER(starter_notice_subject, "notices/notice.subject")
STARTER(starter_notice_txt, "notices/notice.txt")
STARTER(starter_notice_html, "notices/notice.html")
STARTER(starter_undelivered_subject, "notices/undelivered.subject")
STARTER(starter_undelivered_txt, "notices/undelivered.txt")
STARTER(starter_stopped_subject, "notices/stopped.subject")
STARTER(starter_stopped_txt, "notices/stopped.txt")
STARTER(starter_works_again_subject, "notices/works-again.subject")
STARTER(starter_works_again_txt, "notices/works-again.txt")
STARTER(starter_stuck_subject, "notices/stuck-mail.subject")
STARTER(starter_stuck_txt, "notices/stuck-mail.txt")
STARTER(starter_handoff_subject, "notices/handoff.subject")
STARTER(starter_handoff_txt, "notices/handoff.txt")
STARTER(starter_handoff_html, "notices/handoff.html")
STARTER(starter_turn_subject, "notices/turn.subject")
STARTER(starter_turn_txt, "notices/turn.txt")
STARTER(starter_receipt_subject, "notices/receipt.subject")
STARTER(starter_receipt_txt, "notices/receipt.txt")
STARTER(starter_aside_subject, "notices/aside.subject")
STARTER(starter_aside_txt, "notices/aside.txt")
STARTER(starter_solved_subject, "notices/solved.subject")
STARTER(starter_solved_txt, "notices/solved.txt")
STARTER(starter_solved_html, "notices/solved.html")
STARTER(starter_refused_subject, "notices/refused.subject")
STARTER(starter_refused_txt, "notices/refused.txt")
STARTER(starter_refused_html, "notices/refused.html")
STARTER(starter_fixed_subject, "notices/fixed.subject")
STARTER(starter_fixed_txt, "notices/fixed.txt")
STARTER(starter_fixed_html, "notices/fixed.html")
STARTER(starter_incident_subject, "notices/incident.subject")
STARTER(starter_incident_txt, "notices/incident.txt")
STARTER(starter_confirm_subject, "notices/confirm.subject")
STARTER(starter_confirm_txt, "notices/confirm.txt")
STARTER(starter_held_subject, "notices/held-digest.subject")
STARTER(starter_held_txt, "notices/held-digest.txt")
STARTER(starter_admin_receipt_subject, "notices/admin-receipt.subject")
STARTER(starter_admin_receipt_txt, "notices/admin-receipt.txt")
STARTER(starter_budget_subject, "notices/budget.subject")
STARTER(starter_budget_txt, "notices/budget.txt")

static const char *const paths[] = {"postern.yaml",
                                    "rules.yaml",
                                    "notices/acknowledgement.subject",
                                    "notices/acknowledgement.txt",
                                    "notices/acknowledgement.html",
                                    "notices/notice.subject",
                                    "notices/notice.txt",
                                    "notices/notice.html",
                                    "notices/undelivered.subject",
                                    "notices/undelivered.txt",
                                    "notices/stopped.subject",
                                    "notices/stopped.txt",
                                    "notices/works-again.subject",
                                    "notices/works-again.txt",
                                    "notices/stuck-mail.subject",
                                    "notices/stuck-mail.txt",
                                    "notices/handoff.subject",
                                    "notices/handoff.txt",
                                    "notices/handoff.html",
                                    "notices/turn.subject",
                                    "notices/turn.txt",
                                    "notices/receipt.subject",
                                    "notices/receipt.txt",
                                    "notices/aside.subject",
                                    "notices/aside.txt",
                                    "notices/solved.subject",
                                    "notices/solved.txt",
                                    "notices/solved.html",
                                    "notices/refused.subject",
                                    "notices/refused.txt",
                                    "notices/refused.html",
                                    "notices/fixed.subject",
                                    "notices/fixed.txt",
                                    "notices/fixed.html",
                                    "notices/incident.subject",
                                    "notices/incident.txt",
                                    "notices/confirm.subject",
                                    "notices/confirm.txt",
                                    "notices/held-digest.subject",
                                    "notices/held-digest.txt",
                                    "notices/admin-receipt.subject",
                                    "notices/admin-receipt.txt",
                                    "notices/budget.subject",
                                    "notices/budget.txt",
                                    NULL};
static const char *const texts[] = {starter_configuration,
                                    starter_rules,
                                    starter_ack_subject,
                                    starter_ack_txt,
                                    starter_ack_html,
                                    starter_notice_subject,
                                    starter_notice_txt,
                                    starter_notice_html,
                                    starter_undelivered_subject,
                                    starter_undelivered_txt,
                                    starter_stopped_subject,
                                    starter_stopped_txt,
                                    starter_works_again_subject,
                                    starter_works_again_txt,
                                    starter_stuck_subject,
                                    starter_stuck_txt,
                                    starter_handoff_subject,
                                    starter_handoff_txt,
                                    starter_handoff_html,
                                    starter_turn_subject,
                                    starter_turn_txt,
                                    starter_receipt_subject,
                                    starter_receipt_txt,
                                    starter_aside_subject,
                                    starter_aside_txt,
                                    starter_solved_subject,
                                    starter_solved_txt,
                                    starter_solved_html,
                                    starter_refused_subject,
                                    starter_refused_txt,
                                    starter_refused_html,
                                    starter_fixed_subject,
                                    starter_fixed_txt,
                                    starter_fixed_html,
                                    starter_incident_subject,
                                    starter_incident_txt,
                                    starter_confirm_subject,
                                    starter_confirm_txt,
                                    starter_held_subject,
                                    starter_held_txt,
                                    starter_admin_receipt_subject,
                                    starter_admin_receipt_txt,
                                    starter_budget_subject,
                                    starter_budget_txt};
G_STATIC_ASSERT(G_N_ELEMENTS(paths) == G_N_ELEMENTS(texts) + 1);

const char *starter_text(const char *path)
{
    for (guint i = 0; paths[i]; i++)
        if (strcmp(paths[i], path) == 0)
            return texts[i];
    return NULL;
}

const char *const *starter_paths(void)
{
    return paths;
}
