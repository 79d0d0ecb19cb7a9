/*
 * marked.c
 *	  Formats with both directions in one file, separated by comments: dbmate,
 *	  goose, sql-migrate, node-pg-migrate and Play.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

#define DIGITS "0123456789"

/* Whether a line of the file is a mark. */
static bool
has_mark(const dbc_file *file, const char *words)
{
	for (const char *line = dbc_format_file_text(file); *line;
		 line = dbc_format_next_line(line))
		if (dbc_format_text_after_mark(line, words))
			return true;
	return false;
}

/* Starts a migration of a file "<digits>_<name>.sql". */
dbc_format_registration *
dbc_format_start_numbered(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);
	size_t digits = strspn(name, DIGITS);
	const char *rest = name + digits + strspn(name + digits, "_-");

	if (digits == 0 || !dbc_ends_with(rest, ".sql"))
		dbc_format_refuse_name(reader, file);
	return dbc_format_start_migration(
		reader, dbc_copy(reader->host, name, digits),
		dbc_copy(reader->host, rest, strlen(rest) - strlen(".sql")));
}

/* Whether a line contains more than a comment. */
static bool
has_sql(const char *line)
{
	const char *first = line + strspn(line, " \t\r");

	return *first && *first != '\n' && !dbc_starts_with(first, "--");
}

/* Fails for a file without an up mark. */
static _Noreturn void
refuse_unmarked(dbc_format_reader *reader, const dbc_file *file)
{
	dbc_fail(reader->host, DBC_SYNTAX_ERROR,
			 dbc_format(reader->host, "Files of this format are called %s.",
						reader->format->files),
			 "Put the line above the SQL of the migration.",
			 "file \"%s\" has no up part", file->name);
}

/* Whether a line is an indented mark.  The tool ignores it, so that the down
 * part would run with the up part. */
static bool
is_indented_mark(const char *line, const char *words)
{
	size_t blanks = strspn(line, " \t");

	return blanks > 0 && dbc_format_text_after_mark(line + blanks, words);
}

/* Fails for a line that looks like a mark but is none for its tool. */
static _Noreturn void
refuse_mark(dbc_format_reader *reader, const dbc_file *file, const char *line)
{
	dbc_format_refuse_line(
		reader, file, line, "Correct the marker, or remove it.",
		"has a marker that %s does not support", reader->format->name);
}

/* Splits a file at its marks. */
static void
read_marked(
	dbc_format_reader *reader, const dbc_file *file, dbc_format_registration *m,
	dbc_format_mark (*find)(dbc_format_reader *reader, const dbc_file *file,
							dbc_format_registration *m, const char *line))
{
	const char *early = NULL;
	const char *up = NULL;
	const char *down = NULL;
	const char *end;
	const char *line;

	for (line = dbc_format_file_text(file); *line;
		 line = dbc_format_next_line(line))
		switch (find(reader, file, m, line))
		{
			case DBC_UP_MARK:
				if (up)
					dbc_format_refuse_line(
						reader, file, line,
						"Split the file into two migrations.",
						"has a second up part");
				up = line;
				break;
			case DBC_DOWN_MARK:
				if (!up || down)
					dbc_format_refuse_line(
						reader, file, line,
						"The up part comes first, then one down "
						"part.",
						up ? "has a second down part"
						   : "has a down part before its up part");
				down = line;
				break;
			case DBC_NO_MARK:
				if (!up && !early && has_sql(line))
					early = line;
				break;
			case DBC_OTHER_MARK:
				break;
		}
	end = line;
	if (!up)
		refuse_unmarked(reader, file);
	if (early)
		dbc_format_refuse_line(reader, file, early,
							   "Move the SQL below the marker.",
							   "has SQL above its first marker");
	dbc_format_set_part(reader, m, true, file, dbc_format_next_line(up),
						down ? down : end);
	if (down)
		dbc_format_set_part(reader, m, false, file, dbc_format_next_line(down),
							end);
}

/* ---- dbmate: "-- migrate:up", "-- migrate:down", transaction:false ---- */

/* Whether a line is a mark, or looks like one. */
static bool
is_dbmate_mark(const char *line)
{
	line += strspn(line, " \t");
	if (!dbc_starts_with(line, "--"))
		return false;
	line += 2;
	return dbc_starts_with(line + strspn(line, " \t"), "migrate:");
}

static dbc_format_mark
dbmate_mark(dbc_format_reader *reader, const dbc_file *file,
			dbc_format_registration *m, const char *line)
{
	const char *up = dbc_format_text_after_mark(line, "migrate:up");
	const char *rest =
		up ? up : dbc_format_text_after_mark(line, "migrate:down");

	if (!rest && is_dbmate_mark(line))
		refuse_mark(reader, file, line);
	if (!rest)
		return DBC_NO_MARK;
	if (dbc_format_line_has(rest, "transaction:false"))
		m->transactional = false;
	return up ? DBC_UP_MARK : DBC_DOWN_MARK;
}

static bool
claims_dbmate(const dbc_file *file)
{
	if (!strspn(dbc_format_base_name(file->name), DIGITS))
		return false;
	for (const char *line = dbc_format_file_text(file); *line;
		 line = dbc_format_next_line(line))
		if (is_dbmate_mark(line))
			return true;
	return false;
}

static bool
read_dbmate(dbc_format_reader *reader, const dbc_file *file)
{
	if (!strspn(file->name, DIGITS))
		return false;
	read_marked(reader, file, dbc_format_start_numbered(reader, file),
				dbmate_mark);
	return true;
}

const dbc_format_type dbc_format_dbmate = {
	.name = "dbmate",
	.files = "<digits>_<name>.sql and have the line \"-- migrate:up\"",
	.claims = claims_dbmate,
	.read = read_dbmate,
	.parts = 1,
	.order = DBC_BY_FILE,
	.text_versions = true};

/* ---- goose: "-- +goose Up", Down, NO TRANSACTION, ENVSUB ---- */

static dbc_format_mark
goose_mark(dbc_format_reader *reader, const dbc_file *file,
		   dbc_format_registration *m, const char *line)
{
	static const char *const others[] = {"StatementBegin", "StatementEnd",
										 "NO TRANSACTION", "ENVSUB OFF"};
	const char *rest = dbc_format_text_after_mark(line, "+goose");

	if (is_indented_mark(line, "+goose"))
		refuse_mark(reader, file, line);
	if (!rest)
		return DBC_NO_MARK;
	rest += strspn(rest, " \t");
	if (dbc_format_line_is(rest, "Up"))
		return DBC_UP_MARK;
	if (dbc_format_line_is(rest, "Down"))
		return DBC_DOWN_MARK;
	if (dbc_format_line_is(rest, "NO TRANSACTION"))
		m->transactional = false;
	if (dbc_format_line_is(rest, "ENVSUB ON"))
		dbc_format_refuse_line(
			reader, file, line, "Write the values into the file.",
			"uses environment variables, which are not available");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (dbc_format_line_is(rest, others[i]))
			return DBC_OTHER_MARK;
	refuse_mark(reader, file, line);
}

static bool
claims_goose(const dbc_file *file)
{
	return has_mark(file, "+goose");
}

static bool
read_goose(dbc_format_reader *reader, const dbc_file *file)
{
	size_t digits = strspn(file->name, DIGITS);

	if (digits == 0 || file->name[digits] != '_')
		return false;
	if (strspn(file->name, "0") == digits ||
		!dbc_format_fits(file->name, DBC_LARGEST_INT64))
		dbc_format_refuse_name(reader, file);
	read_marked(reader, file, dbc_format_start_numbered(reader, file),
				goose_mark);
	return true;
}

const dbc_format_type dbc_format_goose = {
	.name = "goose",
	.programs = (const char *const[]){".go", NULL},
	.files = "<digits>_<name>.sql, with a number above 0, and have the line "
			 "\"-- +goose Up\"",
	.claims = claims_goose,
	.read = read_goose,
	.parts = 1,
	.order = DBC_BY_VALUE};

/* ---- sql-migrate: "-- +migrate Up", Down, notransaction ---- */

static dbc_format_mark
sql_migrate_mark(dbc_format_reader *reader, const dbc_file *file,
				 dbc_format_registration *m, const char *line)
{
	const char *rest = dbc_format_text_after_mark(line, "+migrate");

	if (is_indented_mark(line, "+migrate"))
		refuse_mark(reader, file, line);
	if (!rest)
		return DBC_NO_MARK;
	if (dbc_format_line_has(rest, "notransaction"))
		m->transactional = false;
	rest += strspn(rest, " \t");
	if (dbc_format_line_has(rest, "Up"))
		return DBC_UP_MARK;
	if (dbc_format_line_has(rest, "Down"))
		return DBC_DOWN_MARK;
	if (dbc_format_line_is(rest, "StatementBegin") ||
		dbc_format_line_is(rest, "StatementEnd"))
		return DBC_OTHER_MARK;
	refuse_mark(reader, file, line);
}

static bool
claims_sql_migrate(const dbc_file *file)
{
	return has_mark(file, "+migrate");
}

/* The whole name is the version: several files may begin with one number. */
static bool
read_sql_migrate(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);
	size_t length = strlen(name) - strlen(".sql");
	size_t digits = strspn(name, DIGITS);

	digits += strspn(name + digits, "_-");
	read_marked(reader, file,
				dbc_format_start_migration(
					reader, dbc_copy(reader->host, name, length),
					dbc_copy(reader->host, name + digits,
							 length > digits ? length - digits : 0)),
				sql_migrate_mark);
	return true;
}

const dbc_format_type dbc_format_sql_migrate = {
	.name = "sql-migrate",
	.files = "<name>.sql and have the line \"-- +migrate Up\"",
	.claims = claims_sql_migrate,
	.read = read_sql_migrate,
	.parts = 1,
	.order = DBC_BY_PREFIX,
	.text_versions = true};

/* ---- node-pg-migrate: "-- Up Migration", "-- Down Migration" ---- */

/* The comment may have more dashes before the words. */
static dbc_format_mark
node_pg_mark(dbc_format_reader *reader, const dbc_file *file,
			 dbc_format_registration *m, const char *line)
{
	(void) reader;
	(void) file;
	(void) m;
	line += strspn(line, " \t");
	if (!dbc_starts_with(line, "--"))
		return DBC_NO_MARK;
	line += strspn(line, "- \t");
	if (dbc_starts_with_nocase(line, "up migration"))
		return DBC_UP_MARK;
	if (dbc_starts_with_nocase(line, "down migration"))
		return DBC_DOWN_MARK;
	return DBC_NO_MARK;
}

static bool
claims_node_pg(const dbc_file *file)
{
	for (const char *line = dbc_format_file_text(file); *line;
		 line = dbc_format_next_line(line))
		if (node_pg_mark(NULL, file, NULL, line) == DBC_UP_MARK)
			return true;
	return false;
}

/* A file without marks is an up part. */
static bool
read_node_pg(dbc_format_reader *reader, const dbc_file *file)
{
	dbc_format_registration *m = dbc_format_start_numbered(reader, file);

	if (claims_node_pg(file))
		read_marked(reader, file, m, node_pg_mark);
	else
		dbc_format_set_file(m, true, file);
	return true;
}

const dbc_format_type dbc_format_node_pg = {
	.name = "node-pg-migrate",
	.programs = (const char *const[]){".js", ".mjs", ".cjs", ".ts", NULL},
	.files = "<digits>_<name>.sql and have the line \"-- Up Migration\"",
	.claims = claims_node_pg,
	.read = read_node_pg,
	.parts = 1,
	.order = DBC_BY_TIME};

/* ---- Play: "# --- !Ups", "# --- !Downs" ---- */

static dbc_format_mark
play_mark(dbc_format_reader *reader, const dbc_file *file,
		  dbc_format_registration *m, const char *line)
{
	size_t length = strcspn(line, "\r\n");
	const char *sign = memchr(line, '!', length);

	(void) reader;
	(void) file;
	(void) m;
	if (!dbc_starts_with(line, "--") && *line != '#')
		return DBC_NO_MARK;
	if (sign && dbc_starts_with(sign, "!Ups"))
		return DBC_UP_MARK;
	if (sign && dbc_starts_with(sign, "!Downs"))
		return DBC_DOWN_MARK;
	return DBC_OTHER_MARK;
}

static bool
claims_play(const dbc_file *file)
{
	for (const char *line = dbc_format_file_text(file); *line;
		 line = dbc_format_next_line(line))
		if (play_mark(NULL, file, NULL, line) == DBC_UP_MARK)
			return true;
	return false;
}

/* Text with ";" for ";;", which is how Play writes one inside a statement. */
static const char *
single_semicolons(dbc_format_reader *reader, const char *text)
{
	char *copy = dbc_copy(reader->host, text, strlen(text));
	char *to = copy;

	for (const char *from = copy; *from; from++)
	{
		*to++ = *from;
		from += *from == ';' && from[1] == ';';
	}
	*to = '\0';
	return copy;
}

static bool
read_play(dbc_format_reader *reader, const dbc_file *file)
{
	dbc_format_registration *m;
	size_t digits = strspn(file->name, DIGITS);

	if (digits == 0 || !dbc_same(file->name + digits, ".sql"))
		return false;
	m = dbc_format_start_migration(
		reader, dbc_copy(reader->host, file->name, digits), "");
	read_marked(reader, file, m, play_mark);
	m->up_sql = single_semicolons(reader, m->up_sql);
	if (m->down_sql)
		m->down_sql = single_semicolons(reader, m->down_sql);
	return true;
}

const dbc_format_type dbc_format_play = {
	.name = "play",
	.files = "<digits>.sql and have the line \"# --- !Ups\"",
	.claims = claims_play,
	.read = read_play,
	.parts = 1,
	.order = DBC_BY_VALUE};
