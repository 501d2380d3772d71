/* All that a reader could find in mails, decoded, for grep: header fields unfolded and decoded, a line each,
 * and the content of every part behind a line "== TYPE NAME".
 *   mail_words FILE… */
#include <postern/mail.h>

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define HEADER_BYTES (64u * 1024)
#define PART_BYTES (64u * 1024 * 1024)

static void print_headers(const Headers *headers)
{
    for (guint i = 0; i < headers->fields->len; i++) {
        const HeaderField *field = headers->fields->pdata[i];
        g_autofree char *value = header_decode(field->value, HEADER_BYTES);
        printf("%s: %s\n", field->name, value);
    }
}

static void print_part(Mail *mail, guint index)
{
    const MailPart *part = mail_part(mail, index);
    gsize length;
    g_autofree char *bytes = mail_part_bytes(mail, index, PART_BYTES, &length, NULL);
    printf("== %s %s\n", part->type, part->name ? part->name : "");
    fwrite(bytes, 1, length, stdout);
    putchar('\n');
}

static int print_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = NULL;
    gsize length;
    if (!g_file_get_contents(path, &bytes, &length, &error))
        return fprintf(stderr, "mail_words: %s\n", error->message), EX_NOINPUT;
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(Mail) mail = mail_open_bytes(bytes, length, findings, &error);
    if (!mail)
        return fprintf(stderr, "mail_words: %s: %s\n", path, error->message), EX_DATAERR;
    print_headers(mail_headers(mail));
    for (guint i = 0; i < mail_part_count(mail); i++)
        if (mail_part(mail, i)->is_leaf || mail_part(mail, i)->is_message)
            print_part(mail, i);
    return 0;
}

int main(int argc, char **argv)
{
    int code = argc > 1 ? 0 : EX_USAGE;
    for (int i = 1; i < argc; i++)
        code |= print_file(argv[i]);
    return code;
}
