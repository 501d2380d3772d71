/* A Reading with another value in every member: two members mixed up show. */
#pragma once

#include <postern/values.h>

static inline void sample_mailbox(GPtrArray *array, const char *name, const char *address)
{
    g_ptr_array_add(array, mailbox_new(name, address));
}

static inline void sample_attachments(Reading *reading)
{
    Attachment *picture = g_new0(Attachment, 1);
    picture->name = g_strdup("picture.png");
    picture->type = g_strdup("image/png");
    picture->content_id = g_strdup("cid-1@example.org");
    picture->size = 4711;
    picture->sha256 = g_strdup("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    picture->is_inline = TRUE;
    g_ptr_array_add(reading->attachments, picture);
    Attachment *log = g_new0(Attachment, 1);
    log->name = g_strdup("server.log");
    log->type = g_strdup("text/plain");
    log->found_type = g_strdup("application/gzip");
    log->container = g_strdup("winmail.dat");
    log->size = G_MAXINT64;
    log->sha256 = g_strdup("ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100");
    g_ptr_array_add(reading->attachments, log);
}

static inline Field *sample_field(Reading *reading, const char *name, const char *where, gsize start,
                                  gsize end)
{
    Field *field = g_new0(Field, 1);
    field->name = g_strdup(name);
    field->value = g_strdup_printf("value of %s\nsecond line", name);
    field->raw = g_strdup_printf("raw of %s\n\tsecond line", name);
    field->rule = g_strdup_printf("rule of %s", name);
    field->where = g_strdup(where);
    field->start = start;
    field->end = end;
    g_ptr_array_add(reading->fields, field);
    return field;
}

static inline void sample_bounce(Reading *reading)
{
    reading->bounce = bounce_new();
    reading->bounce->original_message_id = g_strdup("original@example.net");
    BounceRecipient *full = bounce_recipient_new();
    full->address = g_strdup("gone@example.net");
    full->action = g_strdup("failed");
    full->status = g_strdup("5.1.1");
    full->smtp_code = g_strdup("550");
    full->cause = g_strdup("no-such-address");
    full->reason = g_strdup("no such user");
    g_ptr_array_add(reading->bounce->recipients, full);
    BounceRecipient *bare = bounce_recipient_new();
    bare->address = g_strdup("bare@example.net");
    g_ptr_array_add(reading->bounce->recipients, bare);
}

static inline void sample_header(Reading *reading)
{
    reading->message_id = g_strdup("one@example.org");
    reading->date_us = G_GINT64_CONSTANT(1795339800) * G_USEC_PER_SEC;
    reading->subject = g_strdup("Grüße aus Köln");
    reading->from = mailbox_new("Ada Example", "ada@example.org");
    g_ptr_array_add(reading->sender_findings, g_strdup("the name looks like an address"));
    sample_mailbox(reading->to, "Support", "support@example.com");
    sample_mailbox(reading->to, "", "second@example.com");
    sample_mailbox(reading->cc, "Copy", "copy@example.com");
    sample_mailbox(reading->reply_to, "Answers", "answers@example.org");
    g_ptr_array_add(reading->in_reply_to, g_strdup("parent@example.com"));
    g_ptr_array_add(reading->references, g_strdup("root@example.com"));
    g_ptr_array_add(reading->references, g_strdup("parent@example.com"));
}

static inline void sample_forwarded(Reading *reading)
{
    reading->forwarded = forwarded_new();
    reading->forwarded->from = mailbox_new("Dora", "dora@example.net");
    reading->forwarded->subject = g_strdup("It does not work");
    reading->forwarded->date_us = G_GINT64_CONSTANT(1795330000) * G_USEC_PER_SEC;
    reading->forwarded->date_text = g_strdup("Sunday, 22 November 2026");
    reading->forwarded->message_id = g_strdup("within@example.net");
    reading->forwarded->comment = g_strdup("Please take\nthis over.");
    reading->forwarded->text = g_strdup("My application\n\tdoes not work.");
    reading->forwarded->is_attached = TRUE;
}

static inline void sample_structure(Reading *reading)
{
    static const TextSpan spans[] = {{SPAN_REPLY, 0, 18}, {SPAN_QUOTED, 19, 27}, {SPAN_SIGNATURE, 28, 35}};
    for (guint i = 0; i < G_N_ELEMENTS(spans); i++)
        g_ptr_array_add(reading->spans, g_memdup2(&spans[i], sizeof spans[i]));
    PartNode *part = g_new0(PartNode, 1);
    part->level = 3;
    part->type = g_strdup("application/octet-stream");
    part->found_type = g_strdup("application/pdf");
    part->charset = g_strdup("utf-8");
    part->name = g_strdup("report.pdf");
    part->size = 90210;
    part->is_unpacked = TRUE;
    part->fate = PART_FATE_LISTED;
    g_ptr_array_add(reading->parts, part);
    Invitation *invitation = g_new0(Invitation, 1);
    invitation->method = g_strdup("request");
    invitation->summary = g_strdup("Review of the week");
    invitation->starts = g_strdup("2026-11-23 10:00 Europe/Berlin");
    invitation->ends = g_strdup("2026-11-23 11:00 Europe/Berlin");
    invitation->location = g_strdup("Room 4");
    invitation->organizer = g_strdup("boss@example.org");
    invitation->repeats = g_strdup("weekly");
    invitation->attendees = 12;
    g_ptr_array_add(reading->invitations, invitation);
    AuthenticationResult *result = g_new0(AuthenticationResult, 1);
    result->method = g_strdup("dkim");
    result->result = g_strdup("pass");
    result->domain = g_strdup("mail.example.org");
    result->is_aligned = TRUE;
    g_ptr_array_add(reading->authentication, result);
}

/* One in each place that a rule can look at and that travels with the Reading. */
static inline void sample_losers(Reading *reading)
{
    static const char *const places[] = {"quoted", "attachment-name:picture.png", "from-domain"};
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        Field *field = sample_field(reading, "loser", places[i], 2, 5);
        g_ptr_array_steal_index(reading->fields, reading->fields->len - 1);
        g_ptr_array_add(reading->losers, field);
        field->is_single = TRUE;
        field->lost_to = g_strdup_printf("winner-%u", i);
        field->why = g_strdup_printf("overlaps number %u", i);
    }
}

static inline void sample_meaning(Reading *reading)
{
    Meaning *meaning = meaning_new();
    meaning->type = MEANING_SEVERITY;
    meaning->name = g_strdup("high");
    meaning->score = -3;
    meaning->is_chosen = TRUE;
    g_ptr_array_add(meaning->reasons, g_strdup("-3 calm-words: \"no hurry\" in reply 4-9"));
    g_ptr_array_add(reading->meanings, meaning);
}

static inline void sample_candidate(Reading *reading)
{
    Candidate *candidate = g_new0(Candidate, 1);
    candidate->field = g_strdup("app_id");
    candidate->rule = g_strdup("app-id-in-words");
    candidate->where = g_strdup("reply");
    candidate->raw = g_strdup("whole\ttext");
    candidate->value = g_strdup("whole text");
    candidate->start = 4;
    candidate->end = 14;
    candidate->fate = CANDIDATE_EXCEPTED;
    candidate->why = g_strdup("'except' says so");
    g_ptr_array_add(reading->candidates, candidate);
}

/* The caller frees. */
static inline Reading *sample_reading(void)
{
    Reading *reading = reading_new();
    sample_header(reading);
    reading->kind = KIND_RECEIPT;
    reading->may_answer = TRUE;
    g_ptr_array_add(reading->kind_reasons, g_strdup("Auto-Submitted: auto-replied"));
    sample_bounce(reading);
    reading->text = g_strdup("The whole text: ü\n> quoted\n-- \nAda");
    reading->reply = g_strdup("The whole\ttext: ü\n");
    reading->quoted = g_strdup("> quoted\n");
    reading->signature = g_strdup("Ada");
    sample_attachments(reading);
    sample_field(reading, "app_id", "subject", 1, 4)->is_secret = TRUE;
    Field *version = sample_field(reading, "library_version", "reply", 4, 9);
    g_free(version->value);
    version->value = g_strdup("1.2.3-rc.1+b_4");
    version->may_echo = TRUE;
    sample_field(reading, "url", "text", 5, 6);
    sample_field(reading, "steps", "attachment:server.log", 100, 200);
    sample_losers(reading);
    sample_meaning(reading);
    sample_candidate(reading);
    finding_add(reading->findings, "charset-guessed", "windows-1252");
    reading->from_authentic = TRUE;
    reading->from_refuted = TRUE;
    reading->hops = 7;
    reading->return_path = g_strdup("bounces@example.org");
    g_ptr_array_add(reading->delivered_to, g_strdup("inbox@example.com"));
    reading->original_from = mailbox_new("Ola Original", "ola@example.org");
    reading->original_authentic = TRUE;
    reading->from_is_list = TRUE;
    reading->list_address = g_strdup("list@example.com");
    reading->direct_kind = KIND_BULK;
    reading->direct_may_answer = TRUE;
    reading->passed_on_by = mailbox_new("Group", "group@example.com");
    sample_forwarded(reading);
    sample_structure(reading);
    return reading;
}
