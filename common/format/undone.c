/*
 * undone.c
 *	  Formats whose files begin with the way up, and have one line above the way
 *	  back: tern and MyBatis.  yoyo has that in another file.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

#define DIGITS "0123456789"

/* The line that ends the way up, or the end of the text. */
static const char *
find_line(const char *text, bool (*is_mark)(const char *line))
{
	while (*text && !is_mark(text))
		text = dbc_format_next_line(text);
	return text;
}

/* Splits a file at its mark, if it has one. */
static void
read_undone(dbc_format_reader *reader, const dbc_file *file,
			dbc_format_registration *m, bool (*is_mark)(const char *line))
{
	const char *text = dbc_format_file_text(file);
	const char *mark = find_line(text, is_mark);
	const char *down = dbc_format_next_line(mark);
	const char *second = find_line(down, is_mark);

	if (*second)
		dbc_format_refuse_line(reader, file, second,
							   "Split the file into two migrations.",
							   "has a second down part");
	dbc_format_set_part(reader, m, true, file, text, mark);
	if (*mark)
		dbc_format_set_part(reader, m, false, file, down, second);
}

static bool
has_line(const dbc_file *file, bool (*is_mark)(const char *line))
{
	return *find_line(dbc_format_file_text(file), is_mark) != '\0';
}

/* ---- tern: "---- create above / drop below ----" ---- */

static bool
is_tern_mark(const char *line)
{
	return dbc_format_line_is(line, "---- create above / drop below ----");
}

static bool
claims_tern(const dbc_file *file)
{
	return has_line(file, is_tern_mark);
}

static bool
read_tern(dbc_format_reader *reader, const dbc_file *file)
{
	size_t digits = strspn(file->name, DIGITS);
	const char *text = dbc_format_file_text(file);
	const char *template = strstr(text, "{{");

	if (digits == 0 || file->name[digits] != '_')
		return false;
	if (template)
		dbc_format_refuse_line(reader, file, template,
							   "Write the text into the file.",
							   "has a template, which only tern can fill");
	read_undone(reader, file, dbc_format_start_numbered(reader, file),
				is_tern_mark);
	return true;
}

const dbc_format_type dbc_format_tern = {
	.name = "tern",
	.files = "<digits>_<name>.sql and have the line \"---- create above / drop "
			 "below ----\"",
	.claims = claims_tern,
	.read = read_tern,
	.parts = 1,
	.order = DBC_BY_VALUE};

/* ---- MyBatis: "-- //@UNDO" ---- */

static bool
is_mybatis_mark(const char *line)
{
	if (!dbc_starts_with(line, "--"))
		return false;
	line += 2;
	line += strspn(line, " \t");
	if (!dbc_starts_with(line, "//"))
		return false;
	line += 2;
	return dbc_starts_with(line + strspn(line, " \t"), "@UNDO");
}

static bool
claims_mybatis(const dbc_file *file)
{
	return has_line(file, is_mybatis_mark);
}

/* bootstrap.sql is no migration: its tool runs that once, on request. */
static bool
read_mybatis(dbc_format_reader *reader, const dbc_file *file)
{
	if (!strspn(file->name, DIGITS))
		return false;
	read_undone(reader, file, dbc_format_start_numbered(reader, file),
				is_mybatis_mark);
	return true;
}

const dbc_format_type dbc_format_mybatis = {
	.name = "mybatis",
	.files = "<digits>_<name>.sql and have the line \"-- //@UNDO\"",
	.claims = claims_mybatis,
	.read = read_mybatis,
	.parts = 1,
	.order = DBC_BY_VALUE};

/* ---- yoyo: 0001.name.sql, 0001.name.rollback.sql, "-- depends:" ---- */

#define BACK ".rollback.sql"

/* The text behind "-- key:" in the comments that a file begins with, or NULL.
 */
static const char *
yoyo_header(const dbc_file *file, const char *key)
{
	const char *line = dbc_format_file_text(file);

	for (; dbc_starts_with(line, "--"); line = dbc_format_next_line(line))
	{
		const char *rest = line + 2 + strspn(line + 2, " \t");

		if (dbc_starts_with_nocase(rest, key) && rest[strlen(key)] == ':')
			return rest + strlen(key) + 1;
	}
	return NULL;
}

static bool
claims_yoyo(const dbc_file *file)
{
	return dbc_ends_with(file->name, BACK) || yoyo_header(file, "depends");
}

/* The names behind "-- depends:". */
static const char **
yoyo_dependencies(dbc_format_reader *reader, const char *text)
{
	size_t length = strcspn(text, "\r\n");
	const char **names = dbc_alloc(reader->host, (length + 2) * sizeof(*names));
	const char *end = text + length;
	int count = 0;

	while (text < end)
	{
		size_t word = strcspn(text, " \t\r\n,");

		if (word > 0)
			names[count++] = dbc_copy(reader->host, text, word);
		text += word > 0 ? word : 1;
	}
	return names;
}

static bool
read_yoyo(dbc_format_reader *reader, const dbc_file *file)
{
	bool down = dbc_ends_with(file->name, BACK);
	size_t length = strlen(file->name) - strlen(down ? BACK : ".sql");
	size_t number = strspn(file->name, DIGITS);
	const char *depends = yoyo_header(file, "depends");
	const char *transactional = yoyo_header(file, "transactional");
	dbc_format_registration *m;

	number += strspn(file->name + number, "._-");
	m = dbc_format_start_migration(
		reader, dbc_copy(reader->host, file->name, length),
		dbc_copy(reader->host, file->name + number,
				 length > number ? length - number : 0));
	if (depends && !down)
		m->depends_on = yoyo_dependencies(reader, depends);
	if (transactional)
		m->transactional = !dbc_starts_with_nocase(
			transactional + strspn(transactional, " \t"), "false");
	dbc_format_set_file(m, !down, file);
	return true;
}

const dbc_format_type dbc_format_yoyo = {
	.name = "yoyo",
	.programs = (const char *const[]){".py", NULL},
	.files = "<name>.sql and <name>.rollback.sql",
	.claims = claims_yoyo,
	.read = read_yoyo,
	.parts = 1,
	.order = DBC_BY_TEXT,
	.text_versions = true};
