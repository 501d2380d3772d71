/* Words by which machines are known: data, lower case. Each table ends with NULL. Alone they prove little;
 * signs.c says what must come with them. */
#pragma once

extern const char *const kind_programs[];           /* X-Mailer, User-Agent: they write by themselves */
extern const char *const kind_ticket_programs[];    /* people write through them, and they answer mail */
extern const char *const kind_responders[];         /* they write automatic answers */
extern const char *const kind_bounce_subjects[];    /* Subjects of delivery reports */
extern const char *const kind_bounce_words[];       /* what their text says */
extern const char *const kind_vacation_subjects[];  /* Subjects of automatic answers */
extern const char *const kind_vacation_words[];     /* what their text says */
extern const char *const kind_challenge_subjects[]; /* Subjects by which a sender is asked to prove himself */
extern const char *const kind_challenge_words[];    /* what such a text says */

extern const char *const kind_clients[];          /* X-Mailer, User-Agent of what people write with */
extern const char *const kind_answer_prefixes[];  /* with which the Subject of an answer begins */
extern const char *const kind_forward_prefixes[]; /* and of what is passed on */
extern const char *const kind_reply_subjects[];   /* "automatic reply" in the words of mail programs */
extern const char *const kind_absence_words[];    /* whole statements that somebody is away */
extern const char *const kind_until_words[];      /* in the same sentence: until when */
extern const char *const kind_return_words[];     /* what goes with them: until when, whom to ask */
extern const char *const kind_left_words[];       /* whole statements that somebody works there no more */
extern const char *const kind_instead_words[];    /* what goes with them: whom to ask */
extern const char *const kind_leave_words[];      /* by which newsletters tell how to get none any more */
extern const char *const kind_automatic_words[];  /* a mail calls itself automatic */
extern const char *const kind_receipt_of_request_subjects[]; /* another desk has opened a ticket */
extern const char *const kind_receipt_of_request_words[];
extern const char *const kind_machine_subjects[];    /* cron, monitors, builds, scanners, voice mail */
extern const char *const kind_machine_topics[];      /* the same, but people begin a Subject so, too */
extern const char *const kind_machine_words[];       /* what the text of such mail says */
extern const char *const kind_personal_beginnings[]; /* a text begins so */
extern const char *const kind_personal_words[];      /* somebody speaks of himself */
extern const char *const kind_first_person[];        /* the same, anywhere in a short text */
extern const char *const kind_calendar_subjects[];   /* answers to invitations */
extern const char *const kind_calendar_words[];
extern const char *const kind_read_subjects[]; /* "Read: …", "Not read: …" */
extern const char *const kind_read_words[];
extern const char
    *const kind_notice_sentences[];           /* what sites alone say, of codes, sign-ins, orders, payments */
extern const char *const kind_notice_words[]; /* what such notices are about, and people, too */
extern const char *const kind_past_words[];   /* somebody was away, and is here again */
extern const char *const kind_trouble_words[];       /* something does not work: a customer */
extern const char *const kind_answering_words[];     /* somebody goes into what was written before */
extern const char *const kind_challenge_sentences[]; /* enough under the subject of the other mail */
