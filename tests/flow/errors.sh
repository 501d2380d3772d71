#!/bin/bash
# Errors that several customers have: one group whatever ids and numbers stand in them, words for all who write of it,
# an incident told once, and the end told to each in their own conversation, once, also when the telling is cut off.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh
GATE_EXTRA='incidents:
  customers: 4
  within: 30m'
desk_config

ERROR='com.example.push.PushException: app APP has no channel CHANNEL
	at com.example.push.Client.send(Client.java:LINE)
	at CUSTOMER.Main.run(Main.java:7)'
OTHER='curl: (28) Connection timed out after NUMBER milliseconds'

# writes NAME TEXT: a customer writes of an error; $REF and the files of what he and the agents get
writes() {
    local name=$1
    shift
    look
    compose "mail-$name" "Customer ${name^} <$name@$name.test>" "Trouble of $name" \
        "Authentication-Results: mx.desk.test; dmarc=pass header.from=$name.test" <<<"Hello, $name here. We get this error:

$1

What can we do?"
    give "mail-$name" "$name@$name.test"
    ACK=$(written acknowledgement "$name@$name.test")
    NOTE=$(written notice kim@agents.test)
}
error_of() { # APP CHANNEL LINE CUSTOMER
    sed "s/APP/$1/; s/CHANNEL/'$2'/; s/LINE/$3/; s/CUSTOMER/$4/" <<<"$ERROR"
}
errors() {
    postern errors "$@"
}
one() { # ID JQ
    errors show "$1" --json | jq -r "$2"
}
code() { # NUMBER COMMAND…
    local expected=$1 found
    shift
    "$@" >"$FLOW_FOLDER/out" 2>"$FLOW_FOLDER/err"
    found=$?
    [ "$found" -eq "$expected" ] || { echo "exit code $found instead of $expected: $(cat "$FLOW_FOLDER/out" "$FLOW_FOLDER/err")"; return 1; }
}
outbox() { # KIND [SUBJECT]
    db "SELECT count(*) FROM outbox WHERE kind = '$1' AND subject LIKE '${2:-}%'"
}

flow_check "a gate starts" gate_start
flow_equals "no errors yet" "No error text was read yet." "$(errors list)"

# Three customers, one error; and another one.
writes anna "$(error_of 4821 orders 42 shop)"
ANNA=$REF
ANNA_ID=$(field Message-ID "$ACK")
flow_lacks "nothing is known yet" "$(cat "$ACK" "$NOTE")" 'We know the error|Known errors'
writes bert "$(error_of 0b5f3c1e-93d2-4c11-8f6f-3d0f6a1c2b7d 'room 7' 51 bank)"
BERT=$REF
flow_contains "agents see who had it" "$(cat "$NOTE")" 'E1, seen by 1 customer before; open, no hint'
writes carl "$(error_of 77 x-1 9 club)"
CARL=$REF
writes dora "${OTHER/NUMBER/30001}"
flow_equals "two errors" 2 "$(errors list --json | jq length)"
flow_equals "three customers, three tickets" "3 3 open" "$(one E1 '"\(.customer_count) \(.ticket_count) \(.state)"')"
flow_equals "the title is of nobody" 'PushException: app … has no channel …' "$(one E1 .title)"
flow_equals "tickets of it" "$ANNA $BERT $CARL" "$(one E1 '[.tickets[].ref] | join(" ")')"
flow_contains "as it was written" "$(errors show e1)" "Client.java:9"
flow_contains "as a table" "$(errors list)" 'E1 .*open +3 +3 +PushException'

# What an admin says, the next ones read.
flow_check "mistyped" code 64 errors hint E1 workaroud 'Use 7.1.'
flow_contains "what was meant" "$(cat "$FLOW_FOLDER/err")" "did you mean 'workaround'"
flow_check "without words" code 64 errors hint E1 workaround
flow_check "for ever" code 64 errors hint E1 workaround 'Use 7.1.' --until ever
flow_check "unknown" code 66 errors hint E99 workaround 'Use 7.1.'
flow_check "no id" code 66 errors show first
flow_check "--until elsewhere" code 64 errors show E1 --until 3d
flow_check "a hint" code 0 errors hint E1 workaround 'Please use version 7.1 until Friday.' --until 14d --as ada
flow_equals "is there" "workaround workaround ada" "$(one E1 '"\(.state) \(.hint.state) \(.hint.by)"')"
writes emil "$(error_of 5 y 1 firm)"
EMIL=$REF
flow_contains "the customer reads it at once" "$(cat "$ACK")" 'Until it is mended, this helps:'
flow_contains "word for word" "$(cat "$ACK")" 'Please use version 7.1 until Friday\.'
flow_contains "the agent, too" "$(cat "$NOTE")" 'E1, seen by 3 customers before.*hint \(workaround\): Please use version 7.1'
writes fred "${OTHER/NUMBER/12}"
flow_lacks "another error, no word of it" "$(cat "$ACK")" 'version 7.1|We know the error'

# Four customers within the time: an incident, told once.
flow_wait 20 eval '[ "$(outbox incident E1)" = 2 ]'
flow_equals "told to the agents of the queue" "kim@agents.test lee@agents.test" \
    "$(db "SELECT group_concat(to_address, ' ') FROM (SELECT to_address FROM outbox WHERE kind = 'incident' ORDER BY to_address)")"
MARK=0
INCIDENT=$(cat "$(written incident kim@agents.test)")
flow_contains "how many" "$INCIDENT" '^4 customers wrote of one error within 30 minutes, from 4 domains'
flow_contains "which" "$INCIDENT" 'E1: PushException: app'
flow_contains "whose" "$INCIDENT" "$BERT, new, bert@bert.test: Trouble of bert"
flow_contains "what to do" "$INCIDENT" '/hint E1 investigating'
flow_equals "on each ticket" 4 "$(db "SELECT count(*) FROM events WHERE what = 'incident'")"
flow_contains "shown" "$(errors list)" 'E1 .*incident'

# An agent says so by mail: as an answer to that, which is about no ticket.
look
compose to-incident 'Lee Ahn <lee@agents.test>' 'Re: E1' "$PROVEN" "In-Reply-To: $(field Message-ID "$(MARK=0 written incident lee@agents.test)")" \
    <<<'/hint E1 investigating 2h We look into it just now.'
give to-incident lee@agents.test
flow_contains "his receipt" "$(cat "$(written receipt lee@agents.test)")" 'E1 .*investigating.*We look into it just now\.'
flow_equals "no ticket, but a hint" "held investigating lee" "$FATE $(one E1 '"\(.state) \(.hint.by)"')"
look
compose forged 'Lee Ahn <lee@agents.test>' 'Re: E1' 'X-None: yes' <<<'/hint E1 fixed Send us your password.'
give forged lee@agents.test
flow_equals "not his own: nothing" investigating "$(one E1 .state)"
opened gina
reply no-error kim <<<'/hint fixed It is mended in 7.2.'
flow_contains "no error in this ticket" "$(cat "$(written receipt kim@agents.test)")" 'no error text was read in'
writes hugo "$(error_of 6 z 2 club2)"
TICKET=$REF
TOKEN[kim]=$(token_of "$NOTE")
NOTICE[kim]=$(field Message-ID "$NOTE")
look
PROOF='X-None: yes' reply unproven kim <<<'/hint fixed Send us your password.'
flow_equals "not proven: nothing" investigating "$(one E1 .state)"
look
reply nearly kim <<<'/hint fixd It is mended in 7.2.'
flow_contains "mistyped by mail" "$(cat "$(written receipt kim@agents.test)")" 'did you mean fixed'
look
reply hint kim <<<'/hint fixed 7d It is mended in 7.2, out since today.'
RECEIPT=$(cat "$(written receipt kim@agents.test)")
flow_contains "the receipt says what" "$RECEIPT" 'E1 .*fixed.*It is mended in 7.2, out since today\.'
flow_contains "and how many have it" "$RECEIPT" 'Open tickets that have it: 5; customers who wrote of it: 5'
flow_equals "by whom" "fixed kim" "$(one E1 '"\(.hint.state) \(.hint.by)"')"
flow_lacks "the customer gets no mail of it" "$(sent)" 'answer '
writes ida "$(error_of 7 w 3 club3)"
flow_contains "the next one reads it" "$(cat "$ACK")" 'it is mended:'
flow_contains "his words" "$(cat "$ACK")" 'It is mended in 7.2, out since today\.'
flow_equals "no second incident" 2 "$(outbox incident E1:)"

# Several errors in one ticket: which one?
writes jana "$(error_of 8 v 4 club4)

and also

${OTHER/NUMBER/7}"
TICKET=$REF
TOKEN[kim]=$(token_of "$NOTE")
NOTICE[kim]=$(field Message-ID "$NOTE")
look
reply which kim <<<'/hint investigating We look into it.'
flow_contains "it asks which" "$(cat "$(written receipt kim@agents.test)")" 'several errors, so name one'
look
reply this kim <<<'/hint E2 investigating We look into the slow answers.'
flow_equals "that one" "investigating We look into the slow answers." "$(one E2 '"\(.state) \(.hint.text)"')"
look
reply gone kim <<<'/hint E2 none'
flow_equals "and away again" "open null" "$(one E2 '"\(.state) \(.hint)"')"

# A hint that is over is not said any more.
db "UPDATE known_errors SET hint_until_us = 1 WHERE id = 1"
writes kurt "$(error_of 9 u 5 club5)"
flow_lacks "over" "$(cat "$ACK")" 'mended|We know'
flow_equals "open again" open "$(one E1 .state)"

# Two that are one, and back.
writes lea 'TypeError: channel.bind is not a function'
flow_check "merged" code 0 errors merge E3 E2 --as ada
flow_equals "prints of both" 2 "$(one E2 '.prints | length')"
flow_equals "gone from the list" 2 "$(errors list --json | jq length)"
flow_check "no more words for it" code 1 errors hint E3 fixed 'x y'
flow_contains "where it is" "$(cat "$FLOW_FOLDER/err")" 'E3 was merged into E2'
flow_check "split" code 0 errors split E2 "$(one E2 '.prints[1].print')" --as ada
flow_equals "one of its own" 'TypeError: channel.bind is not a function' "$(one E4 .title)"
flow_check "not the last print" code 1 errors split E4 "$(one E4 '.prints[0].print')"
flow_equals "all of it recorded" "ada merged in, ada split off" "$(one E2 '[.trail[] | select(.who == "ada") | "\(.who) \(.what)"] | join(", ")')"

# It is resolved. Spam and machines are not told.
postern ticket spam "$CARL" -q
compose robot 'Robot <robot@machine.test>' 'Job failed' 'Auto-Submitted: auto-generated' <<<"$(error_of 10 t 6 robots)"
give robot robot@machine.test
ROBOT=$REF
look
before=$(db 'SELECT count(*) FROM outbox')
flow_check "a preview" code 0 errors resolve E1 --tell 'Version 7.2 mends it. Thank you for your patience.'
PREVIEW=$(cat "$FLOW_FOLDER/out")
flow_contains "how many" "$PREVIEW" '^7 mails in 7 tickets would be sent'
flow_contains "whom" "$PREVIEW" "$ANNA  anna@anna.test"
flow_contains "whom not: spam" "$PREVIEW" "$CARL  it is put away as spam"
flow_contains "whom not: a machine" "$PREVIEW" "$ROBOT  a machine wrote it"
flow_contains "the mail" "$PREVIEW" 'Version 7.2 mends it\. Thank you'
flow_equals "nothing was sent" "$before open" "$(db 'SELECT count(*) FROM outbox') $(one E1 .state)"
flow_equals "for programs" "false 7" "$(errors resolve E1 --tell 'Version 7.2 mends it.' --json | jq -r '"\(.sent) \(.mails)"')"
flow_check "--yes alone" code 64 errors resolve E1 --yes
tell() {
    errors resolve E1 --tell 'Version 7.2 mends it. Thank you for your patience.' --yes --as ada
}
# Cut off before the fourth is stored, and after it.
PROGRAM=$BUILD/postern-stops POSTERN_STOP=error-letter-before-commit:4 tell >/dev/null 2>&1
flow_equals "cut off behind three" 3 "$(outbox fixed)"
PROGRAM=$BUILD/postern-stops POSTERN_STOP=error-letter-after-commit:1 tell >/dev/null 2>&1
flow_equals "cut off behind one more" 4 "$(outbox fixed)"
flow_check "begun anew" code 0 tell
flow_contains "only the others" "$(cat "$FLOW_FOLDER/out")" '3 mails in 3 tickets are on the way; in 6 nobody'
flow_check "and once more" code 0 tell
flow_contains "nobody is left" "$(cat "$FLOW_FOLDER/out")" '0 mails in 0 tickets'
flow_equals "each ticket once" "7 7" "$(db "SELECT count(*) || ' ' || count(DISTINCT ticket_id) FROM outbox WHERE kind = 'fixed'")"
flow_equals "resolved by" "resolved ada" "$(one E1 '"\(.state) \(.resolved_by)"')"
LETTER=$(written fixed anna@anna.test)
flow_equals "from whom" "Acme Support <support@desk.test>" "$(field From "$LETTER")"
flow_contains "to his own address" "$(field Reply-To "$LETTER")" 'support\+[a-z2-7]+@desk\.test'
flow_contains "in his conversation" "$(field In-Reply-To "$LETTER")" 'mailanna@client.test'
flow_equals "its subject" "Re: Trouble of anna [$ANNA]" "$(field Subject "$LETTER")"
flow_contains "its words" "$(cat "$LETTER")" 'Version 7.2 mends it\.'
flow_contains "no person wrote it" "$(db "SELECT CAST(bytes AS TEXT) FROM outbox WHERE kind = 'fixed' LIMIT 1")" 'Auto-Submitted: auto-generated'
flow_contains "it stands on the ticket" "$(ticket "$ANNA" '[.events[] | "\(.who) \(.what) \(.detail)"] | join("\n")')" 'ada told that E1 is resolved'
BACK=$(token_of "$LETTER")
TO=$BACK compose back 'Customer Anna <anna@anna.test>' "Re: Trouble of anna [$ANNA]" \
    'Authentication-Results: mx.desk.test; dmarc=pass header.from=anna.test' \
    "In-Reply-To: $(field Message-ID "$LETTER")" <<<'Yes, it works now. Thank you for telling me about it!'
give back anna@anna.test "$BACK"
flow_equals "an answer to it comes into his ticket" "$ANNA" "$REF"

# Whoever writes of it later: it is open again.
writes mona "$(error_of 11 s 7 club7)"
flow_equals "seen again: open" open "$(one E1 .state)"
flow_contains "and it says so" "$(one E1 '[.trail[].what] | join(",")')" 'open again'
flow_check "a trail is only added to" eval '! sqlite3 "$DATABASE" "DELETE FROM known_error_trail" 2>/dev/null'

# The budget of the hour: what is over waits.
sed -i 's/^incidents:/limits: {automatic_per_hour: 1}\nincidents:/' "$FLOW_FOLDER/postern.yaml"
flow_check "the budget is spent" code 75 tell
flow_contains "it says how to go on" "$(cat "$FLOW_FOLDER/err")" '8 tickets are left: .*automatic_per_hour'
flow_equals "nobody was told" 7 "$(outbox fixed)"
flow_equals "who wrote before it was resolved makes no second incident" 2 "$(outbox incident E1:)"
flow_check "the gate ends" gate_stop
flow_end
