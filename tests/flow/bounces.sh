#!/bin/bash
# Mail that comes back later: a real Postfix that takes a notice and cannot deliver it, reports that are forged, late or
# harmless, what they do to the outbox, and who is told.
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" -ne 0 ]; then
    echo "skip bounces: only root can start Postfix"
    exit 0
fi
. tests/support/gate.sh
. tests/support/postfix.sh
PORT=$(flow_port)

# kim's server knows nobody; lou is berta@example.org, whose mailbox Postfix has.
KIMS_PORT=$(flow_port)
smtp-sink -u nobody -f RCPT "127.0.0.1:$KIMS_PORT" 10 &
flow_at_exit "kill $! 2>/dev/null"
postfix_start "recipient_delimiter = +" \
    "transport_maps = inline:{ {desk.test = lmtp:inet:[127.0.0.1]:$PORT}, {agents.test = smtp:[127.0.0.1]:$KIMS_PORT} }" || {
    echo "FAIL bounces: Postfix does not start"
    cat "$POSTFIX_FOLDER"/*.log
    exit 1
}
printf '%s\n' "$POSTFIX_PASSWORD" >"$FLOW_FOLDER/password"
chmod 600 "$FLOW_FOLDER/password"
GATE_LISTEN="\"127.0.0.1:$PORT\""
GATE_OUTGOING="  server: localhost
  port: $POSTFIX_PORT
  security: starttls
  user: gate
  password_file: password
  ca_file: $POSTFIX_CA"
gate_config
sed -i 's/^    address: kim@agents.test/&\n  - {name: lou, display: Lou, address: berta@example.org}/; s/agents: \[kim\]/agents: [kim, lou]/' \
    "$FLOW_FOLDER/postern.yaml"

mail() { # NAME FROM SUBJECT [MESSAGE-ID]
    printf '%s\n' 'Authentication-Results: mx.desk.test; dmarc=pass header.from=example.org' "From: $2" 'To: support@desk.test' \
        "Subject: $3" "Message-ID: <${4:-$1@example.org}>" '' "Text of $1" >"$FLOW_FOLDER/$1"
}
ref_of() {
    postern ticket list --json | jq -r --arg subject "$1" '.[] | select(.subject == $subject).ref'
}
is_known() {
    [ -n "$(ref_of "$1")" ]
}
# row KIND TO [REF]: the newest such row of the outbox, as JSON
row() {
    postern outbox list --json |
        jq -c --arg kind "$1" --arg to "$2" --arg ref "${3:-}" \
            '[.[] | select(.kind == $kind and .to == $to and ($ref == "" or .ref == $ref))][0]'
}
is_in_state() { # STATE KIND TO [REF]
    [ "$(row "$2" "$3" "${4:-}" | jq -r .state)" = "$1" ]
}
return_path() { # OUTBOX-ID
    postern outbox show "$1" | sed -n 's/^Envelope from *//p'
}
has_event() { # REF WHAT PATTERN
    postern ticket show "$1" --json | jq -r --arg what "$2" '.events[] | select(.what == $what).detail' | grep -qE -- "$3"
}
events() { # REF WHAT
    postern ticket show "$1" --json | jq -r --arg what "$2" '.events[] | select(.what == $what).detail'
}
lou_has() {
    FOUND=$(grep -lE -- "$1" "$POSTFIX_MAIL"/berta/new/* 2>/dev/null | head -1)
    [ -n "$FOUND" ]
}
held() {
    postern held list --json | jq -r '.[].reason'
}
is_held() { # REASON COUNT
    [ "$(held | grep -c "^$1$")" = "$2" ]
}
# report FILE RECIPIENT ACTION STATUS WORDS [MESSAGE-ID]: an RFC 3464 report
report() {
    cat >"$FLOW_FOLDER/$1" <<END
From: MAILER-DAEMON@mx.example.net
To: whoever@desk.test
Subject: Delivery Status Notification
Message-ID: <$1.$RANDOM$RANDOM@mx.example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

About your mail.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; $2
Action: $3
Status: $4
Diagnostic-Code: smtp; $5
--b
Content-Type: text/rfc822-headers

From: support@desk.test
${6:+Message-ID: <$6>}
Subject: what was sent

--b--
END
}

# prose FILE WORDS...: a report without fields, each word a line
prose() {
    local name=$1
    shift
    printf '%s\n' 'From: MAILER-DAEMON@mx.example.net' 'To: support@desk.test' "Subject: ${PROSE_SUBJECT:-failure notice}" \
        "Message-ID: <$name.$RANDOM$RANDOM@mx.example.net>" '' "$@" >"$FLOW_FOLDER/$name"
}

flow_check "the gate starts" gate_start

# Postfix takes the notice to kim, cannot deliver it, and reports to the return path.
mail first 'Anna <anna@example.org>' 'The printer'
flow_check "a mail becomes a ticket" send "$FLOW_FOLDER/first" anna@example.org
flow_check "and is known" flow_wait 20 is_known 'The printer'
REF=$(ref_of 'The printer')
flow_check "the notice that was sent counts as failed when it comes back" flow_wait 30 is_in_state failed notice kim@agents.test "$REF"
flow_check "an event says so" has_event "$REF" 'not delivered' '^notice to kim@agents.test came back: 5\.[0-9.]+ .*500'
flow_contains "the outbox says why" "$(row notice kim@agents.test "$REF" | jq -r .last_error)" '^it came back: 5'
flow_check "the other agent is told" flow_wait 20 lou_has '^Subject: Not delivered: mail to kim@agents.test \['"$REF"
flow_contains "with the reason" "$(tr -d '\r' <"$FOUND")" 'notice to kim@agents.test'
flow_contains "as a mail of a machine" "$(cat "$FOUND")" '^Auto-Submitted: auto-generated'
flow_equals "once" 1 "$(grep -l '^Subject: Not delivered' "$POSTFIX_MAIL"/berta/new/* | wc -l)"
flow_check "kim gets no automatic mail for a time" has_event "$REF" blocked 'kim@agents.test gets no automatic mail'
flow_equals "the customer is told nothing of it" 1 "$(find "$POSTFIX_MAIL/anna/new" -type f | wc -l)"
flow_equals "the report is answered to nobody" "" "$(postern outbox list --json | jq -r '.[].to' | grep -v -e '^anna@example.org$' -e '^kim@' -e '^berta@')"

# What somebody makes up changes nothing: the return path of lou's notice, but about somebody else; no return path at all.
ROW=$(row notice berta@example.org "$REF")
ID=$(jq -r .id <<<"$ROW")
PATH_OF_LOU=$(return_path "$ID")
flow_contains "lou's notice has a return path of its own" "$PATH_OF_LOU" '^support\+[a-z0-9]+@desk.test$'
flow_check "it was delivered" flow_wait 20 is_in_state sent notice berta@example.org "$REF"
report other kim@agents.test failed 5.1.1 '550 5.1.1 no such user'
flow_check "a report about somebody else" send "$FLOW_FOLDER/other" "" "$PATH_OF_LOU"
flow_check "is held" flow_wait 20 is_held 'doubtful report' 1
report public berta@example.org failed 5.1.1 '550 5.1.1 no such user' "$(jq -r .message_id <<<"$ROW")"
flow_check "a report to the public address with our Message-ID" send "$FLOW_FOLDER/public" ""
flow_check "is held, since that mail had a return path" flow_wait 20 is_held 'doubtful report' 2
report nothing berta@example.org failed 5.1.1 '550 5.1.1 no such user' something@example.net
flow_check "a report about nothing of ours" send "$FLOW_FOLDER/nothing" ""
flow_check "is held" flow_wait 20 is_held 'report without a ticket' 1
ALTERED=$(jq -r .message_id <<<"$ROW" | sed -E 's/a@/b@/; t; s/.@/a@/')
prose altered 'Hi. This is the qmail-send program at mx.example.net.' '' '<berta@example.org>:' \
    'Sorry, no mailbox here by that name. (#5.1.1)' '' '--- Below this line is a copy of the message.' '' "Message-ID: <$ALTERED>"
flow_check "a report whose token was altered" send "$FLOW_FOLDER/altered" ""
flow_check "is held" flow_wait 20 is_held 'report without a ticket' 2
prose secondhand 'Hi. This is the qmail-send program at mx.example.net.' '' '<berta@example.org>:' \
    'Sorry, no mailbox here by that name. (#5.1.1)' '' "It was your message <$(jq -r .message_id <<<"$ROW")>."
flow_check "a report in prose to the public address with our Message-ID" send "$FLOW_FOLDER/secondhand" ""
flow_check "is held, since that mail had a return path" flow_wait 20 is_held 'doubtful report' 3

# True pieces, put together wrongly: the return path of one notice with the Message-ID of another, our
# Message-ID below somebody else's, and a return path with another sign in it.
mail matter 'Anna <anna@example.org>' 'Another matter'
flow_check "another ticket" send "$FLOW_FOLDER/matter" anna@example.org
flow_check "is known" flow_wait 20 is_known 'Another matter'
MATTER=$(ref_of 'Another matter')
flow_check "its notice went to lou" flow_wait 20 is_in_state sent notice berta@example.org "$MATTER"
OTHER=$(row notice berta@example.org "$MATTER")
PATH_OF_OTHER=$(return_path "$(jq -r .id <<<"$OTHER")")
report mixed berta@example.org failed 5.1.1 '550 5.1.1 no such user' "$(jq -r .message_id <<<"$ROW")"
flow_check "the return path of one with the Message-ID of another" send "$FLOW_FOLDER/mixed" "" "$PATH_OF_OTHER"
flow_check "is held" flow_wait 20 is_held 'doubtful report' 4
report below berta@example.org failed 5.1.1 '550 5.1.1 no such user' "some@example.net>
Message-ID: <$(jq -r .message_id <<<"$OTHER")"
flow_check "a report with two Message-IDs" send "$FLOW_FOLDER/below" ""
flow_check "is held" flow_wait 20 is_held 'report without a ticket' 3
report signs berta@example.org failed 5.1.1 '550 5.1.1 no such user' "$(jq -r .message_id <<<"$OTHER")"
send "$FLOW_FOLDER/signs" "" "$(sed -E 's/a@/b@/; t; s/.@/a@/' <<<"$PATH_OF_OTHER")" >/dev/null 2>&1
flow_check "the other row is as it was" is_in_state sent notice berta@example.org "$MATTER"
flow_equals "its ticket has no event of it" "" "$(events "$MATTER" 'not delivered' | grep berta)"
flow_check "the row is as it was" is_in_state sent notice berta@example.org "$REF"
flow_equals "no event" 1 "$(events "$REF" 'not delivered' | wc -l)"

# A delay is news, no failure.
report late berta@example.org delayed 4.4.1 '450 4.4.1 busy' "$(jq -r .message_id <<<"$ROW")"
flow_check "a report of a delay" send "$FLOW_FOLDER/late" "" "$PATH_OF_LOU"
flow_check "is an event" flow_wait 20 has_event "$REF" delayed 'notice to berta@example.org: 4\.4\.1 450 4\.4\.1 busy'
flow_check "and no failure" is_in_state sent notice berta@example.org "$REF"
flow_lacks "nobody is blocked for it" "$(events "$REF" blocked)" 'berta'

PROSE_SUBJECT='Warning: could not send message for past 4 hours' prose later '   THIS IS A WARNING MESSAGE ONLY' '' \
    'We could not reach the server yet. Will keep trying until the message is 5 days old.'
flow_check "a report of a delay that names nobody" send "$FLOW_FOLDER/later" "" "$PATH_OF_LOU"
is_late_twice() {
    [ "$(events "$REF" delayed | grep -c berta)" = 2 ]
}
flow_check "is an event" flow_wait 20 is_late_twice
flow_check "and no failure either" is_in_state sent notice berta@example.org "$REF"

# Nor is an absence a bounce.
cat >"$FLOW_FOLDER/away" <<END
From: berta@example.org
To: $PATH_OF_LOU
Subject: Out of office: ticket
Auto-Submitted: auto-replied
Message-ID: <away@example.org>

Back next week.
END
flow_check "an automatic reply to the return path" send "$FLOW_FOLDER/away" "" "$PATH_OF_LOU"
is_away_known() {
    postern ticket show "$REF" --json | jq -r '.messages[].kind' | grep -q '^auto-reply$'
}
flow_check "is a message of the ticket" flow_wait 20 is_away_known
flow_check "and no failure" is_in_state sent notice berta@example.org "$REF"

# The same return path, the truth this time.
report true berta@example.org failed 5.2.2 '552 5.2.2 mailbox full' "$(jq -r .message_id <<<"$ROW")"
flow_check "a true report" send "$FLOW_FOLDER/true" "" "$PATH_OF_LOU"
flow_check "marks the row" flow_wait 20 is_in_state failed notice berta@example.org "$REF"
flow_check "the same report, once more" send "$FLOW_FOLDER/true" "" "$PATH_OF_LOU"
report again berta@example.org failed 5.2.2 '552 5.2.2 mailbox full' "$(jq -r .message_id <<<"$ROW")"
flow_check "a second one" send "$FLOW_FOLDER/again" "" "$PATH_OF_LOU"
is_twice() {
    [ "$(events "$REF" 'not delivered' | grep -c berta)" = 2 ]
}
flow_check "is an event as well" flow_wait 20 is_twice

# The acknowledgement has no return path. Its Message-ID is known to all who ever got a copy of an answer to it: the report is
# believed, but switches nothing off.
mail second 'Carla <carla@example.org>' 'From Carla'
flow_check "a mail of somebody else" send "$FLOW_FOLDER/second" carla@example.org
flow_check "is acknowledged" flow_wait 20 is_known 'From Carla'
CARLAS=$(ref_of 'From Carla')
flow_check "the acknowledgement is sent" flow_wait 20 is_in_state sent acknowledgement carla@example.org "$CARLAS"
report carla carla@example.org failed 5.1.1 '550 5.1.1 no such user' "$(row acknowledgement carla@example.org "$CARLAS" | jq -r .message_id)"
flow_check "it comes back" send "$FLOW_FOLDER/carla" ""
flow_check "which the ticket says" flow_wait 20 has_event "$CARLAS" 'not delivered' '^acknowledgement to carla@example.org came back: 5\.1\.1 550'
flow_equals "the address is not blocked" "" "$(postern outbox blocked | grep carla)"

# A report without fields finds its mail by the Message-ID that its prose names, or that it answers.
mail prosaic 'Anna <anna@example.org>' 'A second question'
flow_check "a second mail of anna" send "$FLOW_FOLDER/prosaic" anna@example.org
flow_check "is acknowledged as well" flow_wait 20 is_known 'A second question'
SECOND_REF=$(ref_of 'A second question')
flow_check "its acknowledgement is sent" flow_wait 20 is_in_state sent acknowledgement anna@example.org "$SECOND_REF"
SECOND_ID=$(row acknowledgement anna@example.org "$SECOND_REF" | jq -r .message_id)
prose comeback "We could not deliver your message <$SECOND_ID> to" 'the following recipient:' '' 'anna@example.org: 550 5.1.1 no such user'
flow_check "it comes back in prose" send "$FLOW_FOLDER/comeback" ""
flow_check "which the ticket says, too" flow_wait 20 has_event "$SECOND_REF" 'not delivered' '^acknowledgement to anna@example.org came back: 5\.1\.1 550'
flow_check "and the row" is_in_state failed acknowledgement anna@example.org "$SECOND_REF"
flow_equals "the address is not blocked" "" "$(postern outbox blocked | grep anna)"

# Whom the server refuses for good gets no furtits acknowledgement.
mail third 'Ghost <ghost@example.org>' 'From a ghost'
flow_check "a mail of an address that is not there" send "$FLOW_FOLDER/third" ghost@example.org
flow_check "is a ticket" flow_wait 20 is_known 'From a ghost'
flow_check "the acknowledgement is refused" flow_wait 20 is_in_state failed acknowledgement ghost@example.org "$(ref_of 'From a ghost')"
mail fourth 'Ghost <ghost@example.org>' 'From a ghost again'
flow_check "a second mail of it" send "$FLOW_FOLDER/fourth" ghost@example.org
flow_check "is a ticket, too" flow_wait 20 is_known 'From a ghost again'
flow_contains "without an acknowledgement, and why" \
    "$(events "$(ref_of 'From a ghost again')" 'not acknowledged')" 'mail to ghost@example.org failed for good'
flow_equals "none is in the outbox" null "$(row acknowledgement ghost@example.org "$(ref_of 'From a ghost again')")"

# A report about the news of a failure is told to nobody.
NEWS=$(row undelivered berta@example.org "$REF")
report news berta@example.org failed 5.2.2 '552 5.2.2 mailbox full' "$(jq -r .message_id <<<"$NEWS")"
flow_check "the news themselves come back" send "$FLOW_FOLDER/news" "" "$(return_path "$(jq -r .id <<<"$NEWS")")"
flow_check "which the row says" flow_wait 20 is_in_state failed undelivered berta@example.org "$REF"
is_in_log() {
    grep -q 'undelivered to berta@example.org.*news about trouble' "$FLOW_FOLDER/serve.log"
}
flow_check "and the log" flow_wait 20 is_in_log
flow_equals "no more news of it" 1 "$(postern outbox list --json | jq --arg ref "$REF" '[.[] | select(.kind == "undelivered" and .ref == $ref)] | length')"

flow_check "the equation holds" postern stats
flow_check "SIGTERM ends with 0" gate_stop
flow_equals "no error" "" "$(grep -E '^error ' "$FLOW_FOLDER/serve.log")"
flow_end
