/* What the parts of a mail say about its kind. Private to parsers/reading. */
#pragma once

#include <postern/kind.h>
#include <postern/mail.h>

/* Texts that a KindEvidence borrows. */
typedef struct {
    char *delivery_status, *disposition, *feedback, *returned;
} EvidenceTexts;

void evidence_read(Mail *mail, EvidenceTexts *out);
void evidence_clear(EvidenceTexts *texts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EvidenceTexts, evidence_clear)
