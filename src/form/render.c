/* Forms for other programs and for people: JSON, an HTML page, a curl command, plain lines. */
#include "base/json_text.h"
#include "base/markup.h"
#include "form/form.h"

/* Far above what a form can hold (FORM_JSON_MAX_BYTES), times what escaping can add. */
enum { RENDER_MAX_BYTES = 16 * 1024 * 1024 };

typedef void render_fn(struct buf *out, const struct postage_form *form, const char *argument);

static enum postage_status render(render_fn *write, const struct postage_form *form, const char *argument,
                                  const struct postage_allocator *alloc, char **out)
{
    struct buf text;

    buf_init(&text, alloc, RENDER_MAX_BYTES);
    write(&text, form, argument);
    *out = buf_take(&text);
    buf_clear(&text);
    return *out != NULL ? POSTAGE_OK : POSTAGE_ERR_NOMEM;
}

static const struct postage_open_rule *open_rule(const struct postage_form *form, const char *name)
{
    for (size_t i = 0; i < form->open_count; i++)
        if (slice_equal_ignoring_case(slice_of(form->open[i].name), slice_of(name)))
            return &form->open[i];
    return NULL;
}

static void write_json(struct buf *out, const struct postage_form *form, const char *argument)
{
    (void)argument;
    buf_add_text(out, "{\"url\": ");
    if (form->url[0] != '\0')
        json_add_text(out, slice_of(form->url));
    else
        buf_add_text(out, "null");
    buf_add_text(out, ", \"fields\": {");
    for (size_t i = 0; i < form->field_count; i++) {
        if (i > 0)
            buf_add_text(out, ", ");
        json_add_text(out, slice_of(form->fields[i].name));
        buf_add_text(out, ": ");
        json_add_text(out, slice_of(form->fields[i].value));
    }
    buf_add_text(out, "}}");
}

static void add_hidden_input(struct buf *out, const struct postage_field *field)
{
    buf_add_text(out, "<input type=\"hidden\" name=\"");
    markup_add_text(out, slice_of(field->name));
    buf_add_text(out, "\" value=\"");
    markup_add_text(out, slice_of(field->value));
    buf_add_text(out, "\">\n");
}

static void add_open_input(struct buf *out, const char *name, const char *value, const struct postage_open_rule *open)
{
    buf_add_text(out, "<p><label>");
    markup_add_text(out, slice_of(name));
    if (open->rule == POSTAGE_RULE_STARTS_WITH) {
        buf_add_text(out, " (begins with ");
        markup_add_text(out, slice_of(open->text));
        buf_add_char(out, ')');
    }
    buf_add_text(out, " <input type=\"text\" required name=\"");
    markup_add_text(out, slice_of(name));
    buf_add_text(out, "\" value=\"");
    markup_add_text(out, slice_of(value));
    buf_add_text(out, "\"></label></p>\n");
}

/* The browser's own file name takes the marker's place, so a template stays as it is. */
static bool is_template(const char *value)
{
    return strstr(value, "${filename}") != NULL;
}

static void write_html(struct buf *out, const struct postage_form *form, const char *argument)
{
    (void)argument;
    buf_add_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Upload a file</title></head>\n"
                      "<body>\n<form action=\"");
    markup_add_text(out, slice_of(form->url));
    buf_add_text(out, "\" method=\"post\" enctype=\"multipart/form-data\" accept-charset=\"utf-8\">\n");
    for (size_t i = 0; i < form->field_count; i++) {
        const struct postage_open_rule *open = open_rule(form, form->fields[i].name);

        if (open != NULL && !is_template(form->fields[i].value))
            add_open_input(out, form->fields[i].name, form->fields[i].value, open);
        else
            add_hidden_input(out, &form->fields[i]);
    }
    for (size_t i = 0; i < form->open_count; i++)
        if (!form->open[i].has_value)
            add_open_input(out, form->open[i].name, form->open[i].text, &form->open[i]);
    /* The file comes last: stores look at nothing after it. The button has no name and so sends nothing. */
    buf_add_text(out, "<p><input type=\"file\" name=\"file\" required></p>\n<p><button type=\"submit\">Upload</button></p>\n"
                      "</form>\n</body>\n</html>\n");
}

/* A POSIX shell takes everything between single quotes as it is, but for the quote itself. */
static void add_shell_quoted(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_add_text(out, "'\\''");
        else
            buf_add_char(out, text.ptr[i]);
    }
}

static void add_form_string(struct buf *out, const char *name, const char *value)
{
    buf_add_text(out, "  --form-string '");
    add_shell_quoted(out, slice_of(name));
    buf_add_char(out, '=');
    add_shell_quoted(out, slice_of(value));
    buf_add_text(out, "' \\\n");
}

/* curl reads `file=@"path"` with backslash escapes inside the quotes; without them ';' and ',' would end the path. */
static void add_curl_path(struct buf *out, const char *path)
{
    struct buf quoted;

    buf_init(&quoted, &out->alloc, RENDER_MAX_BYTES);
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            buf_add_char(&quoted, '\\');
        buf_add_char(&quoted, *c);
    }
    if (buf_status(&quoted) != POSTAGE_OK)
        out->status = buf_status(&quoted);
    add_shell_quoted(out, buf_slice(&quoted));
    buf_clear(&quoted);
}

/* What nobody but the uploader can know. An exact rule says its value itself. */
static bool has_missing_value(const struct postage_form *form)
{
    for (size_t i = 0; i < form->open_count; i++)
        if (!form->open[i].has_value && form->open[i].rule != POSTAGE_RULE_EXACT)
            return true;
    return false;
}

static void write_curl(struct buf *out, const struct postage_form *form, const char *file)
{
    if (has_missing_value(form))
        buf_add_text(out, "# Replace each FILL-IN by a value.\n");
    buf_add_text(out, "curl --globoff --fail-with-body \\\n");
    for (size_t i = 0; i < form->field_count; i++)
        add_form_string(out, form->fields[i].name, form->fields[i].value);
    for (size_t i = 0; i < form->open_count; i++)
        if (!form->open[i].has_value)
            add_form_string(out, form->open[i].name, form->open[i].rule == POSTAGE_RULE_EXACT ? form->open[i].text : "FILL-IN");
    buf_add_text(out, "  --form 'file=@\"");
    add_curl_path(out, file != NULL ? file : "FILE");
    buf_add_text(out, "\"' \\\n  '");
    add_shell_quoted(out, slice_of(form->url[0] != '\0' ? form->url : "URL"));
    buf_add_text(out, "'\n");
}

static void write_lines(struct buf *out, const struct postage_form *form, const char *argument)
{
    (void)argument;
    for (size_t i = 0; i < form->field_count; i++) {
        buf_add_text(out, form->fields[i].name);
        buf_add_char(out, '=');
        buf_add_text(out, form->fields[i].value);
        buf_add_char(out, '\n');
    }
}

enum postage_status postage_form_to_json(const struct postage_form *form, const struct postage_allocator *alloc, char **out)
{
    return render(write_json, form, NULL, alloc, out);
}

enum postage_status postage_form_to_html(const struct postage_form *form, const struct postage_allocator *alloc, char **out)
{
    return render(write_html, form, NULL, alloc, out);
}

enum postage_status postage_form_to_curl(const struct postage_form *form, const char *file,
                                         const struct postage_allocator *alloc, char **out)
{
    return render(write_curl, form, file, alloc, out);
}

enum postage_status postage_form_to_lines(const struct postage_form *form, const struct postage_allocator *alloc, char **out)
{
    return render(write_lines, form, NULL, alloc, out);
}
