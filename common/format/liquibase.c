/*
 * liquibase.c
 *	  Reading Liquibase's formatted SQL: files that begin with the line
 *	  "--liquibase formatted sql", each with any number of changesets.
 *
 * Liquibase knows a changeset by path, id and author, so the version is
 * "path::id::author", where path is the name of the file, or the
 * logicalFilePath that stands for it, without ".sql".  Changesets run in the
 * order they are written in, files in the order of their names: each depends
 * on the one before it.  A changelog in XML or YAML is refused; one in JSON is
 * not read.
 *
 * Whether Liquibase runs a changeset can depend on what only a run tells:
 * contexts, labels, preconditions, parameters.  dbcare never runs silently
 * what Liquibase would not have run, so these are refused, as is what it
 * cannot do: runAlways, failOnError:false, other ends of a statement than ";".
 * runOnChange becomes a repeatable migration.  Statements are split by the
 * engine's own rules, whatever splitStatements says.
 *
 * A script is the lines of a changeset that are of its direction, with empty
 * lines for the others between them, so that lines can be counted in the file
 * and a new rollback does not change the SQL that was applied.
 */
#include "common/format/changeset.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/text.h"

#define BLANKS " \t\r"

typedef struct script
{
	dbc_buffer text;
	int first; /* line in the file, 0: none yet */
	int last;
} script;

typedef struct changelog
{
	dbc_format_reader *reader;
	const dbc_file *file;
	const char *path; /* Liquibase's name for the file */
	const char *line; /* current line */
	int number;
	dbc_format_registration *m; /* of the changeset; NULL outside a changeset */
	const char *start;			/* first line of the changeset */
	bool left_out;				/* for another engine */
	script up;
	script down;
} changelog;

/* Moves to the next line. */
static void
advance(changelog *log)
{
	log->line = dbc_format_next_line(log->line);
	log->number++;
}

/* The end of a line, without line end and trailing blanks. */
static const char *
end_of(const char *line)
{
	const char *end = line + strcspn(line, "\n");

	while (end > line && strchr(BLANKS, end[-1]))
		end--;
	return end;
}

/* The text after the first word of a comment, or NULL. */
static const char *
after(const char *line, const char *comment, const char *word)
{
	line += strspn(line, BLANKS);
	if (!dbc_starts_with(line, comment))
		return NULL;
	line += 2;
	line += strspn(line, BLANKS);
	return dbc_starts_with_nocase(line, word) ? line + strlen(word) : NULL;
}

/* The position of a word in a line, in any case, or NULL. */
static const char *
find_in_line(const char *line, const char *word)
{
	for (; *line && *line != '\n'; line++)
		if (dbc_starts_with_nocase(line, word))
			return line;
	return NULL;
}

/* ---- scripts ---- */

/* Appends a part of the current line to a script. */
static void
add_text(const changelog *log, script *s, const char *start, const char *end)
{
	if (s->first == 0)
	{
		if (end == start + strspn(start, BLANKS))
			return;
		dbc_buffer_init(&s->text, log->reader->host);
		s->first = s->last = log->number;
	}
	for (; s->last < log->number; s->last++)
		dbc_append(&s->text, "\n");
	dbc_append_bytes(&s->text, start, (size_t) (end - start));
}

/* The text of a script without trailing blank lines. */
static const char *
text_of(const script *s)
{
	size_t length = s->text.length;

	while (length > 0 && strchr(" \t\r\n", s->text.data[length - 1]))
		length--;
	s->text.data[length] = '\0';
	return s->text.data;
}

/* Sets the down script.  Liquibase's words for "nothing to roll back" are not
 * the same as an empty script. */
static void
set_rollback(changelog *log)
{
	dbc_format_registration *m = log->m;
	const char *words;

	if (log->down.first == 0)
		return;
	m->down_sql = text_of(&log->down);
	m->down_file = log->file->name;
	m->down_line = log->down.first;
	words = m->down_sql + strspn(m->down_sql, BLANKS);
	if (dbc_starts_with_nocase(words, "not required") ||
		dbc_starts_with_nocase(words, "empty"))
		m->down_sql = "select 1";
}

/* Sets the members that the changeset gave. */
static void
end_changeset(changelog *log)
{
	dbc_format_registration *m = log->m;

	if (!m)
		return;
	if (log->up.first == 0)
		dbc_format_refuse_line(
			log->reader, log->file, log->start,
			"Write SQL below the changeset line, or remove the line.",
			"has a changeset without SQL");
	m->up_sql = text_of(&log->up);
	m->up_file = log->file->name;
	m->up_line = log->up.first;
	set_rollback(log);
	log->m = NULL;
}

/* ---- the line of a changeset ---- */

/* Starts a migration; a second one with this version has the same path, id and
 * author. */
static void
start_migration(changelog *log, const char *path, const char *id,
				const char *author)
{
	const char *version =
		dbc_format(log->reader->host, "%s::%s::%s", path, id, author);

	for (int i = 0; i < log->reader->count; i++)
		if (dbc_same(log->reader->found[i].version, version))
			dbc_format_refuse_line(log->reader, log->file, log->line,
								   "Give one of the changesets another id.",
								   "has changeset \"%s\" a second time",
								   version);
	log->m = dbc_format_start_migration(log->reader, version, id);
}

/* Fails for "${name}" in the current line. */
static void
refuse_parameter(const changelog *log)
{
	const char *text = find_in_line(log->line, "${");
	size_t length;

	for (; text; text = find_in_line(text + 2, "${"))
	{
		length = strcspn(text + 2, " \t\r\n\"'{}");
		if (length > 0 && text[2 + length] == '}')
			dbc_format_refuse_line(log->reader, log->file, log->line,
								   "Write the value instead of the parameter.",
								   "has the parameter \"${%.*s}\"",
								   (int) length, text + 2);
	}
}

/* Starts the changeset "author:id key:value ...". */
static void
start_changeset(changelog *log, const char *text)
{
	dbc_format_changeset changeset = dbc_format_read_changeset(
		log->reader, log->file, log->line, text, log->path);

	log->start = log->line;
	log->up.first = log->down.first = 0;
	log->left_out = changeset.left_out;
	if (log->left_out)
		return;
	refuse_parameter(log);
	start_migration(log, changeset.path, changeset.id, changeset.author);
	log->m->transactional = changeset.transactional;
	log->m->repeatable = changeset.repeatable;
}

/* ---- the other lines ---- */

/* Whether a line is only the start of a rollback comment. */
static bool
starts_rollback(const char *line)
{
	const char *rest = after(line, "/*", "liquibase");

	return rest && dbc_format_line_is(rest + strspn(rest, BLANKS), "rollback");
}

/* Appends a part of the current line to the rollback. */
static void
add_rollback(changelog *log, const char *start, const char *end)
{
	if (find_in_line(log->line, "changesetId:"))
		dbc_format_refuse_line(log->reader, log->file, log->line,
							   "Write the SQL of the rollback into this file.",
							   "has a rollback by another changeset");
	add_text(log, &log->down, start, end);
}

/* Reads a rollback comment up to the line that ends it. */
static void
read_rollback(changelog *log)
{
	const char *first = log->line;
	bool closed = false;

	while (!closed)
	{
		const char *end;

		advance(log);
		if (*log->line == '\0')
			dbc_format_refuse_line(log->reader, log->file, first,
								   "Write \"*/\" below the rollback.",
								   "has a rollback without an end");
		refuse_parameter(log);
		end = end_of(log->line);
		closed = end - log->line >= 2 && end[-2] == '*' && end[-1] == '/';
		add_rollback(log, log->line, closed ? end - 2 : end);
	}
}

/* Fails for a line that controls what is run, or how. */
static void
refuse_line(const changelog *log)
{
	const char *property = after(log->line, "--", "property");

	if (property && find_in_line(property, "name:"))
		dbc_format_refuse_line(log->reader, log->file, log->line,
							   "Write the value where the property is used.",
							   "has a property");
	if (after(log->line, "--", "preconditions") ||
		after(log->line, "--", "precondition-"))
		dbc_format_refuse_line(
			log->reader, log->file, log->line,
			"Remove the precondition if the changeset may run in any case.",
			"has a precondition");
	refuse_parameter(log);
}

/* Fails for SQL above the first changeset, which Liquibase does not run. */
static void
refuse_early(const changelog *log)
{
	const char *text = log->line + strspn(log->line, BLANKS);

	if (*text && *text != '\n' && !dbc_starts_with(text, "--"))
		dbc_format_refuse_line(log->reader, log->file, log->line,
							   "Move the SQL below a changeset line.",
							   "has SQL above its first changeset");
}

/* Sets the description from a comment line. */
static void
set_description(changelog *log, const char *text)
{
	const char *end = end_of(log->line);

	text += strspn(text, BLANKS);
	if (text < end)
		log->m->description =
			dbc_copy(log->reader->host, text, (size_t) (end - text));
}

/* Reads a line of a changeset. */
static void
read_changeset(changelog *log)
{
	const char *end = end_of(log->line);
	const char *rollback = after(log->line, "--", "rollback");
	const char *comment = after(log->line, "--", "comment");

	if (comment && *comment == ':')
		comment++;
	if (rollback && strchr(" \t\r\n", *rollback))
		add_rollback(log, rollback, end > rollback ? end : rollback);
	else if (starts_rollback(log->line))
		read_rollback(log);
	else if (comment && strchr(" \t\r\n", *comment))
		set_description(log, comment);
	else
		add_text(log, &log->up, log->line,
				 log->line + strcspn(log->line, "\n"));
}

/* Reads the current line and its continuation lines. */
static void
read_line(changelog *log)
{
	const char *changeset = after(log->line, "--", "changeset");

	if (after(log->line, "--", "ignoreLines:"))
		dbc_format_refuse_line(
			log->reader, log->file, log->line,
			"Remove the lines that are not for the database.",
			"has lines to be ignored");
	if (changeset)
	{
		end_changeset(log);
		start_changeset(log, changeset);
	}
	else if (!log->left_out)
	{
		refuse_line(log);
		if (log->m)
			read_changeset(log);
		else
			refuse_early(log);
	}
}

/* ---- the format ---- */

/* The text after "--liquibase formatted" on the first line that is not empty;
 * NULL if that line is different. */
static const char *
find_header(const dbc_file *file)
{
	const char *line = dbc_format_file_text(file);

	line = after(line + strspn(line, " \t\r\n"), "--", "liquibase");
	if (!line)
		return NULL;
	line += strspn(line, BLANKS);
	return dbc_starts_with_nocase(line, "formatted")
			   ? line + strlen("formatted")
			   : NULL;
}

static bool
claims_liquibase(const dbc_file *file)
{
	return find_header(file) != NULL;
}

/* Reads one file. */
static bool
read_liquibase(dbc_format_reader *reader, const dbc_file *file)
{
	const char *header = find_header(file);
	changelog log = {.reader = reader, .file = file, .number = 1};
	const char *path;

	if (!header)
		dbc_format_refuse_name(reader, file);
	path = dbc_format_find_attribute(reader->host, header, "logicalFilePath");
	log.path = path ? path : file->name;
	for (log.line = dbc_format_file_text(file); *log.line; advance(&log))
		read_line(&log);
	end_changeset(&log);
	return true;
}

/* Compares files, then changesets in a file, for qsort. */
static int
compare_places(const void *left, const void *right)
{
	const dbc_format_registration *l = left;
	const dbc_format_registration *r = right;
	int order = strcmp(l->up_file, r->up_file);

	return order ? order : l->up_line - r->up_line;
}

/* Makes each changeset depend on the one before it. */
static void
chain_changesets(dbc_format_reader *reader)
{
	dbc_sort(reader->found, (size_t) reader->count, sizeof(*reader->found),
			 compare_places);
	for (int i = 1; i < reader->count; i++)
	{
		const char **list = dbc_alloc(reader->host, 2 * sizeof(*list));

		list[0] = reader->found[i - 1].version;
		reader->found[i].depends_on = list;
	}
}

const dbc_format_type dbc_format_liquibase = {
	.name = "liquibase",
	.programs = (const char *const[]){".xml", ".yaml", ".yml", NULL},
	.files = "<name>.sql and begin with \"--liquibase formatted sql\"",
	.claims = claims_liquibase,
	.read = read_liquibase,
	.finish = chain_changesets,
	.no_file_versions = true};
