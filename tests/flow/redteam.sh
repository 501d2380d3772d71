#!/bin/bash
# What people try to speak as an agent: false agents, tokens of others, commands where none belong, and what is risky where
# nothing proves a From.
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

# 1. False agents.
spoof() { # NAME LABEL TRAIL: PROOF, FROM, SENDER, RCPT, further headers as given
    local name=$1 label=$2 trail=$3
    shift 3
    fresh "$name"
    plain '/close' '' "ZQ${name//-/} in the name of an agent" | SENDER=${SENDER-m@evil.test} reply "$name" kim "$@"
    nothing "$label" "$trail"
}
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

# 4. Without a border server nothing proves a From; then what is risky waits for a second word.
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

red_end
