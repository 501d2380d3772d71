#!/bin/bash
# The recipe of README.md for Postfix, as it is written there, but for names and ports: mail comes in with its token, unknown
# recipients are refused at the door, and no mail is smuggled in within another.
cd "$(dirname "$0")/../.." || exit 1
if [ "$(id -u)" -ne 0 ]; then
    echo "skip recipes: only root can start Postfix"
    exit 0
fi
. tests/support/gate.sh
. tests/support/postfix.sh
PORT=$(flow_port)

# recipe HEADING: the first block of commands below it, without comments
recipe() {
    awk -v heading="#### $1" '$0 == heading { on = 1; next } on && /^#/ { exit } on && /^    / { sub(/^    /, ""); print; inside = 1; next }
        inside && !/^$/ { exit }' README.md | grep -v '^ *#'
}
mapfile -t LINES_OF_RECIPE < <(recipe "Postfix hands mail over" | sed "s/support\.example\.com/desk.test/; s/127\.0\.0\.1:2424/127.0.0.1:$PORT/")
flow_equals "the recipe stands in README.md" 8 "${#LINES_OF_RECIPE[@]}"
# What a server in the Internet has, and the private one of the tests has not.
postfix_start "smtpd_tls_security_level = may" "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated,
    defer_unauth_destination" "address_verify_poll_delay = 1s" "minimal_backoff_time = 1s" "queue_run_delay = 1s" \
    "${LINES_OF_RECIPE[@]}" || {
    echo "FAIL recipes: Postfix does not start"
    cat "$POSTFIX_FOLDER"/*.log
    exit 1
}
flow_lacks "Postfix knows every setting" "$(postconf -c "$POSTFIX_FOLDER/etc" -n 2>&1)" 'unused parameter|fatal'
GATE_LISTEN="\"127.0.0.1:$PORT\""
gate_config

# mail RCPT SUBJECT: a stranger writes; the dialogue
mail() {
    swaks --server 127.0.0.1 --port "$POSTFIX_PORT" --helo client.test --from anna@customer.test --to "$1" --header "Subject: $2" \
        --body "Text of $2" 2>&1
}
is_known() {
    [ "$(postern ticket list --json | jq --arg subject "$1" '[.[] | select(.subject == $subject)] | length')" = 1 ]
}
messages() {
    postern ticket show "$1" --json | jq '[.messages[] | select(.direction == "in")] | length'
}
has_messages() {
    [ "$(messages "$1")" = "$2" ]
}

flow_check "the gate starts" gate_start
flow_contains "a mail to the queue is taken" "$(mail support@desk.test first)" '^<-  250 2\.0\.0 Ok: queued'
flow_check "and becomes a ticket" flow_wait 20 is_known first
REF=$(postern ticket list --json | jq -r '.[0].ref')
acknowledged() {
    ACK=$(grep -rl '^To:.*anna@customer.test' "$FLOW_FOLDER/outgoing/new" | head -1)
    [ -n "$ACK" ]
}
flow_check "it is acknowledged" flow_wait 20 acknowledged
TOKEN=$(sed -e '/^\r*$/,$d' "$ACK" | tr -d '\r' | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n[ \t]\+/ /g' | sed -n 's/^Reply-To:.*<\(.*\)>.*/\1/p')
flow_contains "the acknowledgement names a token" "$TOKEN" '^support\+.+@desk\.test$'
flow_contains "a reply to it is taken" "$(mail "${TOKEN:-none@desk.test}" 'Re: other words')" '^<-  250 2\.0\.0 Ok: queued'
flow_check "and joins the ticket" flow_wait 20 has_messages "$REF" 2
flow_contains "an unknown recipient is refused at the door" "$(mail nobody@desk.test x)" '^<\*\* 550 .*no queue has this address'
flow_contains "another domain is not relayed" "$(mail x@elsewhere.test x)" '^<\*\* [45]5[04] .*Relay access denied'

# Bytes that some servers took for the end of a mail: what stands behind is text, never a mail.
smuggle() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$POSTFIX_PORT" || exit 1
        say() {
            printf "$@" >&3
        }
        answer() {
            local line
            IFS= read -r -t 20 line <&3 && echo "${line%$'\r'}"
        }
        answer
        say 'HELO client.test\r\n' && answer
        say 'MAIL FROM:<anna@customer.test>\r\n' && answer
        say 'RCPT TO:<support@desk.test>\r\n' && answer
        say 'DATA\r\n' && answer
        say 'Subject: outer %s\r\n\r\nouter\r\n' "$1"
        say "$2"
        say 'MAIL FROM:<boss@desk.test>\r\nRCPT TO:<support@desk.test>\r\nDATA\r\nSubject: smuggled %s\r\n\r\ninner\r\n.\r\n' "$1"
        answer
        say 'QUIT\r\n'
        timeout 20 cat <&3
    ) | tr -d '\r'
}
n=0
for ending in '\n.\n' '\n.\r\n' '\r\n.\n' '\r.\r' '\r\n.\r' '\n.\r'; do
    n=$((n + 1))
    smuggle "$n" "$ending" >"$FLOW_FOLDER/smuggle.$n"
done
smuggled() {
    postern ticket list --json | jq -r '.[].subject' | grep -c '^smuggled'
}
drained() {
    [ -z "$(postqueue -c "$POSTFIX_FOLDER/etc" -j)" ]
}
flow_check "Postfix has handed over what it took" flow_wait 30 drained
flow_check "the gate has read it" flow_wait 20 eval '[ "$(postern stats --json | jq .waiting)" = 0 ]'
flow_equals "no mail was smuggled in" 0 "$(smuggled)"
flow_contains "the mails around were taken, or refused as a whole" "$(postern ticket list --json | jq -r '.[].subject')" '^outer [0-9]'
flow_contains "doctor finds the gate where Postfix looks" "$(postern doctor)" '^  ok +answer '
flow_check "the equation holds" postern stats
gate_stop
flow_contains "while the gate is down a known recipient's mail is kept" "$(mail support@desk.test later)" '^<-  250 2\.0\.0 Ok: queued'
flow_check "the gate starts again" gate_start
flow_check "and gets it" flow_wait 30 is_known later
flow_end
