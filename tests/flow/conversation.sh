#!/bin/bash
# Conversations as customers and agents see them: the acknowledgement with all its marks, which mail joins which ticket and
# why, who is never answered, and what hostile mail may not do.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
COUNT=0

# give NAME [FROM [RCPT]]: hands $FLOW_FOLDER/NAME in and waits until it has ended its way. Then $ID is its mail id, $FATE and
# $REF what became of it, $WHY the reasons as `ticket why` tells them.
give() {
    local line
    send "$FLOW_FOLDER/$1" "${2-anna@customer.test}" "${3-support@desk.test}" >"$FLOW_FOLDER/dialogue"
    grep -q '<-  250 2.0.0' "$FLOW_FOLDER/dialogue" || {
        echo "FAIL $1 is not taken: $(cat "$FLOW_FOLDER/dialogue")"
        FLOW_FAILED=1
    }
    COUNT=$((COUNT + 1))
    flow_wait 20 settled "$COUNT"
    line=$(grep -E '^info gate [0-9a-z]{13}: (ticketed|held|copy)' "$FLOW_FOLDER/serve.log" | tail -1)
    ID=$(cut -d' ' -f3 <<<"${line%%: *}")
    FATE=$(cut -d' ' -f4 <<<"$line")
    REF=$(cut -d' ' -f5 <<<"$line")
    WHY=$(postern ticket why "$ID")
}

write() {
    cat >"$FLOW_FOLDER/$1"
}

# outgoing KIND REF: what went out for this ticket, as JSON objects, a line each
outgoing() {
    postern outbox list --json | jq -c --arg kind "$1" --arg ref "$2" '.[] | select(.kind == $kind and .ref == $ref)'
}

# header NAME FILE: the unfolded value
header() {
    sed -e '/^\r*$/,$d' "$2" | tr -d '\r' | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n[ \t]\+/ /g' | sed -n "s/^$1: *//p"
}

# arrived REF ADDRESS: the file in the outgoing Maildir
arrived() {
    local file
    for file in "$FLOW_FOLDER"/outgoing/new/*; do
        grep -q "^X-Postern-Ticket: $1" "$file" && [[ $(header To "$file") == *"$2"* ]] && echo "$file"
    done
}
has_arrived() {
    [ -n "$(arrived "$1" "$2")" ]
}
is_sent() {
    [ "$(postern stats --json | jq .outbox.queued)" = 0 ]
}

ticket() {
    postern ticket show "$1" --json
}

gate_config
flow_check "the gate starts" gate_start

# The first mail of a customer.
write first <<'END'
Authentication-Results: mx.desk.test; dmarc=pass header.from=customer.test
From: Anna Smith <anna@customer.test>
To: support@desk.test
Subject: The import fails
Date: Sun, 22 Nov 2026 09:30:00 +0000
Message-ID: <first@customer.test>

Hello,

our import stops with an error since yesterday. Our app id: 4711
The api token is 55-abcdef1234-k9k9k9, please don't tell.

Anna
END
give first
FIRST=$REF
flow_equals "a first mail becomes a ticket" ticketed "$FATE"
flow_contains "ticket: who, what, where" "$(ticket "$FIRST" | jq -c '[.status, .queue, .subject, .requester.name, .requester.address]')" \
    '\["new","support","The import fails","Anna Smith","anna@customer.test"\]'
flow_equals "ticket: a field" 4711 "$(ticket "$FIRST" | jq -r '.fields[] | select(.name == "app_id").value')"
flow_wait 10 has_arrived "$FIRST" anna@customer.test
ACK=$(arrived "$FIRST" anna@customer.test)
flow_equals "one acknowledgement arrives" 1 "$(wc -l <<<"$ACK")"
flow_equals "acknowledgement: From" "Acme Support <support@desk.test>" "$(header From "$ACK")"
flow_equals "acknowledgement: To" "Anna Smith <anna@customer.test>" "$(header To "$ACK")"
flow_equals "acknowledgement: In-Reply-To" "<first@customer.test>" "$(header In-Reply-To "$ACK")"
flow_equals "acknowledgement: References" "<first@customer.test>" "$(header References "$ACK")"
flow_equals "acknowledgement: Auto-Submitted (RFC 3834 5)" auto-replied "$(header Auto-Submitted "$ACK")"
flow_equals "acknowledgement: X-Auto-Response-Suppress" All "$(header X-Auto-Response-Suppress "$ACK")"
flow_equals "acknowledgement: Subject of a proven sender" "Re: The import fails [$FIRST]" "$(header Subject "$ACK")"
flow_contains "acknowledgement: Message-ID" "$(header Message-ID "$ACK")" '^<[0-9a-z]+\.[a-z2-7]+@desk\.test>$'
flow_contains "acknowledgement: Date" "$(header Date "$ACK")" '^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} \+0000$'
flow_equals "acknowledgement: MIME-Version" 1.0 "$(header MIME-Version "$ACK")"
flow_lacks "acknowledgement: no Precedence, no receipt asked" "$(cat "$ACK")" '^(Precedence|Disposition-Notification-To|Return-Receipt-To):'
TOKEN=$(header Reply-To "$ACK" | sed 's/.*<\(.*\)>/\1/')
flow_contains "acknowledgement: Reply-To has a token" "$TOKEN" '^support\+[a-z2-7]{20,}@desk\.test$'
flow_contains "acknowledgement: the field that was read" "$(cat "$ACK")" '4711'
flow_lacks "acknowledgement: nothing else of the mail" "$(cat "$ACK")" 'yesterday|import stops|tell'
ROW=$(outgoing acknowledgement "$FIRST" | jq -r .id)
flow_contains "acknowledgement: the envelope sender is empty" "$(postern outbox show "$ROW")" '^Envelope from +<>'
flow_equals "acknowledgement: what is stored is what arrives" "$(postern outbox show "$ROW" --json | jq -r .bytes | tr -d '\r')" \
    "$(tr -d '\r' <"$ACK")"
NOTICE=$(arrived "$FIRST" kim@agents.test)
flow_contains "notice: says who and what" "$(cat "$NOTICE")" '^Who writes: +Anna Smith <anna@customer.test>'
flow_contains "notice: Reply goes to the agent's own token, and to no customer" "$(header Reply-To "$NOTICE")" '^[^@]*<support\+[a-z2-7]{20,}@desk\.test>$'
flow_contains "notice: its From says who it is about" "$(header From "$NOTICE")" '^"Anna Smith \(Acme Support\)" <support@desk\.test>$'
flow_equals "notice: Auto-Submitted" auto-generated "$(header Auto-Submitted "$NOTICE")"
flow_contains "why: the reasons" "$WHY" "new ticket $FIRST in queue support"
ACK_ID=$(header Message-ID "$ACK")

# Secrets are masked wherever people look.
for look in "ticket show $FIRST" "ticket show $FIRST --json" "ticket list --json" "ticket why $ID" "parse $FLOW_FOLDER/first" \
    "parse --json $FLOW_FOLDER/first" "outbox show $ROW"; do
    # shellcheck disable=SC2086
    flow_lacks "masked in ${look//$FLOW_FOLDER\//}" "$(postern $look)" 'abcdef1234'
done
flow_lacks "masked in all that goes out" "$(cat "$FLOW_FOLDER"/outgoing/new/*)" 'abcdef1234'
flow_contains "the mask leaves something to recognise" "$(postern ticket show "$FIRST")" 'api_token +55-.*k9'
flow_contains "the original stays as it came" "$(postern ticket raw "$ID")" '55-abcdef1234-k9k9k9'

# Answers, by the strongest evidence to the weakest.
answer() { # NAME FROM SUBJECT [HEADER…]
    local name=$1 from=$2 subject=$3
    shift 3
    printf '%s\n' "From: $from" "To: support@desk.test" "Subject: $subject" "Message-ID: <$name@customer.test>" "$@" '' "Text of $(tr 0-9 a-j <<<"$name")" |
        write "$name"
}
answer by-token 'Anna Smith <anna@customer.test>' 'Re: something else'
give by-token anna@customer.test "$TOKEN"
flow_equals "a reply to the token address joins" "$FIRST" "$REF"
flow_contains "and says by what" "$WHY" "joined $FIRST by "
flow_contains "a reply is not acknowledged again" "$WHY" 'not acknowledged: it continues a conversation'
answer by-id 'Anna Smith <anna@customer.test>' 'no reference here' "In-Reply-To: $ACK_ID"
give by-id
flow_equals "a reply by In-Reply-To alone joins" "$FIRST" "$REF"
answer by-references 'Anna Smith <anna@customer.test>' 'no reference here' "References: <x@y.test> $ACK_ID"
give by-references
flow_equals "a reply by References alone joins" "$FIRST" "$REF"
answer by-own-id 'Anna Smith <anna@customer.test>' 'an addition' "In-Reply-To: <first@customer.test>"
give by-own-id
flow_equals "a reply to the customer's own mail joins" "$FIRST" "$REF"
answer by-subject 'Anna Smith <anna@customer.test>' "about ${FIRST,,}, please"
give by-subject
flow_equals "the reference in the subject joins for the requester" "$FIRST" "$REF"
answer stranger-subject 'Mallory <mallory@elsewhere.test>' "Re: The import fails [$FIRST]"
give stranger-subject mallory@elsewhere.test
STRANGER=$REF
flow_check "for a stranger it does not" test "$STRANGER" != "$FIRST"
flow_contains "but the new ticket is linked" "$(ticket "$STRANGER" | jq -c .related)" "\"ref\":\"$FIRST\",\"how\":\"perhaps belongs to\""
flow_contains "and the old one shows the link" "$(postern ticket show "$FIRST")" "related +perhaps belongs to $STRANGER"
answer stranger-id 'Mallory <mallory@elsewhere.test>' 'Re: The import fails' 'In-Reply-To: <first@customer.test>'
give stranger-id mallory@elsewhere.test
flow_check "a stranger who knows a Message-ID does not join" test "$REF" != "$FIRST"
answer guest 'Bert <bert@elsewhere.test>' 'Re: The import fails'
give guest bert@elsewhere.test "$TOKEN"
flow_equals "a stranger with the token joins" "$FIRST" "$REF"
flow_equals "as a guest" guest "$(ticket "$FIRST" | jq -r '.participants[] | select(.address == "bert@elsewhere.test").role')"
flow_contains "and the reasons say so" "$WHY" 'takes part as a guest'
flow_wait 10 is_sent
flow_contains "and the agent is told" "$(cat "$FLOW_FOLDER"/outgoing/new/*)" '^Guest here: +yes'
answer guest-again 'Bert <bert@elsewhere.test>' "more about $FIRST"
give guest-again bert@elsewhere.test
flow_check "a guest does not join without the token" test "$REF" != "$FIRST"
broken=${TOKEN/+c/+d}
answer forged 'Mallory <mallory@elsewhere.test>' 'with a forged token'
give forged mallory@elsewhere.test "$broken"
flow_check "a forged token leads nowhere" test "$REF" != "$FIRST"
flow_equals "it is a mail like any other" ticketed "$FATE"

before=$(outgoing notice "$FIRST" | wc -l)
answer elsewhere 'Anna Smith <anna@customer.test>' 'to another queue' "In-Reply-To: $ACK_ID"
give elsewhere anna@customer.test billing@desk.test
flow_equals "a reply to another queue's address joins" "$FIRST" "$REF"
flow_equals "and the ticket's agents are told" $((before + 1)) "$(outgoing notice "$FIRST" | wc -l)"

# Evidence that contradicts itself: a new ticket, linked to both.
answer second-topic 'Anna Smith <anna@customer.test>' 'Another topic'
give second-topic
SECOND=$REF
flow_check "another topic is another ticket" test "$SECOND" != "$FIRST"
answer conflict 'Anna Smith <anna@customer.test>' "Re: Another topic [$SECOND]" "In-Reply-To: $ACK_ID"
give conflict
flow_check "conflicting evidence joins neither" test "$REF" != "$FIRST" -a "$REF" != "$SECOND"
flow_equals "but is linked to both" "$(printf '%s\n' "$FIRST" "$SECOND" | sort | tr '\n' ' ')" \
    "$(ticket "$REF" | jq -r '.related[].ref' | sort | tr '\n' ' ')"
flow_contains "and says why" "$WHY" 'leads to different tickets'

# Never answered.
never() { # NAME REASON [ENVELOPE-FROM]
    give "$1" "${3-$1@machines.test}"
    flow_equals "$1: a ticket all the same" ticketed "$FATE"
    flow_contains "$1: 'ticket why' says why it is not acknowledged" "$WHY" "not acknowledged: .*$2"
    flow_equals "$1: no acknowledgement in the outbox" "" "$(outgoing acknowledgement "$REF")"
}
answer away 'Carl <away@machines.test>' 'Out of office' 'Auto-Submitted: auto-replied'
never away 'Auto-Submitted'
answer list 'Carl <list@machines.test>' '[users] hello' 'List-Id: <users.lists.test>' 'Precedence: list'
never list 'List-Id|list'
answer bulk 'Carl <bulk@machines.test>' 'Offers' 'Precedence: bulk'
never bulk 'Precedence'
answer null 'Carl <null@machines.test>' 'Hello'
never null 'null|empty' ''
answer mute 'Carl <mute@machines.test>' 'Hello' 'X-Auto-Response-Suppress: All'
never mute 'X-Auto-Response-Suppress'

# A notice that cannot be delivered comes back to its return path: it is known where it belongs, and it makes no noise.
RETURN=$(postern outbox show "$(outgoing notice "$FIRST" | head -1 | jq -r .id)" | sed -n 's/^Envelope from *//p')
flow_contains "a notice has a return path of its own" "$RETURN" '^support\+[a-z2-7]{20,}@desk\.test$'
write bounce <<END
From: MAILER-DAEMON@agents.test
To: $RETURN
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@agents.test>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

The mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.agents.test

Final-Recipient: rfc822; kim@agents.test
Action: delayed
Status: 4.4.1
Diagnostic-Code: smtp; 450 4.4.1 busy
--b--
END
notices=$(outgoing notice "$FIRST" | wc -l)
give bounce '' "$RETURN"
flow_equals "the bounce of a notice joins its ticket" "$FIRST" "$REF"
flow_equals "as a bounce" bounce "$(ticket "$FIRST" | jq -r --arg id "$ID" '.messages[] | select(.id == $id).kind')"
flow_equals "and makes no new notice" "$notices" "$(outgoing notice "$FIRST" | wc -l)"
sed 's/^Message-ID.*/Message-ID: <bounce2@agents.test>/' "$FLOW_FOLDER/bounce" >"$FLOW_FOLDER/lost-bounce"
give lost-bounce ''
flow_equals "a bounce of nothing that we know is held" held "$FATE"

# An agent is no customer.
answer agent 'Kim <kim@agents.test>' 'A question of my own'
never agent 'agent' kim@agents.test

# Held: our own mail.
cp "$ACK" "$FLOW_FOLDER/echo"
give echo ''
flow_equals "our own acknowledgement that comes back is held" held "$FATE"
flow_contains "with the reason" "$(postern held show "$ID")" 'our own mail'
answer ourselves 'Support <support@desk.test>' 'From ourselves'
give ourselves support@desk.test
flow_equals "mail from our own address is held" held "$FATE"
flow_contains "and the log says why" "$(cat "$FLOW_FOLDER/serve.log")" "^info gate $ID: held \\(from ourselves\\)"
flow_contains "with that reason" "$(postern held list --json | jq -c --arg id "$ID" '.[] | select(.id == $id)')" \
    '"from":"support@desk.test","subject":"From ourselves"'
answer ourselves-token "Support <$TOKEN>" 'From ourselves'
give ourselves-token support@desk.test
flow_equals "also with a token in it" held "$FATE"

# Two machines that answer each other come to an end.
for i in 1 2 3 4 5 6; do
    answer "flood-$i" 'Dora <dora@machines.test>' "Mail $i"
    give "flood-$i" dora@machines.test
    FLOOD[i]=$REF
done
flow_check "the fifth mail of a sender is acknowledged" test -n "$(outgoing acknowledgement "${FLOOD[5]}")"
flow_equals "the sixth within the hour is not" "" "$(outgoing acknowledgement "${FLOOD[6]}")"
flow_contains "and the ticket says why" "$(postern ticket show "$REF")" 'not acknowledged .*5 acknowledgements .*hour'

# Hostile mail. MARK is what must not go out to anybody but the agents.
MARK=zzqqzz
write hostile <<END
From: =?utf-8?q?${MARK}=0D=0ABcc=3A_victim=40elsewhere.test?= <eve@elsewhere.test>
To: support@desk.test
Subject: =?utf-8?q?${MARK}=0D=0ABcc=3A_victim=40elsewhere.test=0D=0A=0D=0Abody?=
Message-ID: <hostile@elsewhere.test>
Reply-To: victim@elsewhere.test
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>$MARK</p><script>alert("$MARK script")</script><img src="http://elsewhere.test/$MARK.png" onerror="alert(1)">
--b
Content-Type: application/octet-stream; name="../../etc/$MARK"
Content-Disposition: attachment; filename="../../etc/cron.d/$MARK"
Content-Transfer-Encoding: base64

aGVsbG8=
--b--
END
give hostile eve@elsewhere.test
flow_equals "hostile: it is a ticket" ticketed "$FATE"
flow_wait 10 has_arrived "$REF" eve@elsewhere.test
flow_wait 10 has_arrived "$REF" kim@agents.test
ACK=$(arrived "$REF" eve@elsewhere.test)
NOTICE=$(arrived "$REF" kim@agents.test)
flow_lacks "hostile: no header is injected" "$(sed '/^\r*$/,$d' "$ACK" "$NOTICE")" '^Bcc'
flow_equals "hostile: one recipient" "eve@elsewhere.test" "$(header To "$ACK")"
flow_lacks "hostile: nothing of the stranger in the acknowledgement" "$(cat "$ACK")" "$MARK|victim|script"
flow_equals "hostile: the subject is ours alone" "We have your message [$REF]" "$(header Subject "$ACK")"
flow_contains "hostile: the agent sees the text" "$(cat "$NOTICE")" "$MARK"
flow_lacks "hostile: no script, no picture for the agent" "$(cat "$NOTICE")" '<script|<img|onerror=3?D?"'
flow_lacks "hostile: no path in a file name" "$(ticket "$REF" | jq -r '.messages[].attachments[]?.name')" '/|\.\.'
flow_equals "hostile: no bare CR or LF goes out" "" "$(sed 's/\r$//' "$ACK" "$NOTICE" | grep -c $'\r' | grep -v '^0$')"
flow_equals "hostile: every line ends with CR LF" "$(wc -l <"$ACK")" "$(grep -c $'\r$' "$ACK")"

printf '%s\n' $'From: "A\u202egnp.exe" <fay@elsewhere.test>' 'To: support@desk.test' $'Subject: invoice \u202efdp.exe \u2066x' \
    'Message-ID: <bidi@elsewhere.test>' '' $'See \u202etxt.exe \033[31mred\033[0m \033]0;title\007' | write bidi
give bidi fay@elsewhere.test
flow_lacks "bidi: no control of the terminal" "$(postern ticket show "$REF"; postern ticket list; postern ticket why "$ID"; postern parse "$FLOW_FOLDER/bidi")" \
    $'\033|\007|\u202e|\u2066'
flow_wait 10 has_arrived "$REF" fay@elsewhere.test
flow_lacks "bidi: nothing of it in the acknowledgement" "$(cat "$(arrived "$REF" fay@elsewhere.test)")" $'\u202e|gnp|E2=80=AE'

{
    echo 'From: Gus <gus@elsewhere.test>'
    for ((i = 0; i < 300; i++)); do
        printf '%s' "${to:-To: support@desk.test}"
        to=$',\n '"r$i@victims.test"
    done
    printf '\n%s\n' 'Subject: Many' 'Message-ID: <many@elsewhere.test>' '' 'Text'
} | write many
give many gus@elsewhere.test
flow_equals "300 recipients: a ticket" ticketed "$FATE"
flow_wait 10 is_sent
flow_equals "300 recipients: nothing goes to them" 0 "$(postern outbox list --json | jq '[.[] | select(.to | test("victims"))] | length')"
flow_equals "300 recipients: they are no participants" 0 "$(ticket "$REF" | jq '.participants | length')"

printf '%s\n' 'From: "http://spam.test buy now" <hal@elsewhere.test>' 'To: support@desk.test' 'Subject: x' '' 'Text' | write name
give name hal@elsewhere.test
flow_wait 10 is_sent
flow_lacks "a name that is advertising is not said back" "$(cat "$(arrived "$REF" hal@elsewhere.test)")" 'spam|buy'

write unproven <<'END'
Authentication-Results: mx.elsewhere.test; dmarc=pass header.from=customer.test
Authentication-Results: mx.desk.test; dmarc=none header.from=customer.test
From: Ida <ida@customer.test>
To: support@desk.test
Subject: words of a stranger

Ida's text
END
give unproven ida@customer.test
flow_check "an unproven sender is acknowledged" flow_wait 10 has_arrived "$REF" ida@customer.test
flow_lacks "but his subject is not said back" "$(cat "$(arrived "$REF" ida@customer.test)")" 'words of a stranger'

sed -e 's/dmarc=none/dmarc=fail/' -e "s/Ida's text/Forged text/" -e 's/ida@/jon@/' "$FLOW_FOLDER/unproven" >"$FLOW_FOLDER/forged"
give forged jon@customer.test
flow_contains "a forged one is not: somebody else would get it" "$(postern ticket show "$REF")" 'not acknowledged .*somebody else wrote it'

# A whole look at the end.
flow_wait 10 is_sent
flow_lacks "no secret in the log" "$(cat "$FLOW_FOLDER/serve.log")" 'abcdef1234'
flow_equals "no warning, no error in the log" "" "$(grep -E '^(warning|error) ' "$FLOW_FOLDER/serve.log")"
long_lines=$(cat "$FLOW_FOLDER"/outgoing/new/* | tr -d '\r' | awk 'length($0) > 998' | wc -l)
flow_equals "no line is longer than 998 octets" 0 "$long_lines"
flow_check "the equation holds" postern stats
flow_check "SIGTERM ends with 0" gate_stop
flow_end
