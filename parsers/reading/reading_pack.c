#include "check.h"
#include "reading_shape.h"

#include <postern/base/error.h>
#include <postern/base/limits.h>
#include <postern/reading.h>

/* Lines without a limit of their own come from header fields at the longest. */
#define LINE_BYTES LIMIT_ADDRESS_HEADER_BYTES
#define WHERE_BYTES (sizeof "attachment-name:" - 1 + LIMIT_NAME_BYTES)
/* Most mails pack into this. */
#define USUAL_BYTES 8192

#define SHAPE(type, table, maker)                                                                            \
    {                                                                                                        \
        .size = sizeof(type), .members = table, .count = G_N_ELEMENTS(table), .make = maker                  \
    }
#define FLAG .type = MEMBER_NUMBER, .most = 1
#define LINE(limit) .type = MEMBER_LINE, .most = limit
#define TEXT .type = MEMBER_TEXT, .most = LIMIT_TEXT_BYTES
#define LINES(elements, limit) .type = MEMBER_LINES, .most_elements = elements, .most = limit
#define LIST(elements, shape) .type = MEMBER_LIST, .most_elements = elements, .of = &shape

static const Member mailbox_members[] = {
    {MEMBER(Mailbox, name), LINE(LINE_BYTES)},
    {MEMBER(Mailbox, address), LINE(LINE_BYTES)},
};
const Shape mailbox_shape = SHAPE(Mailbox, mailbox_members, NULL);

static const Member attachment_members[] = {
    {MEMBER(Attachment, name), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(Attachment, type), LINE(LINE_BYTES)},
    {MEMBER(Attachment, content_id), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(Attachment, size), .type = MEMBER_NUMBER, .most = G_MAXINT64},
    {MEMBER(Attachment, sha256), LINE(64)},
    {MEMBER(Attachment, is_inline), FLAG},
    {MEMBER(Attachment, found_type), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(Attachment, container), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
};
const Shape attachment_shape = SHAPE(Attachment, attachment_members, NULL);

static const Member span_members[] = {
    {MEMBER(TextSpan, role), .type = MEMBER_NUMBER, .most = SPAN_COUNT - 1},
    {MEMBER(TextSpan, start), .type = MEMBER_NUMBER, .most = LIMIT_TEXT_BYTES},
    {MEMBER(TextSpan, end), .type = MEMBER_NUMBER, .most = LIMIT_TEXT_BYTES},
};
const Shape span_shape = SHAPE(TextSpan, span_members, NULL);

static const Member part_members[] = {
    {MEMBER(PartNode, level), .type = MEMBER_NUMBER, .most = LIMIT_LEVELS},
    {MEMBER(PartNode, type), LINE(LINE_BYTES)},
    {MEMBER(PartNode, found_type), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(PartNode, charset), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(PartNode, name), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
    {MEMBER(PartNode, size), .type = MEMBER_NUMBER, .most = G_MAXINT64},
    {MEMBER(PartNode, is_unpacked), FLAG},
    {MEMBER(PartNode, fate), .type = MEMBER_NUMBER, .most = PART_FATE_COUNT - 1},
};
const Shape part_shape = SHAPE(PartNode, part_members, NULL);

static const Member invitation_members[] = {
    {MEMBER(Invitation, method), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
    {MEMBER(Invitation, summary), LINE(LIMIT_SUBJECT_BYTES)},
    {MEMBER(Invitation, starts), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
    {MEMBER(Invitation, ends), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
    {MEMBER(Invitation, location), LINE(LIMIT_SUBJECT_BYTES), .may_be_null = TRUE},
    {MEMBER(Invitation, organizer), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(Invitation, repeats), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
    {MEMBER(Invitation, attendees), .type = MEMBER_NUMBER, .most = G_MAXUINT32},
};
const Shape invitation_shape = SHAPE(Invitation, invitation_members, NULL);

static const Member authentication_members[] = {
    {MEMBER(AuthenticationResult, method), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(AuthenticationResult, result), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(AuthenticationResult, domain), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(AuthenticationResult, is_aligned), FLAG},
};
const Shape authentication_shape = SHAPE(AuthenticationResult, authentication_members, NULL);

static const Member field_members[] = {
    {MEMBER(Field, name), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(Field, value), TEXT},
    {MEMBER(Field, raw), TEXT},
    {MEMBER(Field, rule), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(Field, where), LINE(WHERE_BYTES)},
    {MEMBER(Field, start), .type = MEMBER_NUMBER, .most = LIMIT_TEXT_BYTES},
    {MEMBER(Field, end), .type = MEMBER_NUMBER, .most = LIMIT_TEXT_BYTES},
    {MEMBER(Field, is_secret), FLAG},
    {MEMBER(Field, may_echo), FLAG},
    {MEMBER(Field, is_single), FLAG},
    {MEMBER(Field, print), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
    {MEMBER(Field, lost_to), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
    {MEMBER(Field, why), LINE(LINE_BYTES), .may_be_null = TRUE},
};
const Shape field_shape = SHAPE(Field, field_members, NULL);

static const Member meaning_members[] = {
    {MEMBER(Meaning, type), .type = MEMBER_NUMBER, .most = MEANING_COUNT - 1},
    {MEMBER(Meaning, name), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(Meaning, score), .type = MEMBER_NUMBER, .most = G_MAXUINT32},
    {MEMBER(Meaning, is_chosen), FLAG},
    {MEMBER(Meaning, reasons), LINES(LIMIT_FINDINGS, LINE_BYTES)},
};

static gpointer meaning_make(void)
{
    return meaning_new();
}

const Shape meaning_shape = SHAPE(Meaning, meaning_members, meaning_make);

static const Member candidate_members[] = {
    {MEMBER(Candidate, field), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(Candidate, rule), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(Candidate, where), LINE(WHERE_BYTES)},
    {MEMBER(Candidate, raw), TEXT},
    {MEMBER(Candidate, value), TEXT, .may_be_null = TRUE},
    {MEMBER(Candidate, start), .type = MEMBER_NUMBER, .most = LIMIT_TEXT_BYTES},
    {MEMBER(Candidate, end), .type = MEMBER_NUMBER, .most = LIMIT_TEXT_BYTES},
    {MEMBER(Candidate, fate), .type = MEMBER_NUMBER, .most = CANDIDATE_COUNT - 1},
    {MEMBER(Candidate, why), LINE(LINE_BYTES)},
};
const Shape candidate_shape = SHAPE(Candidate, candidate_members, NULL);

static const Member finding_members[] = {
    {MEMBER(Finding, code), LINE(LIMIT_NAME_BYTES)},
    {MEMBER(Finding, detail), LINE(LINE_BYTES)},
};
const Shape finding_shape = SHAPE(Finding, finding_members, NULL);

static const Member recipient_members[] = {
    {MEMBER(BounceRecipient, address), LINE(LINE_BYTES)},
    {MEMBER(BounceRecipient, action), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(BounceRecipient, status), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(BounceRecipient, smtp_code), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(BounceRecipient, reason), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(BounceRecipient, cause), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
};
const Shape recipient_shape = SHAPE(BounceRecipient, recipient_members, NULL);

static const Member bounce_members[] = {
    {MEMBER(Bounce, recipients), LIST(LIMIT_ADDRESSES, recipient_shape)},
    {MEMBER(Bounce, original_message_id), LINE(LIMIT_MESSAGE_ID_BYTES), .may_be_null = TRUE},
};

static gpointer bounce_make(void)
{
    return bounce_new();
}

const Shape bounce_shape = SHAPE(Bounce, bounce_members, bounce_make);

static const Member forwarded_members[] = {
    {MEMBER(Forwarded, from), .type = MEMBER_STRUCT, .of = &mailbox_shape},
    {MEMBER(Forwarded, subject), LINE(LIMIT_SUBJECT_BYTES)},
    {MEMBER(Forwarded, date_us), .type = MEMBER_NUMBER, .most = G_MAXUINT64},
    {MEMBER(Forwarded, date_text), LINE(LIMIT_NAME_BYTES), .may_be_null = TRUE},
    {MEMBER(Forwarded, message_id), LINE(LIMIT_MESSAGE_ID_BYTES), .may_be_null = TRUE},
    {MEMBER(Forwarded, comment), TEXT},
    {MEMBER(Forwarded, text), TEXT},
    {MEMBER(Forwarded, is_attached), FLAG},
};

static gpointer forwarded_make(void)
{
    return forwarded_new();
}

const Shape forwarded_shape = SHAPE(Forwarded, forwarded_members, forwarded_make);

static const Member reading_members[] = {
    {MEMBER(Reading, message_id), LINE(LIMIT_MESSAGE_ID_BYTES), .may_be_null = TRUE},
    {MEMBER(Reading, date_us), .type = MEMBER_NUMBER, .most = G_MAXUINT64},
    {MEMBER(Reading, subject), LINE(LIMIT_SUBJECT_BYTES)},
    {MEMBER(Reading, from), .type = MEMBER_STRUCT, .of = &mailbox_shape},
    {MEMBER(Reading, sender_findings), LINES(LIMIT_FINDINGS, LINE_BYTES)},
    {MEMBER(Reading, to), LIST(LIMIT_ADDRESSES, mailbox_shape)},
    {MEMBER(Reading, cc), LIST(LIMIT_ADDRESSES, mailbox_shape)},
    {MEMBER(Reading, reply_to), LIST(LIMIT_ADDRESSES, mailbox_shape)},
    {MEMBER(Reading, in_reply_to), LINES(LIMIT_REFERENCES, LIMIT_MESSAGE_ID_BYTES)},
    {MEMBER(Reading, references), LINES(LIMIT_REFERENCES, LIMIT_MESSAGE_ID_BYTES)},
    {MEMBER(Reading, kind), .type = MEMBER_NUMBER, .most = KIND_COUNT - 1},
    {MEMBER(Reading, may_answer), FLAG},
    {MEMBER(Reading, kind_reasons), LINES(LIMIT_FINDINGS, LINE_BYTES)},
    {MEMBER(Reading, bounce), .type = MEMBER_STRUCT, .of = &bounce_shape},
    {MEMBER(Reading, text), TEXT},
    {MEMBER(Reading, reply), TEXT},
    {MEMBER(Reading, quoted), TEXT},
    {MEMBER(Reading, signature), TEXT},
    {MEMBER(Reading, spans), LIST(LIMIT_SPANS, span_shape)},
    {MEMBER(Reading, parts), LIST(LIMIT_PARTS, part_shape)},
    {MEMBER(Reading, invitations), LIST(LIMIT_INVITATIONS, invitation_shape)},
    {MEMBER(Reading, authentication), LIST(LIMIT_AUTHENTICATION, authentication_shape)},
    {MEMBER(Reading, attachments), LIST(LIMIT_PARTS, attachment_shape)},
    {MEMBER(Reading, fields), LIST(LIMIT_FIELDS, field_shape)},
    {MEMBER(Reading, losers), LIST(LIMIT_FIELDS, field_shape)},
    {MEMBER(Reading, meanings), LIST(LIMIT_MEANINGS, meaning_shape)},
    {MEMBER(Reading, candidates), LIST(LIMIT_CANDIDATES, candidate_shape)},
    {MEMBER(Reading, other_fields), LIST(LIMIT_FIELDS, field_shape)},
    {MEMBER(Reading, other_meanings), LIST(LIMIT_MEANINGS, meaning_shape)},
    {MEMBER(Reading, other_gave_up), LIST(LIMIT_FINDINGS, finding_shape)},
    {MEMBER(Reading, findings), LIST(LIMIT_FINDINGS, finding_shape)},
    {MEMBER(Reading, from_authentic), FLAG},
    {MEMBER(Reading, from_refuted), FLAG},
    {MEMBER(Reading, hops), .type = MEMBER_NUMBER, .most = LIMIT_HEADER_FIELDS},
    {MEMBER(Reading, return_path), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(Reading, delivered_to), LINES(LIMIT_DELIVERED_TO, LINE_BYTES)},
    {MEMBER(Reading, original_from), .type = MEMBER_STRUCT, .of = &mailbox_shape},
    {MEMBER(Reading, original_authentic), FLAG},
    {MEMBER(Reading, from_is_list), FLAG},
    {MEMBER(Reading, list_address), LINE(LINE_BYTES), .may_be_null = TRUE},
    {MEMBER(Reading, direct_kind), .type = MEMBER_NUMBER, .most = KIND_COUNT - 1},
    {MEMBER(Reading, direct_may_answer), FLAG},
    {MEMBER(Reading, passed_on_by), .type = MEMBER_STRUCT, .of = &mailbox_shape},
    {MEMBER(Reading, passed_on_authentic), FLAG},
    {MEMBER(Reading, forwarded), .type = MEMBER_STRUCT, .of = &forwarded_shape},
};
const Shape reading_shape = SHAPE(Reading, reading_members, NULL);

GBytes *reading_pack(const Reading *reading)
{
    GByteArray *packed = g_byte_array_sized_new(USUAL_BYTES);
    shape_pack(&reading_shape, reading, packed);
    return g_byte_array_free_to_bytes(packed);
}

Reading *reading_unpack(GBytes *bytes, GError **error)
{
    gsize length;
    gconstpointer data = g_bytes_get_data(bytes, &length);
    g_autoptr(Reading) reading = reading_new();
    const char *fault = shape_unpack(&reading_shape, reading, data, length);
    if (!fault)
        fault = reading_fault(reading);
    if (fault) {
        g_set_error(error, POSTERN_ERROR, ERROR_CORRUPT, "the packed reading breaks its promise about: %s",
                    fault);
        return NULL;
    }
    return g_steal_pointer(&reading);
}
