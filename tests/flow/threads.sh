#!/bin/bash
# Conversations that are not plain: colleagues who answer mails that we never got, a mailbox read from its end, clients
# without References, one mail on several ways, tickets that are closed, and keys of tokens that change under all of it.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
COUNT=0

# mail NAME FROM [LINE…]: $FLOW_FOLDER/NAME with these fields and, behind an empty line, text. Message-ID: NAME@customer.test.
mail() {
    local name=$1 from=$2
    shift 2
    # No digit in a word: texts that differ by numbers alone are taken for a machine's.
    printf '%s\n' "From: <$from>" "Message-ID: <$name@customer.test>" "$@" '' "Text of $(tr 0-9 a-j <<<"$name")." >"$FLOW_FOLDER/$name"
}
proven() { # NAME: the border server vouches for it
    sed -i "1i Authentication-Results: mx.desk.test; dmarc=pass header.from=customer.test" "$FLOW_FOLDER/$1"
}

# give NAME [RCPT…]: hands it in and waits. Then $ID, $FATE, $REF and $WHY are those of the last recipient.
give() {
    local line file=$FLOW_FOLDER/$1 rcpt
    shift
    [ $# -gt 0 ] || set -- support@desk.test
    rcpt=$(IFS=,; echo "$*")
    send "$file" anna@customer.test "$rcpt" >"$FLOW_FOLDER/dialogue"
    COUNT=$((COUNT + $#))
    flow_wait 20 settled "$COUNT" || {
        echo "FAIL $file is not settled: $(cat "$FLOW_FOLDER/dialogue")"
        FLOW_FAILED=1
    }
    line=$(grep -E '^info gate [0-9a-z]{13}: (ticketed|held|copy)' "$FLOW_FOLDER/serve.log" | tail -1)
    ID=$(cut -d' ' -f3 <<<"${line%%: *}")
    FATE=$(cut -d' ' -f4 <<<"$line")
    REF=$(cut -d' ' -f5 <<<"$line")
    WHY=$(postern ticket why "$ID")
}
ticket() {
    postern ticket show "$1" --json
}
# The token address that the acknowledgement of a ticket asks answers to.
token_of() {
    grep -l "^X-Postern-Ticket: $1" "$FLOW_FOLDER"/outgoing/new/* 2>/dev/null | while read -r file; do
        grep -q "^To:.*$2" "$file" && grep -o 'support+[a-z2-7]*@desk.test' "$file"
    done | head -1
}
has_token() {
    [ -n "$(token_of "$1" "$2")" ]
}

gate_config
sed -i 's/^    agents: \[\]/    agents: []\n    reopen_within: 0s\n    after_that: refuse/' "$FLOW_FOLDER/postern.yaml"
flow_check "the gate starts" gate_start

# Anna tells us of a talk with Bert that we never saw; he answers to that talk.
mail anna1 anna@customer.test 'To: support@desk.test' 'Cc: bert@customer.test' 'Subject: The import fails' \
    'References: <talk1@customer.test> <talk2@customer.test>'
# Whom an unproven mail names would be a guest.
proven anna1
give anna1
FIRST=$REF
mail bert1 bert@customer.test 'To: anna@customer.test' 'Cc: support@desk.test' 'Subject: Re: lunch' \
    'In-Reply-To: <talk2@customer.test>'
proven bert1
give bert1
flow_equals "a colleague's answer to a mail that we never got finds its ticket" "$FIRST" "$REF"
flow_contains "and says by what" "$WHY" 'talk2@customer.test leads to'
flow_equals "he takes part" participant "$(ticket "$FIRST" | jq -r '.participants[] | select(.address == "bert@customer.test").role')"
mail mallory1 mallory@evil.test 'To: anna@customer.test' 'Subject: Re: lunch' 'In-Reply-To: <talk2@customer.test>'
give mallory1
flow_check "a stranger who knows the id does not" test "$REF" != "$FIRST"
flow_contains "his ticket is linked" "$(ticket "$REF" | jq -c .related)" "\"ref\":\"$FIRST\",\"how\":\"perhaps belongs to\""

# Newest first: her second mail is here before the first one.
mail anna3 anna@customer.test 'To: support@desk.test' 'Subject: AW: Export' 'In-Reply-To: <anna2@customer.test>' \
    'Date: Thu, 1 Jan 1970 00:00:00 +0000'
give anna3
LATER=$REF
mail anna2 anna@customer.test 'To: support@desk.test' 'Subject: Export' 'Date: Fri, 1 Jan 2055 00:00:00 +0000'
give anna2
flow_equals "a mail whose answer was quicker joins it, whatever the clocks say" "$LATER" "$REF"
mail trap mallory@evil.test 'To: support@desk.test' 'Cc: anna@customer.test' 'Subject: x' 'References: <anna4@customer.test>'
give trap
TRAP=$REF
mail anna4 anna@customer.test 'To: support@desk.test' 'Subject: Another matter'
give anna4
flow_check "who guesses the id of a mail to come does not get it" test "$REF" != "$TRAP"

# No References at all.
mail subject1 anna@customer.test 'To: support@desk.test' 'Subject: Webhook signature mismatch'
proven subject1
give subject1
SUBJECT=$REF
mail subject2 anna@customer.test 'To: support@desk.test' 'Subject: Re: Webhook signature mismatch'
proven subject2
give subject2
flow_equals "an answer without References joins by its subject" "$SUBJECT" "$REF"
mail subject3 anna@customer.test 'To: support@desk.test' 'Subject: Re: Webhook signature mismatch'
give subject3
flow_check "not where nothing proves who wrote it" test "$REF" != "$SUBJECT"
mail subject4 bert@customer.test 'To: support@desk.test' 'Subject: Re: Webhook signature mismatch'
proven subject4
give subject4
flow_check "and not for somebody else" test "$REF" != "$SUBJECT"

# One mail to two queues, and once more on another way.
mail both dora@customer.test 'To: support@desk.test, billing@desk.test' 'Subject: For both'
give both support@desk.test billing@desk.test
flow_equals "a mail to two queues is one message" copy "$FATE"
BOTH=$(postern ticket list --json | jq -r '.[] | select(.subject == "For both").ref')
flow_equals "in one ticket" 1 "$(wc -l <<<"$BOTH")"
flow_contains "which says that it came to the other queue, too" "$(postern ticket show "$BOTH")" 'also came to .*(billing|support)@desk.test, queue (billing|support)'
sed '1i Received: from a.customer.test by mx.desk.test; Sun, 22 Nov 2026 09:30:00 +0000' "$FLOW_FOLDER/both" >"$FLOW_FOLDER/both.eml"
flow_check "it is imported from a file as well" postern import "$FLOW_FOLDER/both.eml"
COUNT=$((COUNT + 1))
flow_check "and settled" flow_wait 20 settled "$COUNT"
flow_equals "and known there" 1 "$(postern ticket list --json | jq '[.[] | select(.subject == "For both")] | length')"

# It is solved, and then it is not.
solved() { # NAME TEXT…
    local name=$1
    shift
    mail "$name" anna@customer.test 'To: support@desk.test' 'Subject: Re: The import fails' 'In-Reply-To: <anna1@customer.test>'
    sed -i "s/^Text of.*/$*/" "$FLOW_FOLDER/$name"
    give "$name"
}
solved solved1 'It works now, thanks!'
flow_equals "a customer who says that it is solved closes the ticket" "$FIRST closed" "$REF $(ticket "$FIRST" | jq -r .status)"
flow_contains "and the ticket says so" "$(postern ticket show "$FIRST")" 'closed by the customer .*anna@customer.test'
solved solved2 'Thank you, it works.'
flow_equals "thanks once more leave it closed" closed "$(ticket "$FIRST" | jq -r .status)"
solved solved3 'No, it fails again.'
flow_equals "any other word opens it again" "$FIRST open" "$REF $(ticket "$FIRST" | jq -r .status)"

# The other queue never opens a closed ticket again, and says so.
mail billing1 anna@customer.test 'To: billing@desk.test' 'Subject: The bill of May'
give billing1 billing@desk.test
BILL=$REF
mail billing2 anna@customer.test 'To: billing@desk.test' 'Subject: Re: The bill of May' 'In-Reply-To: <billing1@customer.test>'
sed -i 's/^Text of.*/Solved, thank you!/' "$FLOW_FOLDER/billing2"
give billing2 billing@desk.test
mail billing3 anna@customer.test 'To: billing@desk.test' 'Subject: Re: The bill of May' 'In-Reply-To: <billing1@customer.test>'
give billing3 billing@desk.test
flow_equals "a queue that refuses keeps the mail with the closed ticket" "$BILL closed" "$REF $(ticket "$BILL" | jq -r .status)"
flow_contains "and says so" "$(postern ticket show "$BILL")" 'not reopened'
sed -i 's/after_that: refuse/after_that: new/' "$FLOW_FOLDER/postern.yaml"
kill -HUP "$GATE_PID"
is_reloaded() {
    grep -qi 'reload' "$FLOW_FOLDER/serve.log"
}
flow_wait 10 is_reloaded
mail billing4 anna@customer.test 'To: billing@desk.test' 'Subject: Re: The bill of May' 'In-Reply-To: <billing3@customer.test>'
give billing4 billing@desk.test
flow_contains "another queue opens a ticket that continues it" "$(ticket "$REF" | jq -c .related)" "\"ref\":\"$BILL\",\"how\":\"continues\""

# Keys change while mail is on its way.
mail keys1 carl@customer.test 'To: support@desk.test' 'Subject: Keys'
give keys1
KEYS=$REF
flow_wait 10 has_token "$KEYS" carl@customer.test
OLD=$(token_of "$KEYS" carl@customer.test)
mail keys2 stranger@else.test 'To: x@y.test' 'Subject: With the old token'
give keys2 "$OLD"
flow_equals "a token lets a guest in" "$KEYS" "$REF"
flow_equals "one key signs" '[1,true]' "$(postern keys list --json | jq -c '.[0] | [.id, .signs]')"
flow_contains "which cannot be retired" "$(postern keys retire 1 2>&1)" "'postern keys rotate' makes its successor first"
flow_check "a new key" postern keys rotate
has_new_key() {
    grep -q 'key 2 signs now' "$FLOW_FOLDER/serve.log"
}
flow_check "the gate takes it up" flow_wait 10 has_new_key
mail keys3 stranger@else.test 'To: x@y.test' 'Subject: With the old token again'
give keys3 "$OLD"
flow_equals "what the old one signed counts on" "$KEYS" "$REF"
mail keys4 carol@customer.test 'To: support@desk.test' 'Subject: New key'
give keys4
NEW=$REF
flow_wait 10 has_token "$NEW" carol@customer.test
flow_check "the old key is retired" postern keys retire 1
lost_key() {
    grep -q 'key 2 signs now, 1 count' "$FLOW_FOLDER/serve.log"
}
flow_check "the gate forgets it" flow_wait 10 lost_key
mail keys5 stranger@else.test 'To: x@y.test' 'Subject: With a leaked token'
give keys5 "$OLD"
flow_check "a token of a retired key is worth nothing" test "$REF" != "$KEYS"
mail keys6 stranger@else.test 'To: x@y.test' 'Subject: With a new token'
give keys6 "$(token_of "$NEW" carol@customer.test)"
flow_equals "one of the new key is" "$NEW" "$REF"
mail keys7 carl@customer.test 'To: support@desk.test' 'Subject: Re: Keys' 'In-Reply-To: <keys1@customer.test>'
give keys7
flow_equals "who belongs finds back all the same" "$KEYS" "$REF"
flow_contains "no secret is shown" "$(postern keys list; postern keys list --json)" '^[^;]*$'
flow_equals "unknown keys are refused" 66 "$(postern keys retire x >/dev/null 2>&1; echo $?)"

flow_check "the equation holds at the end" settled "$COUNT"
flow_end
