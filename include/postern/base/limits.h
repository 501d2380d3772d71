/* The one table of everything that a stranger can make grow, each maximum
 * with its reason. Sizes are bytes, times microseconds unless the name says. */
#pragma once

/* Defaults of settings; the configuration may change them within its ranges. */
#define LIMIT_MESSAGE_BYTES (25u * 1024 * 1024) /* what large mail services take */
#define LIMIT_SESSIONS 2000u                    /* a thousand idle clients must leave room for real ones */
#define LIMIT_IDLE_SECONDS 300u                 /* RFC 5321 4.5.3.2: five minutes between commands */
#define LIMIT_ACKS_PER_SENDER_HOUR 5u           /* two machines that answer each other stop here */
#define LIMIT_ACKS_PER_HOUR 2000u               /* a flood from forged senders stops here */
#define LIMIT_AUTOMATIC_PER_HOUR 10000u         /* notices, too: what we write by ourselves, all together */
#define LIMIT_SAME_TEXT_QUIET                                                                                \
    3u /* mails of one text of one sender in an hour: from here on nothing answers */
#define LIMIT_SAME_TEXT_HELD 10u /* and from here on a person must look: no conversation is like that */
#define LIMIT_NOTICE_ATTACHMENT_BYTES (512u * 1024) /* of one mail, in the notice to each agent */

/* LMTP. */
#define LIMIT_COMMAND_LINE 2048u  /* RFC 5321 4.5.3.1.4 asks for 512, DSN and UTF-8 add some */
#define LIMIT_RECIPIENTS 100u     /* RFC 5321 4.5.3.1.8 */
#define LIMIT_PROTOCOL_ERRORS 20u /* then 421: this is no mail client */
#define LIMIT_DATA_SECONDS 1200u  /* a body that trickles longer is a slow attack */

/* IMAP: what a server may send. libetpan keeps an answer in memory, some thirty times its size where it is a
 * list of numbers, and walks parentheses recursively: a few thousand end the stack. */
#define LIMIT_IMAP_LINE_BYTES (64u * 1024)         /* the longest honest one is a search over a window */
#define LIMIT_IMAP_ANSWER_BYTES (4u * 1024 * 1024) /* to one command, bodies apart; flags of 60,000 mails */
#define LIMIT_IMAP_LITERAL_BYTES (16u * 1024)      /* that is no body: a folder name */
#define LIMIT_IMAP_PARENTHESES 200u                /* in one response; what we ask for has three */
#define LIMIT_IMAP_SEARCH_WINDOW 5000u             /* mails one search looks at: fits into one line */
#define LIMIT_IMAP_MAILS 20000000u                 /* in one folder: 4000 searches to go through it */
#define LIMIT_IMAP_FACTS 400u                      /* UIDs in one command: fits into 8000 bytes, RFC 7162 4 */
#define LIMIT_IMAP_ALERTS 8u                       /* logged in one session */

/* Raw mail. */
#define LIMIT_RAW_IN_ROW (16u * 1024)    /* larger mails go to files beside the database */
#define LIMIT_HEADER_BYTES (256u * 1024) /* GMime's cost per header byte is high */
#define LIMIT_HEADER_LINE_BYTES (64u * 1024)
#define LIMIT_HEADER_FIELDS 1000u /* folded or not: a long list of recipients is one */
#define LIMIT_ADDRESS_HEADER_BYTES                                                                           \
    (32u * 1024)                   /* of one list of addresses: what is behind is not looked at */
#define LIMIT_BOUNDARY_LINES 2000u /* lines that begin with "--": a million empty parts cost 1.3 GB */
#define LIMIT_LEVELS 64u
#define LIMIT_PARTS 1000u
#define LIMIT_UNPACK_BYTES                                                                                   \
    (64u * 1024 * 1024)        /* a winmail.dat is held in a reader's memory: an eighth of it */
#define LIMIT_SEALED_LEVELS 4u /* signatures around signatures; RFC 2634 1.1 has two */
#define LIMIT_TNEF_LEVELS                                                                                    \
    8u /* messages within messages in a winmail.dat; people forward a forward of a forward */
#define LIMIT_TNEF_TEXT_BYTES                                                                                \
    (8u * 1024 * 1024)       /* of its unpacked RTF, all together: two octets become 17                      \
                              */
#define LIMIT_ADDRESSES 500u /* in one header */
#define LIMIT_REFERENCES 100u
#define LIMIT_DELIVERED_TO 20u /* a mail passes few servers that write whom they deliver to */
#define LIMIT_HOPS 50u         /* Received fields: more is a loop */

/* What a Reading carries. */
#define LIMIT_TEXT_BYTES (1024u * 1024)      /* readable text kept and shown */
#define LIMIT_RULE_TEXT_BYTES (64u * 1024)   /* what patterns see of one place */
#define LIMIT_RULE_MAIL_US (500u * 1000)     /* all rules on one mail together */
#define LIMIT_RULE_MASK_US (500u * 1000)     /* and then the secret ones on all that is kept of it */
#define LIMIT_RULE_WITHHOLD_US (500u * 1000) /* and on the attachments that are passed on, all together */
#define LIMIT_FIELDS 200u
#define LIMIT_MEANINGS 200u
#define LIMIT_CANDIDATES 2000u               /* of one mail that is explained */
#define LIMIT_RULE_KEYS 12000u               /* keys with values read out of one text */
#define LIMIT_RULE_URLS 2000u                /* web addresses read out of one text */
#define LIMIT_RULE_LIST_BYTES (1024u * 1024) /* known values out of one file */
#define LIMIT_RULE_LISTS 32u
#define LIMIT_FINDINGS 100u
#define LIMIT_SPANS 2000u        /* of one text: more are one to its end */
#define LIMIT_INVITATIONS 20u    /* of one mail */
#define LIMIT_AUTHENTICATION 30u /* results of the border server */
#define LIMIT_SUBJECT_BYTES 998u
#define LIMIT_NAME_BYTES 256u /* display and file names */
#define LIMIT_MESSAGE_ID_BYTES 512u

/* Tickets. */
#define LIMIT_EVIDENCE 400u     /* pieces in one mail: each id can lead to a score of tickets, and costs */
#define LIMIT_HEARD_IDS 20u     /* ids in one mail that may lead others to its ticket; the nearest matter */
#define LIMIT_PARTICIPANTS 200u /* whoever has a token can write under ever new addresses */
#define LIMIT_SUBJECT_TICKETS                                                                                \
    100u                       /* open ones of one sender among which a subject may tell the right one       \
                                */
#define LIMIT_SUBJECT_DAYS 30u /* a subject is forgotten; the same one later is another matter */

/* Keys of tokens. */
#define LIMIT_TOKEN_KEY_DAYS 90u /* then a new one signs: what leaked unseen signs no longer */
#define LIMIT_TOKEN_KEY_KEPT_DAYS                                                                            \
    730u /* an old one counts so long after its last day: people answer old mail */

/* What is passed on of a mail. */
#define LIMIT_HTML_BYTES (1024u * 1024) /* what is longer, mail programs cut or refuse to show */
#define LIMIT_CONTENT_BYTES                                                                                  \
    (32u * 1024 *                                                                                            \
     1024) /* attachments: all that fits into a mail of usual size, thrice in the reader's memory */

/* What a webhook is told at once. */
#define LIMIT_WEBHOOK_BYTES (512u * 1024) /* web servers take 1 MiB as they come */
#define LIMIT_WEBHOOK_PIECES                                                                                 \
    500u /* fields of a ticket, its participants, its links: they grow with every mail */

/* What people write to each other about a ticket. */
#define LIMIT_ANSWER_RECIPIENTS 50u /* of one answer, each with its own copy: more is a mailing list */
#define LIMIT_ANSWER_BYTES                                                                                   \
    (256u * 1024 * 1024) /* attachments of one answer, in all copies: held in memory at once */
#define LIMIT_LETTER_TEXT_BYTES (64u * 1024) /* of one text that is quoted to an agent */
#define LIMIT_FOUND_TICKETS 20u              /* in the answer to /find: more words find less */

/* The reader child. */
#define LIMIT_READER_ATTEMPTS 3u /* then the mail is kept as "could not be read" */
#define LIMIT_READER_SECONDS 20u /* wall time for one mail */
#define LIMIT_READER_MEMORY_BYTES (512u * 1024 * 1024)
#define LIMIT_READER_STACK_BYTES (8u * 1024 * 1024)
#define LIMIT_READER_MAILS 5000u /* then it is replaced: leaks of libraries stay small */

/* Configuration files. */
#define LIMIT_CONFIG_BYTES (1024u * 1024)
#define LIMIT_CONFIG_DEPTH 32u
