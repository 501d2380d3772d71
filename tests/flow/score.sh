#!/bin/bash
# The score program itself, on a small corpus made here: what is right counts, what is wrong or unread counts against, and an
# index that is missing is told.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/flow.sh
SCORE=${BUILD:-build}/tests/support/scoring/score
CORPUS=$FLOW_FOLDER/corpus

row() { # CELL…    to standard output, tabs between
    local IFS=$'\t'
    echo "$*"
}

mail() { # FILE HEADER-LINES BODY
    printf '%b\n\n%b\n' "$2" "$3" >"$CORPUS/own/$1"
}

score() {
    "$SCORE" -v "$CORPUS" >"$FLOW_FOLDER/out" 2>&1
    CODE=$?
}

figure() { # NAME RIGHT TOTAL
    flow_check "$1: $2 of $3" grep -Eq "^  $1 +$2 of +$3 " "$FLOW_FOLDER/out"
}

build() {
    rm -rf "$CORPUS"
    mkdir -p "$CORPUS/index" "$CORPUS/own"
    local from='From: Dora <dora@example.org>\nTo: support@example.net'
    mail human.eml "$from\nSubject: export" 'It fails.\n\nOn Mon, 23 Nov 2026 at 09:00, Support wrote:\n> Does it work?'
    mail auto.eml "$from\nSubject: Automatic reply: export\nAuto-Submitted: auto-replied" 'I am away.'
    mail bounce.eml "From: MAILER-DAEMON@example.org\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b" \
        '--b\n\nIt could not be delivered.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; x@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 unknown\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <sent@example.net>\n\n--b--'
    mail files.eml "$from\nSubject: files\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b" \
        '--b\n\nSee the file.\n--b\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\n\nhello\n--b--'
    printf 'It fails.\n' >"$CORPUS/own/human.expected"
    printf 'From a@example.org Mon Nov 23 09:00:00 2026\n%s\n\nFrom b@example.org Mon Nov 23 09:00:00 2026\n%s\n' "$(cat "$CORPUS/own/human.eml")" \
        "$(cat "$CORPUS/own/auto.eml")" >"$CORPUS/own/two.mbox"
    local sum
    sum=$(printf 'hello' | sha256sum | cut -d' ' -f1)
    printf '{"subject":"files","from":[{"address":"dora@example.org","name":"Dora"}],"attachments":[{"name":"a.txt","sha256":"%s","size":5}],"attachments_complete":true}' \
        "$sum" >"$CORPUS/own/files.json"
    {
        row file kind expected facts lines strips compare taste source note
        row own/human.eml mail own/human.expected - - quote nows 0 own ''
    } >"$CORPUS/index/reply.tsv"
    {
        row file label answer detail original_message_id source
        row own/human.eml human yes '' '' own
        row own/auto.eml auto-reply no '' '' own
        row own/bounce.eml bounce no 5.1.1/550/userunknown '<sent@example.net>' own
    } >"$CORPUS/index/labels.tsv"
    { row file expected source && row own/files.eml own/files.json own; } >"$CORPUS/index/parse.tsv"
    { row file format bytes cpython_leaves cpython_named source note && row own/two.mbox mbox 1 '' '' own ''; } >"$CORPUS/index/torture.tsv"
    { row file group order parent evidence source && row own/human.eml 1 1 - none own; } >"$CORPUS/index/groups.tsv"
}

build
score
figure label 3 3
figure "bounce recipients" 1 1
figure "bounce status" 1 1
figure "original Message-ID" 1 1
figure attachments 1 1
figure attachments_complete 1 1
figure "without white space" 1 1
flow_check "the mails of an mbox are read" grep -q '^torture: 6 mails, 0 crashes' "$FLOW_FOLDER/out"
flow_check "figures that nothing is there for reach no aim" grep -q 'kept lines, precision *nothing to count  (aim 99 %: below)' "$FLOW_FOLDER/out"

# Wrong values count against.
build
sed -i 's/5\.1\.1/5.2.2/; s/human\tyes/bulk\tyes/' "$CORPUS/index/labels.tsv"
sed -i 's/"size":5/"size":6/' "$CORPUS/own/files.json"
echo 'It works.' >"$CORPUS/own/human.expected"
score
figure label 2 3
figure "bounce status" 0 1
figure attachments 0 1
figure "without white space" 0 1
flow_check "names what is wrong" grep -q 'wrong attachments: own/files.eml' "$FLOW_FOLDER/out"
flow_check "exit code 1" test "$CODE" -eq 1

# One attachment more than is said; a recipient less.
build
sed -i 's/"attachments":\[.*\],"attachments_complete"/"attachments":[],"attachments_complete"/' "$CORPUS/own/files.json"
sed -i 's#5.1.1/550/userunknown#5.1.1/550/userunknown 5.1.1/550/userunknown#' "$CORPUS/index/labels.tsv"
score
figure attachments_complete 0 1
figure "bounce recipients" 0 1

# A mail that is not there counts as wrong in all that was claimed of it.
build
rm "$CORPUS/own/files.eml" "$CORPUS/own/bounce.eml" "$CORPUS/own/human.eml"
score
figure label 1 3
figure "bounce status" 0 1
figure subject 0 1
figure attachments 0 1
figure "without white space" 0 1
flow_check "says what was not read" grep -q 'not read: own/files.eml' "$FLOW_FOLDER/out"

# A mail that the reader refuses is no mail that was read whole.
build
{ printf 'From: a@example.org\n' && yes 'X-Long: y' | head -5000 && printf '\nx\n'; } >"$CORPUS/own/human.eml"
score
flow_check "tells the mail that is refused" grep -q 'own/human.eml: refused' "$FLOW_FOLDER/out"
flow_check "counts it" grep -Eq '^torture: .* 1 refused' "$FLOW_FOLDER/out"

build
rm "$CORPUS/index/labels.tsv"
: >"$CORPUS/index/torture.tsv"
score
flow_check "tells the index that is missing" grep -q 'index/labels.tsv: is missing' "$FLOW_FOLDER/out"
flow_check "tells the index without a row" grep -q 'index/torture.tsv: has no row' "$FLOW_FOLDER/out"
flow_check "is below then" test "$CODE" -eq 1

flow_end
