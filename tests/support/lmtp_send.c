/* Hands mails in over LMTP, one after the other, and says what each was answered.
 * usage: lmtp_send PORT SENDER RECIPIENT FILE…      exit code 1 when one was not taken */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static FILE *dial(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)atoi(port)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return NULL;
    return fdopen(fd, "r+");
}

/* Reads one reply, to its last line; its code. */
static int reply(FILE *peer, char *line, int size)
{
    do {
        if (!fgets(line, size, peer))
            return 0;
    } while (strlen(line) > 3 && line[3] == '-');
    line[strcspn(line, "\r\n")] = '\0';
    return atoi(line);
}

static int say(FILE *peer, const char *command, char *line, int size)
{
    fprintf(peer, "%s\r\n", command);
    fflush(peer);
    return reply(peer, line, size);
}

/* Only the ends of lines are made CR LF; a CR or NUL elsewhere is the mail's own. */
static void send_lines(FILE *peer, FILE *mail)
{
    char *line = NULL;
    size_t room = 0;
    for (ssize_t length; (length = getline(&line, &room, mail)) > 0;) {
        if (line[length - 1] == '\n')
            length--;
        if (length > 0 && line[length - 1] == '\r')
            length--;
        if (length > 0 && line[0] == '.')
            putc('.', peer);
        fwrite(line, 1, (size_t)length, peer);
        fputs("\r\n", peer);
    }
    free(line);
}

static int send_file(FILE *peer, const char *sender, const char *recipient, const char *path)
{
    char line[4096], command[600];
    FILE *mail = fopen(path, "r");
    if (!mail)
        return perror(path), 0;
    snprintf(command, sizeof command, "MAIL FROM:<%s>", sender);
    int code = say(peer, command, line, sizeof line);
    snprintf(command, sizeof command, "RCPT TO:<%s>", recipient);
    if (code == 250)
        code = say(peer, command, line, sizeof line);
    if (code == 250)
        code = say(peer, "DATA", line, sizeof line);
    if (code == 354) {
        send_lines(peer, mail);
        code = say(peer, ".", line, sizeof line);
    }
    fclose(mail);
    const char *name = strrchr(path, '/');
    printf("  %-24s %s\n", name ? name + 1 : path, line);
    return code == 250;
}

int main(int argc, char **argv)
{
    char line[4096];
    if (argc < 5)
        return fprintf(stderr, "usage: lmtp_send PORT SENDER RECIPIENT FILE...\n"), 64;
    FILE *peer = dial(argv[1]);
    if (!peer || reply(peer, line, sizeof line) != 220 ||
        say(peer, "LHLO localhost", line, sizeof line) != 250)
        return fprintf(stderr, "lmtp_send: nobody speaks LMTP on port %s\n", argv[1]), 69;
    int taken = 0;
    for (int i = 4; i < argc; i++)
        taken += send_file(peer, argv[2], argv[3], argv[i]);
    say(peer, "QUIT", line, sizeof line);
    fclose(peer);
    return taken == argc - 4 ? 0 : 1;
}
