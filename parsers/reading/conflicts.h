/* Where From, Sender, Reply-To and Return-Path (RFC 5322 3.6.2, RFC 5321 4.4) do not agree. Private to
 * parsers/reading. */
#pragma once

#include <postern/values.h>

/* Needs sender, way, text and kind of `reading`. What a cheat would do goes to sender_findings; what mailing
 * services and forms do as well is a mere finding. A list's or group's From says nothing of its writer. */
void conflicts_note(const Headers *headers, Reading *reading);
