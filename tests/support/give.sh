#!/bin/bash
# To be sourced after gate.sh by tests that hand in one mail after the other; COUNT counts them.

# give FILE [FROM [RCPT]]: hands it in and waits until it has ended its way: $ID, $FATE, $REF, $WHY.
give() {
    local line
    send "$FLOW_FOLDER/$1" "${2-anna@customer.test}" "${3-support@desk.test}" >"$FLOW_FOLDER/dialogue"
    grep -q '<-  250 2.0.0' "$FLOW_FOLDER/dialogue" || {
        echo "FAIL $1 is not taken: $(head -c 2000 "$FLOW_FOLDER/dialogue")"
        FLOW_FAILED=1
    }
    COUNT=$((COUNT + 1))
    flow_wait 40 settled "$COUNT" || echo "FAIL $1 does not end its way: $(postern stats)"
    line=$(grep -E '^info gate [0-9a-z]{13}: (ticketed|held|copy)' "$FLOW_FOLDER/serve.log" | tail -1)
    ID=$(cut -d' ' -f3 <<<"${line%%: *}")
    FATE=$(cut -d' ' -f4 <<<"$line")
    REF=$(cut -d' ' -f5 <<<"$line")
    WHY=$(postern ticket why "$ID")
}
