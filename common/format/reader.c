/*
 * reader.c
 *	  Functions that all readers share.
 */
#include "common/format/format.h"

#include <stdarg.h>
#include <string.h>

#include "common/core/text.h"

/* The most file names in a message. */
#define MOST_NAMES 20

/* ---- text of files ---- */

/* The last part of a path. */
const char *
dbc_format_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The text of a file without its byte order mark. */
const char *
dbc_format_file_text(const dbc_file *file)
{
	return dbc_starts_with(file->text, "\xEF\xBB\xBF") ? file->text + 3
													   : file->text;
}

/* The ".up." or ".down." of a file's name, the last one. */
const char *
dbc_format_find_direction(const char *name)
{
	const char *dot = name + strlen(name);

	while (dot > name)
		if (*--dot == '.' &&
			(dbc_starts_with(dot, ".up.") || dbc_starts_with(dot, ".down.")))
			return dot;
	return NULL;
}

/* Whether the number at the start of text is at most another number. */
bool
dbc_format_fits(const char *text, const char *largest)
{
	size_t length;

	text += strspn(text, "0");
	length = strspn(text, "0123456789");
	return length < strlen(largest) ||
		   (length == strlen(largest) && memcmp(text, largest, length) <= 0);
}

/* Adds a name to a list. */
void
dbc_format_add_name(dbc_host *host, dbc_format_list *list, const char *name)
{
	list->names =
		dbc_grow(host, list->names, (size_t) list->count, sizeof(*list->names));
	list->names[list->count++] = name;
}

/* The first names of a list, for a message. */
const char *
dbc_format_list_text(dbc_host *host, const dbc_format_list *list)
{
	dbc_buffer names;
	int i;

	dbc_buffer_init(&names, host);
	for (i = 0; i < list->count && i < MOST_NAMES; i++)
		dbc_append_format(&names, "%s\"%s\"", i ? ", " : "", list->names[i]);
	if (i < list->count)
		dbc_append_format(&names, " and %d more", list->count - i);
	return names.data;
}

/* The start of the line after the one that position is on. */
const char *
dbc_format_next_line(const char *position)
{
	position += strcspn(position, "\n");
	return *position ? position + 1 : position;
}

/* The text after words in a comment that begins with them. */
const char *
dbc_format_text_after_mark(const char *line, const char *words)
{
	if (!dbc_starts_with(line, "--"))
		return NULL;
	line += 2;
	line += strspn(line, " \t");
	if (!dbc_starts_with_nocase(line, words))
		return NULL;
	line += strlen(words);
	return strchr(" \t\r\n", *line) ? line : NULL;
}

/* Whether the line at text consists of words. */
bool
dbc_format_line_is(const char *text, const char *words)
{
	if (!dbc_starts_with_nocase(text, words))
		return false;
	text += strlen(words);
	text += strspn(text, " \t\r");
	return *text == '\0' || *text == '\n';
}

/* Whether a line contains a word, delimited by blanks. */
bool
dbc_format_line_has(const char *line, const char *word)
{
	const char *end = line + strcspn(line, "\r\n");
	size_t length = strlen(word);

	while (line < end)
	{
		size_t blanks = strspn(line, " \t");
		size_t found = strcspn(line + blanks, " \t\r\n");

		if (found == length && strncmp(line + blanks, word, length) == 0)
			return true;
		line += blanks + (found ? found : 1);
	}
	return false;
}

/* ---- for readers ---- */

/* Fails for a file whose name does not fit the format. */
_Noreturn void
dbc_format_refuse_name(dbc_format_reader *reader, const dbc_file *file)
{
	dbc_fail(reader->host, DBC_INVALID_PARAMETER,
			 dbc_format(reader->host, "Files of this format are called %s.",
						reader->format->files),
			 "Rename the file, or move it elsewhere.",
			 "file \"%s\" is not a %s migration", file->path,
			 reader->format->name);
}

/* Fails for the line at position. */
_Noreturn void
dbc_format_refuse_line(dbc_format_reader *reader, const dbc_file *file,
					   const char *position, const char *hint,
					   const char *format, ...)
{
	const char *words;
	va_list args;

	va_start(args, format);
	words = dbc_vformat(reader->host, format, args);
	va_end(args);
	dbc_fail(
		reader->host, DBC_SYNTAX_ERROR,
		dbc_format(reader->host, "Line %d.", dbc_line_of(file->text, position)),
		hint, "file \"%s\" %s", file->path, words);
}

/* Starts a migration without scripts. */
dbc_format_registration *
dbc_format_start_migration(dbc_format_reader *reader, const char *version,
						   const char *name)
{
	dbc_format_registration *m;

	reader->found = dbc_grow(reader->host, reader->found,
							 (size_t) reader->count, sizeof(*m));
	m = &reader->found[reader->count++];
	m->number = version;
	m->version = reader->options->by_file ? reader->file->stem : version;
	m->text_version = reader->format->text_versions;
	m->name = *name ? name : version;
	m->kind = "schema";
	m->transactional = true;
	m->up_line = m->down_line = 1;
	return m;
}

/* Sets a script of a migration to a whole file. */
void
dbc_format_set_file(dbc_format_registration *m, bool up, const dbc_file *file)
{
	if (up)
	{
		m->up_sql = dbc_format_file_text(file);
		m->up_file = file->path;
	}
	else
	{
		m->down_sql = dbc_format_file_text(file);
		m->down_file = file->path;
	}
}

/* Sets a script of a migration to a part of a file. */
void
dbc_format_set_part(dbc_format_reader *reader, dbc_format_registration *m,
					bool up, const dbc_file *file, const char *start,
					const char *end)
{
	const char *text = dbc_copy(reader->host, start, (size_t) (end - start));
	int line = dbc_line_of(file->text, start);

	dbc_format_set_file(m, up, file);
	if (up)
	{
		m->up_sql = text;
		m->up_line = line;
	}
	else
	{
		m->down_sql = text;
		m->down_line = line;
	}
}

/* The file with this name, or NULL. */
const dbc_file *
dbc_format_find_file(const dbc_format_reader *reader, const char *name)
{
	for (int i = 0; i < reader->nfiles; i++)
		if (dbc_same(reader->files[i].name, name))
			return &reader->files[i];
	return NULL;
}

/* Adds a problem; all problems are reported together. */
void
dbc_format_add_problem(dbc_format_reader *reader, dbc_error problem)
{
	reader->problems =
		dbc_grow(reader->host, reader->problems, (size_t) reader->nproblems,
				 sizeof(*reader->problems));
	reader->problems[reader->nproblems++] = problem;
}
