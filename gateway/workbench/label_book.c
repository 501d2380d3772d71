#include <postern/workbench.h>

#include <string.h>

typedef struct {
    GPtrArray *right; /* Label, one a field */
    GPtrArray *all;   /* Label, oldest first */
} MailLabels;

struct LabelBook {
    GHashTable *mails; /* gint64 → MailLabels */
    GHashTable *rules; /* name → guint: values of it that were labelled wrong */
};

static void mail_labels_free(gpointer pointer)
{
    MailLabels *mail = pointer;
    g_ptr_array_unref(mail->right);
    g_ptr_array_unref(mail->all);
    g_free(mail);
}

static MailLabels *labels_of(LabelBook *book, gint64 mail_id)
{
    MailLabels *mail = g_hash_table_lookup(book->mails, &mail_id);
    if (mail)
        return mail;
    mail = g_new0(MailLabels, 1);
    mail->right = g_ptr_array_new();
    mail->all = g_ptr_array_new();
    gint64 *key = g_new(gint64, 1);
    *key = mail_id;
    g_hash_table_insert(book->mails, key, mail);
    return mail;
}

/* The later one counts. */
static void set_right(GPtrArray *right, const Label *label)
{
    for (guint i = 0; i < right->len; i++) {
        if (strcmp(((const Label *)right->pdata[i])->field, label->field) != 0)
            continue;
        right->pdata[i] = (gpointer)(gsize)label;
        return;
    }
    g_ptr_array_add(right, (gpointer)(gsize)label);
}

static void count_rule(LabelBook *book, const char *rule)
{
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(book->rules, rule));
    g_hash_table_insert(book->rules, g_strdup(rule), GUINT_TO_POINTER(count + 1));
}

LabelBook *label_book_new(const GPtrArray *labels)
{
    LabelBook *book = g_new0(LabelBook, 1);
    book->mails = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, mail_labels_free);
    book->rules = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < labels->len; i++) {
        const Label *label = labels->pdata[i];
        MailLabels *mail = labels_of(book, label->mail_id);
        g_ptr_array_add(mail->all, (gpointer)(gsize)label);
        if (label->is_right)
            set_right(mail->right, label);
        else if (*label->rule)
            count_rule(book, label->rule);
    }
    return book;
}

void label_book_free(LabelBook *book)
{
    if (!book)
        return;
    g_hash_table_unref(book->mails);
    g_hash_table_unref(book->rules);
    g_free(book);
}

const GPtrArray *label_book_of(const LabelBook *book, gint64 mail_id)
{
    const MailLabels *mail = book ? g_hash_table_lookup(book->mails, &mail_id) : NULL;
    return mail && mail->right->len > 0 ? mail->right : NULL;
}

gboolean label_book_is_wrong(const LabelBook *book, gint64 mail_id, const char *field, const char *value)
{
    const MailLabels *mail = book ? g_hash_table_lookup(book->mails, &mail_id) : NULL;
    gboolean is_wrong = FALSE;
    for (guint i = 0; mail && i < mail->all->len; i++) {
        const Label *label = mail->all->pdata[i];
        if (strcmp(label->field, field) != 0)
            continue;
        if (strcmp(label->value, value) == 0)
            is_wrong = !label->is_right;
        else if (label->is_right && !*label->value)
            is_wrong = TRUE;
    }
    return is_wrong;
}

guint label_book_corrections(const LabelBook *book, const char *rule)
{
    return book ? GPOINTER_TO_UINT(g_hash_table_lookup(book->rules, rule)) : 0;
}
