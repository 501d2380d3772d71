/* The last guard before an agent's words leave for a customer. */
#pragma once

#include <postern/content.h>
#include <postern/ticket.h>

Content *answer_filter(const Ticket *ticket, const Content *content);
