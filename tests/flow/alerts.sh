#!/bin/bash
# Mail out of a real mailbox finds its ticket, its queue and its writer; the admins hear once when the mailbox stops, and
# once when it works again.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/mailbox.sh
MAILBOX_EXTRA="admins:
  addresses: [ada@home.test]
  alert_after: 1s"

dovecot_user box
flow_check "a Dovecot of our own starts" dovecot_start
mailboxes "$(mailbox front box 'start: all' 'poll: 1s' 'idle: no')"
flow_check "the configuration is right" postern check
flow_contains "a folder as way out is apart from every server" "$(postern check)" 'good'
flow_check "the gate starts" gate_start

ticket_of() {
    postern ticket list --json | jq -r --arg subject "$1" '.[] | select(.subject == $subject).ref'
}
outbox() {
    postern outbox list --json | jq -r --arg kind "$1" '.[] | select(.kind == $kind) | .to + " " + .subject'
}
bytes() { # KIND TO
    postern outbox list --json | jq -r --arg kind "$1" --arg to "$2" '[.[] | select(.kind == $kind and .to == $to)][0].id' |
        xargs "$PROGRAM" -c "$FLOW_FOLDER/postern.yaml" outbox show
}
is_written() {
    [ "$(outbox "$1" | wc -l)" = "$2" ]
}

# The queue is that of our first address; the token counts wherever it stands.
mail first | dovecot_save box INBOX
flow_check "a mail is taken" flow_wait 30 settled 1
flow_check "and acknowledged, though no envelope sender was handed over" flow_wait 10 is_written acknowledgement 1
REF=$(ticket_of 'mail first')
TOKEN=$(bytes acknowledgement first@customer.test | grep -A1 '^Reply-To: ' | grep -oE 'support\+[^>]*')
flow_contains "its Reply-To has the token" "$TOKEN" '^support\+[a-z2-7]+@desk.test$'
mail billed | sed 's/^To: .*/To: someone@else.test\nCc: Billing <billing@desk.test>, support@desk.test/' | dovecot_save box INBOX
flow_check "a mail to two of our addresses is taken" flow_wait 30 settled 2
flow_equals "as one, in the queue of the first" billing "$(postern ticket show "$(ticket_of 'mail billed')" --json | jq -r .queue)"
mail first-again | sed "s/^To: .*/To: Acme <$TOKEN>/; s/first-again/first/2" | dovecot_save box INBOX
flow_check "a reply is taken" flow_wait 30 settled 3
flow_equals "by its token it joins" 2 "$(postern ticket show "$REF" --json | jq '[.messages[] | select(.direction == "in")] | length')"
mail robot | sed 's/^Return-Path: .*/Return-Path: <>/' | dovecot_save box INBOX
flow_check "a mail of the null sender is taken" flow_wait 30 settled 4
flow_lacks "and answered to nobody" "$(outbox acknowledgement)" robot

# A group of ours rewrote From: the writer is the one that it names, and is acknowledged.
dovecot_save box INBOX tests/mail/passed-on-group.eml
flow_check "a mail by way of our group is taken" flow_wait 30 settled 5
GROUP=$(postern ticket show "$(ticket_of hello)" --json)
flow_equals "its writer asks" "Anna Smith anna@customer.test" "$(jq -r '.requester | .name + " " + .address' <<<"$GROUP")"
flow_contains "what is not proven is said" "$(jq -r '.events[] | select(.what == "passed on").detail' <<<"$GROUP")" \
    '^by support@desk.test, which names anna@customer.test as the writer; (not proven|the border server)'
flow_contains "and acknowledged" "$(outbox acknowledgement)" '^anna@customer.test '
flow_contains "the agent reads it" "$(bytes notice kim@agents.test)" 'passed on by support@desk.test'

# The mailbox stops, and works again.
dovecot_stop
flow_check "the admins hear of a mailbox that stopped" flow_wait 30 is_written stopped 1
flow_equals "in a mail of their own" "ada@home.test mailbox front cannot be read" "$(outbox stopped)"
flow_contains "with the trouble" "$(bytes stopped ada@home.test)" '^Trouble: +.+'
flow_contains "and no way back that could make a round" "$(bytes stopped ada@home.test)" '^Envelope from +<>'
gate_stop
flow_check "the gate starts again" gate_start
flow_check "Dovecot comes back" dovecot_start
flow_check "they hear that it works again" flow_wait 60 is_written works-again 1
flow_equals "with its name" "ada@home.test mailbox front works again" "$(outbox works-again)"
flow_equals "each once" 1 "$(outbox stopped | wc -l)"
mail last | dovecot_save box INBOX
flow_check "and mail comes in" flow_wait 30 settled 6
flow_check "SIGTERM ends with 0" gate_stop
flow_end
