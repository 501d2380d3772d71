#!/bin/bash
# What people try against a desk whose agents work by mail: false agents, tokens of others, commands where none belong, header
# lines out of thin air, machines that answer each other, words for strangers, and pages that must stay inside. A case is
# one line: it names what was tried; "nothing" means that no ticket changed, that nobody but agents was written to, and that
# the trail says what happened. Every word that begins with "ZQ" is one that no customer may ever read.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh
CASES=0

# What may not change without an agent's word. A guest may be seen on a ticket; he gets nothing by that.
state() {
    db "SELECT t.queue, CASE WHEN t.status IN ('new', 'open') THEN 'open' ELSE t.status END, t.severity, t.category, t.owner,
        t.voice, t.snooze_us, t.merged_into,
        (SELECT group_concat(p.address || p.copies) FROM participants p WHERE p.ticket_id = t.id AND (p.copies OR p.role <> 'guest')),
        (SELECT group_concat(f.name || '=' || f.value) FROM fields f WHERE f.ticket_id = t.id AND f.by_who <> 'rules'),
        (SELECT count(*) FROM messages m WHERE m.ticket_id = t.id AND m.direction = 'out'),
        (SELECT count(*) FROM moves), (SELECT count(*) FROM refused_senders)
        FROM tickets t WHERE t.id = $TICKET_ID"
}

# attack NAME: a fresh ticket of NAME@customer.test to try it on
attack() {
    opened "$1"
    STATE=$(state)
}

verdict() { # LABEL TROUBLE
    CASES=$((CASES + 1))
    if [ -z "$2" ]; then
        echo "ok $1"
    else
        echo "FAIL $1: $2"
        FLOW_FAILED=1
    fi
}

# What went to anybody but the agents: who opened a ticket hears that it has come, and nothing that a stranger wrote.
strangers_mail() {
    local kind to file
    sent | while read -r kind to file; do
        case $to in *@agents.test) continue ;; esac
        ! grep -aq 'ZQ[a-z]' "$file" || echo "$kind to $to holds what may not go out: $(grep -a 'ZQ[a-z]' "$file" | head -2); "
        [ "$kind" = acknowledgement ] && [ -n "$(db "SELECT 1 FROM tickets WHERE id > $TICKET_ID AND lower(requester_address) = lower('$to')")" ] ||
            echo "$kind went to $to; "
    done
}
trail() {
    postern ticket why "$MAIL" 2>/dev/null
    postern ticket show "$TICKET" --json | jq -r '.events[] | .what + ": " + .detail'
    db "SELECT coalesce(reason, '') || ' ' || coalesce(detail, '') FROM intake WHERE id = $ID"
}
# nothing LABEL [TRAIL]
nothing() {
    local trouble now
    trouble=$(strangers_mail)
    now=$(state)
    [ "$now" = "$STATE" ] || trouble+="the ticket was $STATE and is $now; "
    trail >"$FLOW_FOLDER/trail"
    grep -qaE -- "${2:-.}" "$FLOW_FOLDER/trail" || trouble+="nothing says '$2': $(tail -8 "$FLOW_FOLDER/trail"); "
    verdict "$1" "$trouble"
}
# refused LABEL AGENT WORDS: nothing, and the agent has a receipt with these words
refused() {
    local file trouble
    file=$(written receipt "$2@agents.test")
    trouble=$(strangers_mail)
    [ "$(state)" = "$STATE" ] || trouble+="the ticket was $STATE and is $(state); "
    [ -n "$file" ] && grep -qaiE -- "$3" "$file" || trouble+="no receipt says '$3': $(sent) $(tail -n +12 "${file:-/dev/null}" | head -20); "
    verdict "$1" "$trouble"
}
# spoken LABEL [WORDS]: exactly one answer, to the customer alone, with the words, and no command was carried out
spoken() {
    local trouble file
    file=$(written answer "$CUSTOMER")
    [ "$(sent | grep -v '@agents.test ' | cut -d' ' -f1,2)" = "answer $CUSTOMER" ] || trouble="went out: $(sent | cut -d' ' -f1,2 | tr '\n' ','); "
    ! grep -aq 'ZQ[a-z]' "${file:-/dev/null}" || trouble+="holds what may not go out: $(grep -a 'ZQ[a-z]' "$file" | head -3); "
    grep -qaF -- "${2:-}" "${file:-/dev/null}" || trouble+="does not hold '$2'; "
    db "SELECT status FROM tickets WHERE id = $TICKET_ID" | grep -qE 'open|waiting' || trouble+="is $(ticket "$TICKET" .status); "
    verdict "$1" "${trouble:-}"
}
# kept_or_spoken LABEL WORDS: a refusal with a receipt, or an answer that holds nothing internal; never a bit of both
kept_or_spoken() {
    if [ -n "$(written answer "$CUSTOMER")" ]; then
        spoken "$1" "${2:-}"
    else
        refused "$1" kim '.'
    fi
}
# done_or_refused LABEL: what looks like a command is one, or a refusal; it never goes out as words
done_or_refused() {
    local file
    file=$(written answer "$CUSTOMER")
    verdict "$1" "$(grep -a 'clo.*se' "${file:-/dev/null}")$([ -n "$(written receipt kim@agents.test)" ] || echo 'there is no receipt')"
}
clean_heads() { # LABEL: no field that anybody smuggled in, in no mail that was written
    local found
    found=$(sent | cut -d' ' -f3 | while read -r file; do sed '/^\r*$/q' "$file.eml" | grep -aiE '^(bcc|x-evil|x-injected)' ; done)
    verdict "$1" "${found:+injected: $found}"
}
customer() { # NAME SUBJECT [HEADER…] <TEXT: the customer of $TICKET answers
    local name=$1 subject=$2
    shift 2
    TO=${TOKEN[customer]} compose "$name" "Customer <$CUSTOMER>" "$subject" "$PROVEN_CUSTOMER" "$@"
    give "$name" "$CUSTOMER" "${TOKEN[customer]}"
}
plain() { printf '%s\n' "$@"; }
fresh() { # NAME: a ticket, and its customer's address
    CUSTOMER=$1@customer.test
    attack "$1"
}

desk_config
flow_check "the gate starts" gate_start
IFS='|' read -r KEY SECRET < <(db "SELECT id, hex(secret) FROM token_keys ORDER BY id DESC LIMIT 1")
TODAY=$(($(date +%s) / 86400))
sign() { # TICKET-ID ROLE DAY ADDRESS [KEY SECRET]
    "$BUILD/tests/support/token_tool" sign "${5:-$KEY}" "${6:-$SECRET}" "$1" "$2" "$3" "$4"
}

# It works at all: without this, "nothing" would prove nothing.
fresh control
plain 'Please try again now.' | reply control kim
spoken "control: an agent's own, proven answer goes to the customer" 'Please try again now.'
look
plain '/severity high' | reply control-command kim
flow_equals "control: an agent's own, proven command is carried out" high "$(ticket "$TICKET" .severity)"

# 1. False agents.
spoof() { # NAME LABEL TRAIL: PROOF, FROM, SENDER, RCPT, further headers as given
    local name=$1 label=$2 trail=$3
    shift 3
    fresh "$name"
    plain '/close' '' "ZQ${name//-/} in the name of an agent" | SENDER=${SENDER-m@evil.test} reply "$name" kim "$@"
    nothing "$label" "$trail"
}
AR='Authentication-Results:'
EVIL='Mallory <mallory@evil.test>'
EVIL_PROOF="$AR mx.desk.test; dmarc=pass header.from=evil.test"
PROOF='' spoof no-proof "forged From, no Authentication-Results" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test; dmarc=fail header.from=agents.test" spoof proof-fail "forged From, dmarc=fail" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test; dmarc=none header.from=agents.test" spoof proof-none "forged From, dmarc=none" 'not believed.*does not vouch'
PROOF="$AR mx.evil.test; dmarc=pass header.from=agents.test" spoof proof-foreign "forged Authentication-Results of another server" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test.evil.test; dmarc=pass header.from=agents.test" spoof proof-alike "forged Authentication-Results of a server whose name begins like ours" 'not believed.*does not vouch'
PROOF="$AR evil-mx.desk.test; dmarc=pass header.from=agents.test" spoof proof-alike-end "forged Authentication-Results of a server whose name ends like ours" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test; dmarc=fail header.from=agents.test
$AR mx.desk.test; dmarc=pass header.from=agents.test" spoof proof-second "a forged second field below the border server's own" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test; dmarc=pass header.from=evil.test" spoof proof-other "the border server vouches for another domain" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test; dkim=pass header.d=evil.test; spf=pass smtp.mailfrom=evil.test" spoof proof-unaligned "DKIM and SPF of another domain" 'not believed.*does not vouch'
PROOF="$AR mx.evil.test (mx.desk.test; dmarc=pass header.from=agents.test)" spoof proof-comment "our server's name in a comment" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test; dmarc=fail (dmarc=pass header.from=agents.test) header.from=agents.test" spoof proof-comment-pass "the pass in a comment" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test; dmarc=fail reason=\"; dmarc=pass\" header.from=agents.test" spoof proof-quoted "the pass in a quoted reason" 'not believed.*does not vouch'
PROOF="$AR mx.desk.test; x-dmarc=pass header.from=agents.test" spoof proof-method "a pass of a method that is none" 'not believed.*does not vouch'
FROM='Kim Lee <kim@agents.test.evil.test>' PROOF="$AR mx.desk.test; dmarc=pass header.from=agents.test.evil.test" \
    spoof domain-longer "a domain that begins like the agents'" "agent.s token|guest"
FROM='Kim Lee <kim@evil-agents.test>' PROOF="$AR mx.desk.test; dmarc=pass header.from=evil-agents.test" \
    spoof domain-ends "a domain that ends like the agents'" "agent.s token|guest"
FROM=$'Kim Lee <kim@\u0430gents.test>' PROOF="$AR mx.desk.test; dmarc=pass header.from=xn--gents-3ve.test" \
    spoof domain-homoglyph "a domain with a Cyrillic letter" "agent.s token|guest|doubtful|From"
FROM='Kim Lee <kim@xn--gents-3ve.test>' PROOF="$AR mx.desk.test; dmarc=pass header.from=xn--gents-3ve.test" \
    spoof domain-punycode "the same in its xn-- form" "agent.s token|guest"
FROM=$'Kim Lee <k\u0456m@agents.test>' spoof local-homoglyph "a local part with a Cyrillic letter, at the agents' own domain" "agent.s token|guest|doubtful|From"
FROM='Kim Lee <kim@agents.test@evil.test>' PROOF=$EVIL_PROOF spoof two-ats "an address with two at signs" '.'
FROM='Kim Lee <kim%agents.test@evil.test>' PROOF=$EVIL_PROOF spoof percent "an address with a percent hack" '.'
FROM='"Kim Lee <kim@agents.test>" <mallory@evil.test>' PROOF=$EVIL_PROOF spoof name-address "the agent's address as a name" "agent.s token|guest"
FROM='kim@agents.test <mallory@evil.test>' PROOF=$EVIL_PROOF spoof name-bare "the agent's address as an unquoted name" '.'
FROM='=?utf-8?q?Kim_Lee_=3Ckim=40agents=2Etest=3E?= <mallory@evil.test>' PROOF=$EVIL_PROOF spoof name-encoded "the agent's address in an encoded name" "agent.s token|guest"
FROM='=?utf-8?q?kim=40agents=2Etest?=' spoof address-encoded "an encoded word where the address belongs" '.'
FROM='"kim@agents.test"@evil.test' PROOF=$EVIL_PROOF spoof local-quoted "the agent's address as a quoted local part" '.'
FROM='mallory@evil.test (kim@agents.test)' PROOF=$EVIL_PROOF spoof comment "the agent's address in a comment" '.'
FROM='Kim <@evil.test:kim@agents.test>' PROOF=$EVIL_PROOF spoof route "a source route" '.'
FROM='Kim Lee <kim@agents.test>, Mallory <mallory@evil.test>' PROOF=$EVIL_PROOF spoof two-mailboxes "two mailboxes in From, the agent's first" '.'
FROM='Mallory <mallory@evil.test>, Kim Lee <kim@agents.test>' spoof two-mailboxes-last "two mailboxes in From, the agent's last" '.'
FROM='Team: Kim Lee <kim@agents.test>;' spoof group "From is a group" '.'
FROM="Kim Lee <kim@agents.test>
From: $EVIL" PROOF=$EVIL_PROOF spoof two-froms "two From fields, the agent's first" '.'
FROM="$EVIL
From: Kim Lee <kim@agents.test>" spoof two-froms-last "two From fields, the agent's last" '.'
FROM="$EVIL
FROM : Kim Lee <kim@agents.test>" PROOF=$EVIL_PROOF spoof from-blank "a second From with a blank before the colon" '.'
FROM=$EVIL PROOF=$EVIL_PROOF spoof sender-field "Sender is the agent" "agent.s token|guest" 'Sender: Kim Lee <kim@agents.test>'
FROM=$EVIL PROOF=$EVIL_PROOF spoof resent "Resent-From and Resent-Sender are the agent" "agent.s token|guest" \
    'Resent-From: Kim Lee <kim@agents.test>' 'Resent-Sender: kim@agents.test'
FROM=$EVIL PROOF=$EVIL_PROOF spoof reply-to "Reply-To and Return-Path are the agent" "agent.s token|guest" 'Reply-To: kim@agents.test' 'Return-Path: <kim@agents.test>'
FROM=$EVIL PROOF=$EVIL_PROOF spoof via-list "a list that says that the agent wrote it" '.' 'List-Id: <l.evil.test>' \
    'X-Original-From: Kim Lee <kim@agents.test>' 'Reply-To: Kim Lee <kim@agents.test>'
FROM='nick@agents.test' SENDER=nick@agents.test spoof former "a former agent, proven, with a colleague's token" "agent.s token|guest"
fresh former-own
plain '/close' 'ZQformer' | FROM='nick@agents.test' SENDER=nick@agents.test RCPT="support+$(sign "$TICKET_ID" 2 "$TODAY" nick@agents.test)@desk.test" reply former-own kim
nothing "a former agent, proven, with his own old token" '.'
fresh forwarded
plain '/close' 'ZQforwarded' | FROM='Anna <anna@partner.test>' SENDER=anna@partner.test PROOF="$AR mx.desk.test; dmarc=pass header.from=partner.test" reply forwarded kim
nothing "somebody to whom the agent has forwarded his notice" "agent.s token"

# 2. Games with tokens. The agent's mail is proven in each.
game() { # NAME LABEL RCPT TRAIL [HEADER…]
    local name=$1 label=$2 rcpt=$3 trail=$4
    shift 4
    plain '/close' '' "ZQ${name//-/} to a token that is none of his" | RCPT=$rcpt reply "$name" kim "$@"
    nothing "$label" "$trail"
}
at() { echo "support+$1@desk.test"; }
fresh token-lees
game token-lees "another agent's token" "${TOKEN[lee]}" 'not believed.*another agent'
fresh token-customers
game token-customers "the customer's token, by an agent" "${TOKEN[customer]}" 'not believed'
fresh token-by-customer
plain '/close' "ZQtokenbycustomer" | FROM="Customer <$CUSTOMER>" SENDER=$CUSTOMER PROOF=$PROVEN_CUSTOMER reply token-by-customer kim
nothing "the agent's token, by the customer" "joined"
fresh token-old
game token-old "an expired token" "$(at "$(sign "$TICKET_ID" 2 $((TODAY - 63)) kim@agents.test)")" 'not believed.*older than 60 days'
fresh token-short
game token-short "a truncated token" "${TOKEN[kim]/@/}@desk.test" '.'
game token-cut "a token without its last character" "$(sed 's/.@/@/' <<<"${TOKEN[kim]}")" '.'
fresh token-changed
game token-changed "a token with one character changed" "$(sed 's/\(+.\{20\}\)./\1y/; s/\(+.\{22\}\)./\1q/' <<<"${TOKEN[kim]}")" '.'
fresh token-role
game token-role "a customer's token made for the agent's address" "$(at "$(sign "$TICKET_ID" 1 "$TODAY" kim@agents.test)")" '.'
fresh token-path
game token-path "the return path of a notice" "$(at "$(sign "$TICKET_ID" 3 "$TODAY" kim@agents.test)")" '.'
fresh token-retired
game token-retired "a token of a key that is gone" "$(at "$(sign "$TICKET_ID" 2 "$TODAY" kim@agents.test $((KEY + 1)) "$SECRET")")" '.'
fresh token-key
game token-key "a token of a key of somebody else" "$(at "$(sign "$TICKET_ID" 2 "$TODAY" kim@agents.test "$KEY" "$(printf '%064d' 7)")")" '.'
fresh token-nowhere
game token-nowhere "a token of a ticket that is none" "$(at "$(sign 12345 2 "$TODAY" kim@agents.test)")" '.'
fresh token-id
game token-id "his token in In-Reply-To alone" support@desk.test '.'
fresh token-here
HERE=${NOTICE[kim]}
fresh token-there
ANSWERED=$HERE game token-there "the token of one ticket, the thread of another" "${TOKEN[kim]}" '.'
fresh token-confirm
game token-confirm "an answer to a question that was never asked" "$(at "$(sign "$TICKET_ID" 4 "$TODAY" kim@agents.test)")" '.'
fresh token-admin
plain "/release $MAIL" "/block $CUSTOMER" | RCPT=$(at "$(sign 0 5 "$TODAY" kim@agents.test)") reply token-admin kim
nothing "an admin's token, by an agent who is none" '.'
fresh token-admins
plain "/block $CUSTOMER" | FROM=$EVIL SENDER=m@evil.test PROOF=$EVIL_PROOF RCPT=$(at "$(sign 0 5 "$TODAY" ada@agents.test)") reply token-admins kim
nothing "the admin's token, by a stranger" '.'
fresh token-admin-forged
plain "/block $CUSTOMER" | FROM='Ada <ada@agents.test>' SENDER=m@evil.test PROOF='' RCPT=$(at "$(sign 0 5 "$TODAY" ada@agents.test)") reply token-admin-forged kim
nothing "the admin's token, by a forged admin" '.'
fresh token-case
plain 'In capitals.' | RCPT=$(tr a-z A-Z <<<"${TOKEN[kim]}") reply token-case kim
spoken "a token in capitals is the same token" 'In capitals.'

# 3. Commands where none belong.
inject() { # NAME [HEADER…] <TEXT
    fresh "$1"
    reply "$1" kim "${@:2}"
}
plain 'It works again.' '' '> /close' '> /spam' | inject quoted
spoken "a command in a quote" 'It works again.'
plain 'It works again.' '' '-- ' 'Kim' '/close' | inject signature
kept_or_spoken "a command in the signature" 'It works again.'
plain 'It works again, ZQbelow.' '' '/close' | inject below
refused "a command below the text" kim '/close'
plain 'It works again.' | SUBJECT="/close" inject subject
spoken "a command in the subject" 'It works again.'
plain 'It works again.' | FROM='"/close" <kim@agents.test>' inject display-name
spoken "a command in the agent's name" 'It works again.'
plain '<p style="display:none">/close</p><p>It works again.</p>' | inject html-hidden 'MIME-Version: 1.0' 'Content-Type: text/html; charset=utf-8'
spoken "a command that the HTML hides" 'It works again.'
plain '<html><head><title>/close</title><style>/close</style><!-- /close --></head><body><p>It works again.</p></body></html>' |
    inject html-head 'MIME-Version: 1.0' 'Content-Type: text/html; charset=utf-8'
spoken "a command in head, style and comment of the HTML" 'It works again.'
plain '--b' 'Content-Type: text/plain' '' 'It works again.' '--b' 'Content-Type: text/html' '' '<p>/close</p><p>ZQother</p>' '--b--' |
    inject html-other 'MIME-Version: 1.0' 'Content-Type: multipart/alternative; boundary=b'
kept_or_spoken "a command in the HTML alone" 'It works again.'
plain '--b' 'Content-Type: text/plain' '' 'It works again.' '--b' 'Content-Type: text/plain' 'Content-Disposition: attachment; filename="/close"' '' '/close' '--b--' |
    inject attached 'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b'
spoken "a command in an attachment and in its name" 'It works again.'
plain $'/clo\u200bse' 'It works.' | inject zero-width
done_or_refused "a command with a zero-width space"
plain $'/\u0441lose' 'ZQhomoglyph' | inject homoglyph
refused "a command with a Cyrillic letter" kim '/'
plain $'\u202e/close' 'It works.' | inject bidi
done_or_refused "a command behind a bidi override"
plain $'\uff0fclose' 'It works.' | inject fullwidth
done_or_refused "a command with a fullwidth slash"
plain '/clsoe' 'ZQmisspelt' | inject misspelt
refused "a misspelt command" kim 'did you mean.*/close'
plain '/note ZQnote' '/clsoe' | inject half
refused "a good command beside a bad one: neither" kim 'did you mean.*/close'
plain '/handoff nobody ZQhandoff' | inject nobody
refused "a handoff to nobody" kim 'nobody'
plain '/handoff lee' 'ZQwithout' | inject without
kept_or_spoken "a handoff without a word on what is open" '.'
plain $'/cc victim@partner.test\rBcc: other@victims.test' | inject carriage
clean_heads "a carriage return in an argument"
flow_lacks "and nobody is written to whom the command does not name" "$(sent)" 'other@victims'
plain '/cc victim@victims.test,other@victims.test' 'ZQlist' | inject list
refused "a list where one address belongs" kim '.'
plain '/cc help@desk.test' 'ZQours' | inject ours
refused "an address of our own as a copy" kim '.'
{ printf '/note %s\n' "$(head -c 300000 /dev/zero | tr '\0' z)"; } | inject long
nothing "a command of 300 kB" '.'
for ((i = 0; i < 1000; i++)); do echo "/severity high"; done | inject thousand
refused "a thousand commands" kim '.'
plain "/release $MAIL" 'ZQrelease' | inject release
refused "a release of held mail by an agent who is no admin" kim '.'
plain "/block victim@victims.test" 'ZQblock' | inject block
refused "a block by an agent who is no admin" kim '.'
fresh by-customer
plain '/close' '/cc victim@victims.test' '/assign kim' | customer by-customer 'Re: Question'
nothing "commands of a customer" "joined"
fresh by-guest
plain '/cc victim@victims.test' 'ZQguest' | FROM='Bert <bert@elsewhere.test>' SENDER=bert@elsewhere.test PROOF='' RCPT=${TOKEN[customer]} reply by-guest customer
nothing "/cc by a guest" 'guest'
flow_lacks "and the guest gets no copies" "$(db "SELECT address FROM participants WHERE ticket_id = $TICKET_ID AND copies")" .
fresh forwarded-text
plain 'Passed on.' '' '---------- Forwarded message ---------' 'From: Anna <anna@partner.test>' 'Subject: help' 'To: <kim@agents.test>' '' '/close' 'ZQinside' |
    PROOF="$PROVEN" RCPT=support@desk.test ANSWERED="<x$COMPOSED@agents.test>" SUBJECT='Fwd: help' reply forwarded-text kim
nothing "a command in a mail that is passed on" '.'
fresh outlook
plain 'It works again.' '' "From: Customer <$CUSTOMER>" 'Sent: Monday, 23 November 2026 10:00' 'To: Acme Support' 'Subject: Question' '' '/close' | reply outlook kim
spoken "a command in a mail that Outlook quotes" 'It works again.'
plain "/merge SUP-222222" 'ZQmerge' | inject merge-nowhere
refused "a merge into a ticket that is none" kim 'SUP-222222'
plain '/snooze 999999999999999999d' 'ZQsnooze' | inject snooze
refused "a snooze beyond all time" kim 'snooze'
plain '/field app_id 1;DROP TABLE tickets;--' | inject sql
flow_equals "a field value is a value" "1;DROP TABLE tickets;--" "$(ticket "$TICKET" '[.fields[] | select(.name == "app_id")][0].value')"

# 4. Header lines out of thin air.
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

# 5. Machines.
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

# 6. Words for strangers.
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

# 7. Pages that must stay inside. An agent's answer with our own page in every state.
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

# 8. Without a border server nothing proves a From; then what is risky waits for a second word.
gate_stop
DESK_BORDER='' GATE_EXTRA='' desk_config
flow_check "the gate starts without a border server" gate_start
asked() { # NAME LINE…: the agent asks for it and is asked back: $QUESTION is where he answers, $HELD what waits
    fresh "$1"
    plain "${@:2}" | PROOF='' reply "$1" kim
    HELD=$ID
    QUESTION=$(token_of "$(written confirm kim@agents.test)" 2>/dev/null)
}
word() { # FILE [VARIABLES]: an answer to the question
    plain 'Yes.' | PROOF='' RCPT=${RCPT:-$QUESTION} ANSWERED="<x$COMPOSED@agents.test>" reply "$1" "${2:-kim}" "${@:3}"
}
fresh thin
plain 'It works again.' | PROOF='' reply thin kim
spoken "control: his own token is enough for an answer" 'It works again.'
asked ask-spam '/spam'
nothing "/spam asks back" 'asked back|unconfirmed'
verdict "there is a question" "$([ -n "$QUESTION" ] || echo 'no mail of kind confirm')"
word word-lee lee
nothing "another agent's word does not count" 'not from the agent|doubtful'
FROM=$EVIL SENDER=m@evil.test word word-stranger kim
nothing "nor a stranger's" 'not from the agent|doubtful'
word word-away kim 'Auto-Submitted: auto-replied'
nothing "nor that of an answering machine" 'automatic|doubtful'
RCPT=$(at "$(sign "$HELD" 4 $((TODAY - 5)) kim@agents.test)") word word-late kim
nothing "nor one that comes too late" 'too late|doubtful'
RCPT=$(at "$(sign "$((HELD + 1))" 4 "$TODAY" kim@agents.test)") word word-nothing kim
nothing "nor one for a mail that is none" '.'
word word-kim kim
flow_equals "his own word counts" spam "$(ticket "$TICKET" .status)"
look
plain '/reopen' | PROOF='' reply word-undo kim
flow_equals "and what it did can be undone" open "$(ticket "$TICKET" .status)"
STATE=$(state)
look
word word-twice kim
nothing "the same word a second time does nothing" '.'
asked ask-cc '/cc victim@victims.test' 'ZQcc'
nothing "/cc asks back" 'asked back|unconfirmed'
MERGED=$TICKET
asked ask-merge "/merge $MERGED"
nothing "/merge asks back" 'asked back|unconfirmed'
asked ask-both '/severity high' '/spam'
nothing "something risky beside something harmless: both wait" 'asked back|unconfirmed'
fresh ask-public
plain "/close $TICKET" | SENDER=m@evil.test PROOF='' RCPT=support@desk.test ANSWERED="<x$COMPOSED@agents.test>" reply ask-public kim
nothing "a command to the public address in an agent's name" '.'
fresh ask-customer
plain '/customer victim@victims.test' 'ZQcustomer' | SENDER=m@evil.test PROOF='' RCPT=support@desk.test ANSWERED="<x$COMPOSED@agents.test>" SUBJECT=New reply ask-customer kim
nothing "a ticket for a victim in an agent's name" '.'
fresh ask-held
TO=support@desk.test compose ours 'Support <support@desk.test>' 'ZQours' <<<'ZQours'
give ours m@evil.test
flow_equals "a mail is held" held "$FATE"
WAITING=$ID
RCPT=$(at "$(sign "$WAITING" 4 "$TODAY" kim@agents.test)") word word-held kim
nothing "a word for held mail that nobody was asked about" '.'
flow_equals "which is still held" held "$(db "SELECT fate FROM intake WHERE id = $WAITING")"

# All that went out in this hour, once more: no token of another role or person, no internal word, in nobody's mail.
MARK=0
PERSONS=()
whole_leaks() {
    local kind to file role person
    sent | while read -r kind to file; do
        case $to in *@agents.test) continue ;; esac
        ! grep -aqE 'ZQ[a-z]' "$file" || echo "$kind to $to: $(grep -aoE 'ZQ[a-z]+' "$file" | head -1)"
        grep -aoE '[a-z2-7]{42,}' "$file" | "$BUILD/tests/support/token_tool" find "$KEY" "$SECRET" | sort -u | while read -r role _ _ person; do
            [ "$role" = 1 ] && [ "$person" = "$("$BUILD/tests/support/token_tool" person "$to")" ] || echo "$kind to $to holds a token of role $role of $person in $file"
        done
    done
}
flow_equals "in all mail to strangers: no internal word, no token but the reader's own" "" "$(whole_leaks | head -20)"
flow_equals "no mail went to a victim" "" "$(sent | grep -aE 'victims\.test|evil\.test|^answer [^ ]*@agents\.test' | grep -v '^acknowledgement' | cut -d' ' -f1,2)"

flow_check "the equation holds" postern stats
flow_check "SIGTERM ends with 0" gate_stop
flow_equals "no warning, no error in the log" "" "$(cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" | grep -E '^(warning|error) ' | grep -v 'mail to this address failed' | head -5)"
echo "# $CASES cases"
flow_end
