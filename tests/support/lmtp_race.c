/* Hands mails in by pairs, both of a pair at the same moment over two sessions: each says everything but the
 * final dot, then both say it.
 *   lmtp_race PORT <LIST     a line for each pair: SENDER RECIPIENT FILE SENDER RECIPIENT FILE
 * Ends with 0 when every mail was taken. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#define WORD "%511s"

typedef struct {
    char sender[512], recipient[512], file[512];
} Errand;

static FILE *dial(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)atoi(port)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return NULL;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fdopen(fd, "r+");
}

/* Reads one reply, to its last line; its code. */
static int reply(FILE *peer)
{
    char line[4096];
    do {
        if (!fgets(line, sizeof line, peer))
            return 0;
    } while (strlen(line) > 3 && line[3] == '-');
    return atoi(line);
}

static int say(FILE *peer, const char *command, const char *argument)
{
    fprintf(peer, "%s%s%s\r\n", command, argument, *argument ? ">" : "");
    fflush(peer);
    return reply(peer);
}

/* All but the dot. */
static int begin(FILE *peer, const Errand *errand)
{
    char line[4096];
    FILE *mail = fopen(errand->file, "r");
    if (!mail)
        return 0;
    int ok = say(peer, "MAIL FROM:<", errand->sender) == 250 &&
             say(peer, "RCPT TO:<", errand->recipient) == 250 && say(peer, "DATA", "") == 354;
    while (ok && fgets(line, sizeof line, mail)) {
        line[strcspn(line, "\r\n")] = '\0';
        fprintf(peer, "%s%s\r\n", line[0] == '.' ? "." : "", line);
    }
    fclose(mail);
    return ok && fflush(peer) == 0;
}

static int race(FILE *peers[2], const Errand errands[2])
{
    int taken = 1;
    for (int i = 0; i < 2; i++)
        if (!begin(peers[i], &errands[i]))
            return fprintf(stderr, "lmtp_race: %s cannot be handed in\n", errands[i].file), 0;
    for (int i = 0; i < 2; i++) {
        fputs(".\r\n", peers[i]);
        fflush(peers[i]);
    }
    for (int i = 0; i < 2; i++)
        taken &= reply(peers[i]) == 250;
    return taken;
}

int main(int argc, char **argv)
{
    FILE *peers[2];
    Errand errands[2];
    int pairs = 0, taken = 0;
    for (int i = 0; i < 2; i++) {
        peers[i] = argc == 2 ? dial(argv[1]) : NULL;
        if (!peers[i] || reply(peers[i]) != 220 || say(peers[i], "LHLO localhost", "") != 250)
            return fprintf(stderr, "usage: lmtp_race PORT <LIST, where somebody speaks LMTP on the port\n"),
                   EX_USAGE;
    }
    while (scanf(WORD WORD WORD WORD WORD WORD, errands[0].sender, errands[0].recipient, errands[0].file,
                 errands[1].sender, errands[1].recipient, errands[1].file) == 6) {
        pairs++;
        taken += race(peers, errands);
    }
    printf("%d of %d pairs taken\n", taken, pairs);
    return pairs > 0 && taken == pairs ? 0 : 1;
}
