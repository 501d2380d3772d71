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
