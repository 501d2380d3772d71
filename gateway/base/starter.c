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
