#!/bin/bash
# Postern behind and in front of a real Postfix, as it will stand: mail comes in from Postfix over LMTP (TCP and unix socket),
# acknowledgements go out through Postfix with STARTTLS and login, bounces come back.
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" -ne 0 ]; then
    echo "skip postfix_in: only root can start Postfix"
    exit 0
fi
. tests/support/gate.sh
. tests/support/postfix.sh
SEND=$BUILD/tests/support/smtp_send
PORT=$(flow_port)
SOCKET=$FLOW_FOLDER/gate.sock

# The agents' server knows nobody.
AGENTS_PORT=$(flow_port)
smtp-sink -u nobody -f RCPT "127.0.0.1:$AGENTS_PORT" 10 &
flow_at_exit "kill $! 2>/dev/null"
postfix_start "recipient_delimiter = +" "minimal_backoff_time = 2s" "queue_run_delay = 2s" \
    "transport_maps = inline:{ {billing@desk.test = lmtp:inet:[127.0.0.1]:$PORT}, {desk.test = lmtp:unix:$SOCKET},
        {agents.test = smtp:[127.0.0.1]:$AGENTS_PORT} }" || {
    echo "FAIL postfix_in: Postfix does not start"
    cat "$POSTFIX_FOLDER"/*.log
    exit 1
}
printf '%s\n' "$POSTFIX_PASSWORD" >"$FLOW_FOLDER/password"
chmod 600 "$FLOW_FOLDER/password"
GATE_LISTEN="\"127.0.0.1:$PORT\", {unix: gate.sock, mode: \"0666\"}"
GATE_OUTGOING="  server: localhost
  port: $POSTFIX_PORT
  security: starttls
  user: gate
  password_file: password
  ca_file: $POSTFIX_CA"
GATE_EXTRA="admins:
  addresses: [berta@example.org]"
gate_config

# post NAME RCPT SUBJECT [HEADER…]: anna@example.org writes to RCPT through Postfix
post() {
    local name=$1 rcpt=$2 subject=$3
    shift 3
    printf '%s\r\n' 'From: Anna <anna@example.org>' "To: $rcpt" "Subject: $subject" "Message-ID: <$name@example.org>" "$@" '' \
        "Text of $name" '.' 'after a line with a dot' >"$FLOW_FOLDER/$name.eml"
    SMTP_SEND_PASSWORD=$POSTFIX_PASSWORD "$SEND" --hello client.example.org -f anna@example.org -h localhost -p "$POSTFIX_PORT" \
        -s starttls --ca "$POSTFIX_CA" -u gate "$FLOW_FOLDER/$name.eml" "$rcpt" | grep '^sent'
}
# anna's mailbox has a mail that matches; its file is in $FOUND
has_mail() {
    FOUND=$(grep -lE -- "$1" "$POSTFIX_MAIL"/anna/new/* 2>/dev/null | head -1)
    [ -n "$FOUND" ]
}
header() {
    sed -e '/^\r*$/,$d' "$2" | tr -d '\r' | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n[ \t]\+/ /g' | sed -n "s/^$1: *//p"
}
ref_of() {
    postern ticket list --json | jq -r --arg subject "$1" '.[] | select(.subject == $subject).ref'
}
is_known() {
    [ -n "$(ref_of "$1")" ]
}
messages_of() {
    postern ticket show "$1" --json | jq -r '.messages[] | select(.direction == "in") | .kind + " " + .subject'
}
has_message() {
    messages_of "$1" | grep -qE -- "$2"
}
queue() {
    postqueue -c "$POSTFIX_FOLDER/etc" -p
}
is_queued() {
    queue | grep -q -- "$1"
}

flow_check "the gate starts" gate_start

# In over the unix socket, out with STARTTLS and login, as the customer sees it.
flow_check "Postfix takes a mail for us" post first support@desk.test 'The printer'
flow_check "it becomes a ticket" flow_wait 20 is_known 'The printer'
REF=$(ref_of 'The printer')
flow_check "the acknowledgement is in the customer's mailbox" flow_wait 20 has_mail "^X-Postern-Ticket: $REF"
ACK=$FOUND
flow_equals "its envelope sender is empty" "<>" "$(header Return-Path "$ACK")"
flow_equals "it answers the customer's mail" "<first@example.org>" "$(header In-Reply-To "$ACK")"
flow_equals "its From is the queue" "Acme Support <support@desk.test>" "$(header From "$ACK")"
flow_equals "one acknowledgement" 1 "$(grep -l "^X-Postern-Ticket" "$POSTFIX_MAIL"/anna/new/* | wc -l)"
ID=$(postern ticket show "$REF" --json | jq -r '.messages[0].id')
flow_equals "the original is as Postfix had it" "$(tr -d '\r' <"$FLOW_FOLDER/first.eml")" \
    "$(postern ticket raw "$ID" | sed -n '/^From: Anna/,$p' | tr -d '\r' | sed '/^Date: /d')"
flow_contains "Postfix says who it is" "$(postern ticket raw "$ID")" '^Received: .*'
flow_contains "the envelope sender is kept" "$(postern ticket why "$ID")" '^from +anna@example.org'

# The token in the recipient address comes through Postfix whole.
TOKEN=$(header Reply-To "$ACK" | sed 's/.*<\(.*\)>/\1/')
flow_check "a reply to the token address" post reply "$TOKEN" 'Re: something'
flow_check "joins the ticket" flow_wait 20 has_message "$REF" '^human Re: something'

# Notices go to an address that Postfix cannot deliver: its bounce comes back to the ticket, and that is the end of it.
flow_check "the bounce of a notice comes back into the ticket" flow_wait 30 has_message "$REF" '^bounce '
flow_equals "it opens no ticket" 1 "$(postern ticket list --json | jq length)"

# Over TCP.
flow_check "a mail over TCP" post billed billing@desk.test 'The bill'
flow_check "becomes a ticket of the other queue" flow_wait 20 is_known 'The bill'
flow_equals "of that queue" billing "$(postern ticket show "$(ref_of 'The bill')" --json | jq -r .queue)"

# Unknown recipients: Postfix tells the sender with our words.
flow_check "a mail to nobody" post nobody nobody@desk.test 'To nobody'
flow_check "comes back to its sender" flow_wait 20 has_mail 'nobody@desk.test'
flow_contains "with our words" "$(cat "$FOUND")" '550 5\.1\.1 .*queue'

# While Postern is away, Postfix keeps the mail.
gate_stop
flow_check "a mail while the gate is down" post later billing@desk.test 'While you were out'
flow_check "waits in Postfix' queue" flow_wait 20 is_queued 'Connection refused'
flow_check "a mail while the socket is away" post later2 support@desk.test 'While you were out too'
flow_check "waits as well" flow_wait 20 is_queued 'gate.sock'
flow_check "the gate starts again" gate_start
flow_check "the mail comes in later" flow_wait 30 is_known 'While you were out'
flow_check "the other one too" flow_wait 30 is_known 'While you were out too'
flow_equals "each once" 2 "$(postern ticket list --json | jq '[.[] | select(.subject | test("While"))] | length')"

# The agent's address was refused: what is written to it later waits for an hour.
drained() {
    [ "$(postern outbox list --json | jq -r '.[] | select(.state == "queued").to' | sort -u)" = kim@agents.test ]
}
flow_check "all goes out but what waits for an agent's address" flow_wait 30 drained
flow_equals "nothing failed but notices to an address that is not there" notice \
    "$(postern outbox list --json | jq -r '.[] | select(.state == "failed").kind' | sort -u)"
flow_check "the equation holds" postern stats
flow_check "SIGTERM ends with 0" gate_stop
flow_equals "no warning, no error" "" "$(cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" 2>/dev/null | grep -E '^(warning|error) ' | grep -v kim@agents.test)"
flow_end
