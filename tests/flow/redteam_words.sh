#!/bin/bash
# What people try to make the desk say: header lines out of thin air, machines that answer each other, words for strangers,
# and pages that must stay inside.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/redteam.sh
red_start

# It works at all: without this, "nothing" would prove nothing.
fresh control
plain 'Please try again now.' | reply control kim
spoken "control: an agent's own, proven answer goes to the customer" 'Please try again now.'
look
plain '/severity high' | reply control-command kim
flow_equals "control: an agent's own, proven command is carried out" high "$(ticket "$TICKET" .severity)"

# 1. Header lines out of thin air.
fresh head-subject
plain 'Text' | customer head-subject '=?utf-8?q?Hi=0D=0ABcc=3A_victim=40victims.test=0D=0AX-Evil=3A_1?='
plain 'An answer.' | reply head-subject-answer kim
clean_heads "a customer's subject with CR LF"
fresh head-name
TO=${TOKEN[customer]} compose head-name "=?utf-8?q?Anna=0D=0ABcc=3A_victim=40victims.test?= <$CUSTOMER>" 'x' "$PROVEN_CUSTOMER" <<<Text
give head-name "$CUSTOMER" "${TOKEN[customer]}"
plain 'An answer.' | reply head-name-answer kim
clean_heads "a customer's name with CR LF"
fresh head-agent
plain 'An answer.' | SUBJECT='=?utf-8?q?Re=3A_x=0D=0AX-Evil=3A_1=0D=0A=0D=0AZQbody?=' reply head-agent kim
clean_heads "an agent's subject with CR LF"
spoken "and his words arrive" 'An answer.'
fresh head-file
plain '--b' 'Content-Type: text/plain' '' 'With a file.' '--b' "Content-Type: text/plain; name*=utf-8''a%0D%0AX-Evil%3A%201.txt" \
    "Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fa%0D%0AX-Evil%3A%201%22.txt" "Content-ID: <a@b>
 X-Evil: 1" '' 'file' '--b--' | reply head-file kim 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b'
clean_heads "a file name with CR LF"
spoken "and the file arrives" 'With a file.'
flow_lacks "under a name without a path" "$(grep -a '^== ' "$(written answer "$CUSTOMER")")" '\.\./|/a'
fresh head-args
plain $'/cc =?utf-8?q?victim=40victims.test=0D=0ABcc=3Ax=40y.test?=' 'ZQargs' | reply head-args kim
nothing "an encoded word as an address"
fresh head-id
TO=${TOKEN[customer]} compose head-id "Anna <$CUSTOMER>" 'x' "$PROVEN_CUSTOMER" 'Message-ID: <a@b>, <c@d> X-Evil: 1' "References: <$(head -c 3000 /dev/zero | tr '\0' a)@b> <x@y>" <<<Text
give head-id "$CUSTOMER" "${TOKEN[customer]}"
plain 'An answer.' | reply head-id-answer kim
clean_heads "a Message-ID with more behind it"
flow_equals "no line is longer than 998 octets" 0 "$(awk 'length($0) > 999' "$FLOW_FOLDER"/sent/*.eml | wc -l)"

# 2. Machines.
machine() { # NAME LABEL AGENT-HEADER…
    local name=$1 label=$2
    shift 2
    fresh "$name"
    plain "ZQ${name//-/} I am away until Monday." | SUBJECT="Automatic reply: Question" reply "$name" kim "$@"
    nothing "$label" 'not believed.*automatic|auto|joined'
    flow_equals "$label: no receipt" "" "$(written receipt kim@agents.test)"
}
machine away "an agent's absence, RFC 3834" 'Auto-Submitted: auto-replied'
machine away-exchange "an agent's absence, Exchange" 'X-Auto-Response-Suppress: All' 'Auto-Submitted: auto-generated'
machine away-old "an agent's absence, old style" 'Precedence: bulk' 'X-Autoreply: yes'
SENDER='' machine away-null "an agent's absence from the null sender" 'Auto-Submitted: auto-replied (vacation)'
report() { # FILE TO MESSAGE-ID
    compose "$1" 'MAILER-DAEMON@mx.agents.test' 'Undelivered Mail Returned to Sender' 'MIME-Version: 1.0' 'Auto-Submitted: auto-replied' \
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b' <<END
--b
Content-Type: text/plain

/close
ZQreport
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.agents.test

Final-Recipient: rfc822; $2
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: text/rfc822-headers

Message-ID: $3

--b--
END
}
fresh came-back
report bounce kim@agents.test "${NOTICE[kim]}"
give bounce '' "$(at "$(sign "$TICKET_ID" 3 "$TODAY" kim@agents.test)")"
nothing "the bounce of a notice" 'kim@agents.test came back'
fresh came-back-token
report bounce-token kim@agents.test "${NOTICE[kim]}"
give bounce-token '' "${TOKEN[kim]}"
nothing "a bounce to the agent's token" 'doubtful report|bounce|joined'
fresh robot
for i in one two three four five six; do
    plain "Thank you. We have received your message and will come back to you. Case $i$RANDOM" | customer "robot-$i" "Re: [CASE-$RANDOM] Question"
done
flow_equals "an answering machine without marks is not answered" "" "$(sent | grep -v '@agents.test ')"
fresh absent
plain 'Please try again.' | reply absent kim
look
STATE=$(state)
plain 'I am away.' | customer absent-reply 'Automatic reply: Question' 'Auto-Submitted: auto-replied'
nothing "a customer's absence as the answer to an answer" 'auto'
fresh returned
db "SELECT writefile('$FLOW_FOLDER/returned.mail', bytes) FROM outbox WHERE ticket_id = $TICKET_ID AND kind = 'notice' LIMIT 1" >/dev/null
give returned.mail "$CUSTOMER" "${TOKEN[customer]}"
nothing "our own notice that comes back" 'our own mail'
fresh hops
{ for ((i = 0; i < 60; i++)); do echo "Received: from a$i.test by b$i.test; Sun, 22 Nov 2026 09:30:01 +0000"; done; cat "$FLOW_FOLDER/opened-hops"; } |
    sed 's/^Message-ID:.*/Message-ID: <hops@client.test>/' >"$FLOW_FOLDER/hops"
give hops "$CUSTOMER" "${TOKEN[customer]}"
nothing "a mail through 60 servers" 'loop'

# Another desk that acknowledges whatever it gets, each time as a new case of its own, and says in no way that it is a machine.
look
BEFORE=$MARK
compose desk 'Other Desk <help@other.test>' 'Your bill' "$AR mx.desk.test; dmarc=pass header.from=other.test" <<<'Please find the bill.'
give desk help@other.test
ROUNDS=0
while FILE=$(sent | awk '$2 == "help@other.test" { print $3 }' | tail -1) && [ -n "$FILE" ] && ((ROUNDS < 12)); do
    ROUNDS=$((ROUNDS + 1))
    look
    compose "desk-$ROUNDS" 'Other Desk <help@other.test>' "We have your message [T-$RANDOM]" "$AR mx.desk.test; dmarc=pass header.from=other.test" \
        <<<"Dear customer, your case T-$RANDOM$RANDOM was opened. Somebody will answer you."
    give "desk-$ROUNDS" help@other.test
done
flow_check "two desks that write to each other stop within three mails ($ROUNDS)" test "$ROUNDS" -ge 1 -a "$ROUNDS" -le 3
MARK=$BEFORE

# 3. Words for strangers.
VICTIMS=('Reply-To: v1@victims.test' 'Cc: v2@victims.test, v3@victims.test' 'Sender: v4@victims.test' 'Bcc: v8@victims.test'
    'Disposition-Notification-To: v5@victims.test' 'Return-Receipt-To: v6@victims.test' 'Errors-To: v7@victims.test' 'Mail-Followup-To: v9@victims.test')
fresh relay
plain 'Tell them all.' | customer relay 'Re: Question' "${VICTIMS[@]}"
plain 'An answer.' | reply relay-answer kim
spoken "Reply-To, Cc, Sender and their like of a customer get no answer" 'An answer.'
fresh relay-group
plain 'Tell them all.' | customer relay-group 'Re: Question' 'Cc: Victims: v1@victims.test, v2@victims.test;' 'Reply-To: Victims: v3@victims.test;'
plain 'An answer.' | reply relay-group-answer kim
spoken "groups in Cc and Reply-To get no answer" 'An answer.'
fresh relay-many
{ printf 'Cc: v0@victims.test'; for ((i = 1; i < 500; i++)); do printf ',\n v%d@victims.test' "$i"; done; echo; } >"$FLOW_FOLDER/many-cc"
plain 'Tell them all.' | customer relay-many 'Re: Question' "$(cat "$FLOW_FOLDER/many-cc")"
plain 'An answer.' | reply relay-many-answer kim
spoken "500 in Cc get no answer" 'An answer.'
fresh relay-guest
plain 'I am new here.' | FROM='Bert <bert@elsewhere.test>' SENDER=bert@elsewhere.test PROOF="$AR mx.desk.test; dmarc=pass header.from=elsewhere.test" \
    RCPT=${TOKEN[customer]} reply relay-guest customer
plain 'An answer.' | reply relay-guest-answer kim
spoken "a guest gets no answer" 'An answer.'
fresh relay-all
plain 'An answer.' | reply relay-all kim 'Cc: v1@victims.test' 'Bcc: v2@victims.test'
spoken "whom an agent's own mail names gets no second one from us" 'An answer.'
fresh relay-open
plain '/customer v1@victims.test' 'ZQopen' | PROOF='' SENDER=m@evil.test RCPT=support@desk.test ANSWERED="<x$COMPOSED@agents.test>" SUBJECT='New' reply relay-open kim
nothing "a forged agent opens a ticket for a victim" '.'
compose relay-fresh 'Victim <v1@victims.test>' 'ZQsubject' "$AR mx.desk.test; dmarc=fail header.from=victims.test" 'Reply-To: v2@victims.test' <<<'ZQtext'
look
give relay-fresh m@evil.test
verdict "a stranger's words in a victim's name do not come to the victim" "$(strangers_mail)"

# 4. Pages that must stay inside. An agent's answer with our own page in every state.
PAGE_OF() { # the text of kim's notice of $TICKET
    local id
    id=$(db "SELECT id FROM outbox WHERE ticket_id = $TICKET_ID AND kind = 'notice' AND to_address = 'kim@agents.test' ORDER BY id LIMIT 1")
    db "SELECT writefile('$FLOW_FOLDER/page.eml', bytes) FROM outbox WHERE id = $id" >/dev/null
    "$BUILD/tests/support/mail_words" "$FLOW_FOLDER/page.eml" | sed -n '/^== text\/plain/,/^== text\/html/p' | sed -e 1d -e '$d'
}
PAGE_HTML() {
    "$BUILD/tests/support/mail_words" "$FLOW_FOLDER/page.eml" | sed -n '/^== text\/html/,$p' | sed 1d
}
# Sentences of the page that a customer must never read, whatever else stands there.
inside_lacks() { # LABEL
    local file
    file=$(written answer "$CUSTOMER")
    [ -n "$file" ] || { verdict "$1: nothing was sent" "$([ -n "$(written receipt kim@agents.test)" ] || echo 'and no receipt says so')"; return; }
    verdict "$1" "$(grep -aiE 'proven by their|not proven|postern ticket|Why it is in|New request in|New message in|To answer, |/takeover|/handoff' "$file" | head -3)"
}
page() { # NAME LABEL: stdin is what the agent sends
    reply "$1" kim "${@:3}"
    inside_lacks "$2"
}
fresh page-bottom
{ PAGE_OF; echo; echo 'Please try again.'; } | page page-bottom "the whole page, unquoted, the answer below it"
fresh page-top
{ echo 'Please try again.'; echo; PAGE_OF; } | page page-top "the whole page, unquoted, the answer above it"
fresh page-quoted
{ echo 'Please try again.'; echo; echo 'On Monday Acme Support wrote:'; PAGE_OF | sed 's/^/> /'; } | page page-quoted "the page as a quote"
fresh page-inline
{ PAGE_OF | sed 's/^/> /'; echo 'Please try again.'; PAGE_OF | head -20 | sed 's/^/> /'; echo 'And tell us.'; } | page page-inline "answers between the lines of the quoted page"
fresh page-torn
{ echo 'Please try again.'; PAGE_OF | sed -n '5,14p'; } | page page-torn "a piece out of the middle of the page"
fresh page-middle
{ PAGE_OF | head -6; echo 'Please try again.'; PAGE_OF | tail -n +7; } | page page-middle "the answer in the middle of the page"
fresh page-wrapped
{ echo 'Please try again.'; PAGE_OF | fold -s -w 30; } | page page-wrapped "the page in other line lengths"
fresh page-html
PAGE_OF >/dev/null
{ echo '<div>Please try again.</div><div><blockquote type="cite">'; PAGE_HTML; echo '</blockquote></div>'; } |
    page page-html "the page as a quote in HTML" 'MIME-Version: 1.0' 'Content-Type: text/html; charset=utf-8'
fresh page-html-open
PAGE_OF >/dev/null
{ echo '<div>Please try again.</div>'; PAGE_HTML; } | page page-html-open "the page in HTML, unquoted" 'MIME-Version: 1.0' 'Content-Type: text/html; charset=utf-8'
fresh page-html-only
PAGE_OF >/dev/null
{ plain '--b' 'Content-Type: text/plain' '' 'Please try again.' '--b' 'Content-Type: text/html; charset=utf-8' '' '<div>Please try again.</div>'; PAGE_HTML; plain '--b--'; } |
    page page-html-only "the page in the HTML alone" 'MIME-Version: 1.0' 'Content-Type: multipart/alternative; boundary=b'
fresh page-attached
PAGE_OF >/dev/null
{ plain '--b' 'Content-Type: text/plain' '' 'Please try again.' '--b' 'Content-Type: message/rfc822' 'Content-Disposition: attachment; filename=notice.eml' ''
    cat "$FLOW_FOLDER/page.eml"; plain '' '--b--'; } | page page-attached "the notice as an attachment" 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b'
fresh note
plain '/note' 'ZQnote is between us' | reply note kim
nothing "a note" '.'
NOTE=$(sent | awk '$2 == "lee@agents.test" { print $3 }' | head -1)
if [ -n "$NOTE" ]; then
    look
    { echo 'Please try again.'; echo; echo 'On Monday Acme Support wrote:'; sed -n '/^== text\/plain/,/^== text\/html/p' "$NOTE" | sed 's/^/> /'; } | reply note-quoted kim
    inside_lacks "a quoted note"
    kept_or_spoken "a quoted note does not go out" 'Please try again.'
fi
fresh draft
plain 'Kim answers.' | reply draft kim
look
plain 'ZQdraft Lee answers, too.' | reply draft-lee lee
verdict "what a second agent wrote does not go out" "$(strangers_mail)"
look
plain 'Kim once more.' | reply draft-again kim
spoken "nor with the owner's next answer" 'Kim once more.'
fresh token-text
plain "Write to ${TOKEN[kim]} please." | reply token-text kim
kept_or_spoken "an agent pastes his own token into his text" ''
fresh token-html
plain "<p>Write <a href=\"mailto:${TOKEN[kim]}\">here</a>.</p><img src=\"http://tracker.test/${TOKEN[kim]}.gif\">" | reply token-html kim 'MIME-Version: 1.0' 'Content-Type: text/html'
kept_or_spoken "an agent's token in a link" ''
fresh token-file
plain '--b' 'Content-Type: text/plain' '' 'With a file.' '--b' "Content-Type: text/plain; name=\"${TOKEN[kim]}.txt\"" \
    "Content-Disposition: attachment; filename=\"${TOKEN[kim]}.txt\"" '' 'file' '--b--' | reply token-file kim 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b'
kept_or_spoken "an agent's token as a file name" ''
fresh pixel
plain '<p>Please <b>try</b> again.</p><img src="http://tracker.test/p.gif" width=1 height=1><img src="https://tracker.test/i.png">' \
    '<link rel=stylesheet href="http://tracker.test/s.css"><div style="background:url(http://tracker.test/b.png)">x</div><script>ZQscript</script>' |
    reply pixel kim 'MIME-Version: 1.0' 'Content-Type: text/html'
spoken "an agent's HTML keeps its words" 'again'
flow_lacks "and loses remote images, styles and scripts" "$(cat "$(written answer "$CUSTOMER")")" 'tracker\.test/|<script|<link'
fresh heads
plain 'Please try again.' | reply heads kim 'Received: from ZQlaptop ([10.1.2.3]) by mx.agents.test; Sun, 22 Nov 2026 09:30:01 +0000' \
    'X-Originating-IP: 10.1.2.3' 'X-ZQinternal: yes' 'User-Agent: ZQclient' 'X-Mailer: ZQmailer' 'Comments: ZQcomment'
spoken "header fields of the agent's own mail stay inside" 'Please try again.'
flow_lacks "and so does his address" "$(cat "$(written answer "$CUSTOMER")")" 'agents\.test|10\.1\.2\.3'
fresh uncc
plain '/cc carl@partner.test' 'Carl gets copies.' | reply uncc-add kim
flow_contains "whom an agent adds gets the answer" "$(sent | cut -d' ' -f1,2)" 'answer carl@partner.test'
plain '/uncc carl@partner.test' | reply uncc-drop kim
look
plain 'Without Carl.' | reply uncc kim
spoken "who was taken off gets nothing more" 'Without Carl.'

# Two tickets of different customers become one.
fresh merge-from
FROM_TICKET=$TICKET
plain '/note' 'ZQmergenote' | reply merge-from-note kim
fresh merge-into
INTO=$TICKET
TICKET=$FROM_TICKET
plain "/merge $INTO" | ANSWERED="<x$COMPOSED@agents.test>" RCPT=$(at "$(sign "$(db "SELECT id FROM tickets WHERE ref = '$FROM_TICKET'")" 2 "$TODAY" kim@agents.test)") reply merge kim
flow_equals "tickets of two customers are merged" "$INTO" "$(db "SELECT ref FROM tickets WHERE id = (SELECT merged_into FROM tickets WHERE ref = '$FROM_TICKET')")"
TICKET=$INTO
look
plain 'An answer after the merge.' | reply merged-answer kim
for TO_WHOM in $(sent | grep -v '@agents.test ' | cut -d' ' -f2); do
    OTHER=$([ "$TO_WHOM" = merge-from@customer.test ] && echo merge-into || echo merge-from)
    verdict "after a merge $TO_WHOM reads nothing of the other" "$(grep -aE "$OTHER|ZQ[a-z]" "$(written answer "$TO_WHOM")" | head -3)"
done
flow_equals "and the other customer is not written to" "answer merge-into@customer.test" "$(sent | grep -v '@agents.test ' | cut -d' ' -f1,2)"

red_end
