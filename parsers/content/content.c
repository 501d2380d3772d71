#include <postern/content.h>

Content *content_new(void)
{
    Content *content = g_new0(Content, 1);
    content->parts = g_ptr_array_new_with_free_func(content_part_free);
    content->withheld = g_ptr_array_new_with_free_func(g_free);
    return content;
}

void content_part_free(gpointer data)
{
    ContentPart *part = data;
    if (!part)
        return;
    g_free(part->name);
    g_free(part->type);
    g_free(part->content_id);
    g_clear_pointer(&part->bytes, g_bytes_unref);
    g_free(part);
}

void content_free(Content *content)
{
    if (!content)
        return;
    g_free(content->text);
    g_free(content->html);
    g_ptr_array_unref(content->parts);
    g_ptr_array_unref(content->withheld);
    g_free(content);
}
