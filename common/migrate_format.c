/*
 * migrate_format.c
 *	  Reading the files of other migration tools.
 *
 * Each format is a rule for file names and, for dbmate, for marks inside the
 * file; the facts are from the tools' own documentation and sources.  A file
 * that is not what its format wants fails with its name, so that a typing
 * error in a name never drops a migration silently.
 */
#include "migrate.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "version.h"

const char *const dbc_formats[] = {"dbmate", "golang-migrate", "diesel",
								   "plain", NULL};

enum
{
	F_DBMATE,
	F_GOLANG_MIGRATE,
	F_DIESEL,
	F_PLAIN,
	F_COUNT
};

/* What is being read. */
typedef struct reader
{
	dbc_host *host;
	int format;
	dbc_registration *found;
	int count;
} reader;

/* Marks at the start of a line that only other formats have: read as plain
 * SQL, their down part would run right after the up part. */
static const struct
{
	const char *mark;
	const char *format;
} foreign_marks[] = {{"-- +goose ", "goose"},
					 {"-- +migrate ", "sql-migrate"},
					 {"--liquibase formatted sql", "liquibase"},
					 {"--! Previous:", "graphile-migrate"},
					 {"-- Up Migration", "node-pg-migrate"}};

/* The last part of a path. */
static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Fails for a file whose name is not of the format. */
static _Noreturn void
refuse_name(reader *r, const char *name, const char *wanted)
{
	dbc_fail(r->host, DBC_INVALID_PARAMETER,
			 dbc_format(r->host, "Files of this format are called %s.", wanted),
			 "Rename it, or move it elsewhere.",
			 "file \"%s\" is not a %s migration", name, dbc_formats[r->format]);
}

/* The text of a file without its byte order mark. */
static const char *
without_bom(const char *text)
{
	return dbc_starts_with(text, "\xEF\xBB\xBF") ? text + 3 : text;
}

/* Starts a new migration. */
static dbc_registration *
start_migration(reader *r, const char *version, const char *name)
{
	dbc_registration *m = &r->found[r->count++];

	m->version = version;
	m->name = *name ? name : version;
	m->kind = "schema";
	m->transactional = true;
	m->up_line = m->down_line = 1;
	return m;
}

/* Whether two versions differ in leading zeros at most. */
static bool
same_number(const char *left, const char *right)
{
	return dbc_same(left + strspn(left, "0"), right + strspn(right, "0"));
}

/* Gives a migration one of its scripts. */
static void
set_script(dbc_registration *m, bool up, const dbc_file *file)
{
	if (up)
	{
		m->up_sql = without_bom(file->text);
		m->up_file = file->name;
	}
	else
	{
		m->down_sql = without_bom(file->text);
		m->down_file = file->name;
	}
}

/* Fails for two files that give the same script. */
static void
refuse_twins(reader *r, const char *left, const char *right)
{
	if (left && right)
		dbc_fail(r->host, DBC_DUPLICATE_OBJECT, NULL,
				 "Give one of them another version.",
				 "files \"%s\" and \"%s\" have the same version", left, right);
}

/* Adds to a migration what another file of the same version gave. */
static void
merge(reader *r, dbc_registration *m, const dbc_registration *other)
{
	refuse_twins(r, m->up_file, other->up_file);
	refuse_twins(r, m->down_file, other->down_file);
	if (other->up_file)
	{
		m->up_sql = other->up_sql;
		m->up_file = other->up_file;
		m->name = other->name;
	}
	if (other->down_file)
	{
		m->down_sql = other->down_sql;
		m->down_file = other->down_file;
	}
	m->transactional = m->transactional && other->transactional;
}

/* ---- dbmate: 20260101000000_name.sql with marks inside ---- */

/* The start of the line after the one that position is on. */
static const char *
next_line(const char *position)
{
	position += strcspn(position, "\n");
	return *position ? position + 1 : position;
}

/* If line is a mark of the direction, the rest of it after the keyword. */
static const char *
dbmate_mark(const char *line, const char *direction)
{
	if (!dbc_starts_with(line, "--"))
		return NULL;
	line += 2;
	line += strspn(line, " \t");
	if (!dbc_starts_with(line, "migrate:"))
		return NULL;
	line += strlen("migrate:");
	if (!dbc_starts_with(line, direction))
		return NULL;
	line += strlen(direction);
	return strchr(" \t\r\n", *line) ? line : NULL;
}

/* The first line from text on that is a mark of the direction, or NULL. */
static const char *
find_dbmate_mark(const char *text, const char *direction)
{
	for (; *text; text = next_line(text))
		if (dbmate_mark(text, direction))
			return text;
	return NULL;
}

/* Whether the line of a mark says transaction:false. */
static bool
says_no_transaction(const char *mark)
{
	const char *end = next_line(mark);
	const char *found = strstr(mark, "transaction:false");

	return found && found < end;
}

/* Fails if there is SQL before the first mark. */
static void
refuse_early_sql(reader *r, const dbc_file *file, const char *up)
{
	const char *line;

	for (line = file->text; line < up; line = next_line(line))
	{
		const char *first = line + strspn(line, " \t\r\xEF\xBB\xBF");

		if (*first != '\n' && !dbc_starts_with(first, "--"))
			dbc_fail(
				r->host, DBC_SYNTAX_ERROR,
				dbc_format(r->host, "Line %d.", dbc_line_of(file->text, line)),
				"Move it below the mark.",
				"file \"%s\" has SQL before \"-- migrate:up\"", file->name);
	}
}

/* Reads one dbmate file. */
static void
read_dbmate(reader *r, const dbc_file *file)
{
	static const char wanted[] = "<digits>_<name>.sql";
	size_t digits = strspn(file->name, "0123456789");
	const char *rest = file->name + digits + (file->name[digits] == '_');
	const char *up = find_dbmate_mark(without_bom(file->text), "up");
	const char *down;
	dbc_registration *m;

	if (digits == 0 || !dbc_ends_with(file->name, ".sql"))
		refuse_name(r, file->name, wanted);
	if (!up)
		dbc_fail(r->host, DBC_SYNTAX_ERROR, NULL,
				 "Put the line \"-- migrate:up\" above its SQL.",
				 "file \"%s\" has no \"-- migrate:up\"", file->name);
	refuse_early_sql(r, file, up);
	down = find_dbmate_mark(up, "down");
	m = start_migration(r, dbc_copy(r->host, file->name, digits),
						dbc_copy(r->host, rest, strlen(rest) - strlen(".sql")));
	set_script(m, true, file);
	m->up_sql = next_line(up);
	m->up_line = dbc_line_of(file->text, m->up_sql);
	m->transactional = !says_no_transaction(up);
	if (!down)
		return;
	m->up_sql = dbc_copy(r->host, m->up_sql, (size_t) (down - m->up_sql));
	m->down_sql = next_line(down);
	m->down_line = dbc_line_of(file->text, m->down_sql);
	m->down_file = file->name;
	m->transactional = m->transactional && !says_no_transaction(down);
}

/* ---- golang-migrate: 1_name.up.sql and 1_name.down.sql ---- */

/* Reads one golang-migrate file; a leading V and a dot are authelia's. */
static void
read_golang_migrate(reader *r, const dbc_file *file)
{
	static const char wanted[] =
		"<digits>_<name>.up.sql and <digits>_<name>.down.sql";
	const char *name = file->name + (file->name[0] == 'V');
	size_t digits = strspn(name, "0123456789");
	bool up = dbc_ends_with(name, ".up.sql");
	size_t tail = strlen(up ? ".up.sql" : ".down.sql");
	dbc_registration *m;

	if (digits == 0 || !strchr("_.", name[digits]) ||
		(!up && !dbc_ends_with(name, ".down.sql")) ||
		strlen(name) < digits + 1 + tail)
		refuse_name(r, file->name, wanted);
	m = start_migration(
		r, dbc_copy(r->host, name, digits),
		dbc_copy(r->host, name + digits + 1, strlen(name) - digits - 1 - tail));
	set_script(m, up, file);
}

/* ---- diesel: <version>_<name>/up.sql, down.sql, metadata.toml ---- */

/* The text of the directory's name before the first '_', without '-'. */
static const char *
diesel_version(dbc_host *host, const char *path)
{
	size_t length = strcspn(path, "_/");
	char *version = dbc_alloc(host, length + 1);
	size_t i;
	size_t n = 0;

	for (i = 0; i < length; i++)
		if (path[i] != '-')
			version[n++] = path[i];
	return version;
}

/* Whether metadata.toml lets the migration run in a transaction; the key is
 * false when the file is there without it. */
static bool
diesel_runs_in_transaction(const char *text)
{
	static const char key[] = "run_in_transaction";

	for (; *text; text = next_line(text))
	{
		text += strspn(text, " \t");
		if (!dbc_starts_with(text, key))
			continue;
		text += strlen(key);
		text += strspn(text, " \t=");
		return dbc_starts_with(text, "true");
	}
	return false;
}

/* Reads one diesel file. */
static void
read_diesel(reader *r, const dbc_file *file)
{
	const char *slash = strchr(file->name, '/');
	const char *name = base_name(file->name);
	bool up = dbc_same(name, "up.sql");
	size_t skipped = strcspn(file->name, "_/");
	dbc_registration *m;

	if (!slash)
		return; /* diesel reads directories only */
	if (!up && !dbc_same(name, "down.sql") && !dbc_same(name, "metadata.toml"))
		return; /* diesel ignores other files there */
	if (skipped == 0)
		refuse_name(r, file->name, "<version>_<name>/up.sql and down.sql");
	if (file->name[skipped] == '_')
		skipped++;
	m = start_migration(r, diesel_version(r->host, file->name),
						dbc_copy(r->host, file->name + skipped,
								 (size_t) (slash - file->name) - skipped));
	if (dbc_ends_with(name, ".toml"))
		m->transactional = diesel_runs_in_transaction(file->text);
	else
		set_script(m, up, file);
}

/* ---- plain: <version>_<name>.sql, up only ---- */

/* Reads one plain file. */
static void
read_plain(reader *r, const dbc_file *file)
{
	const char *name = file->name + (file->name[0] == 'V');
	size_t length = strspn(name, "0123456789.");
	const char *rest;
	const char *line;
	size_t i;

	while (length > 0 && name[length - 1] == '.')
		length--;
	if (length == 0 || !dbc_ends_with(name, ".sql"))
		refuse_name(r, file->name, "<version>_<name>.sql");
	for (line = file->text; *line; line = next_line(line))
		for (i = 0; i < sizeof(foreign_marks) / sizeof(foreign_marks[0]); i++)
			if (dbc_starts_with_nocase(line, foreign_marks[i].mark))
				dbc_fail(r->host, DBC_UNSUPPORTED,
						 dbc_format(r->host, "Line %d.",
									dbc_line_of(file->text, line)),
						 "Convert it, or take the marks out.",
						 "file \"%s\" is a migration of %s, which cannot be "
						 "read",
						 file->name, foreign_marks[i].format);
	rest = name + length + strspn(name + length, "_-");
	set_script(
		start_migration(r, dbc_copy(r->host, name, length),
						dbc_copy(r->host, rest, strlen(rest) - strlen(".sql"))),
		true, file);
}

/* ---- all formats ---- */

static void (*const read_file[F_COUNT])(reader *, const dbc_file *) = {
	read_dbmate, read_golang_migrate, read_diesel, read_plain};

/* The format the files look like. */
static int
detect_format(const dbc_file *files, int nfiles)
{
	int i;

	for (i = 0; i < nfiles; i++)
	{
		const char *name = files[i].name;
		const char *version = name + (name[0] == 'V');

		if (dbc_same(base_name(name), "up.sql") && strchr(name, '/'))
			return F_DIESEL;
		if (strspn(version, "0123456789") && (dbc_ends_with(name, ".up.sql") ||
											  dbc_ends_with(name, ".down.sql")))
			return F_GOLANG_MIGRATE;
		if (find_dbmate_mark(without_bom(files[i].text), "up"))
			return F_DBMATE;
	}
	return F_PLAIN;
}

/* The order of versions, for qsort. */
static int
compare_registrations(const void *left, const void *right)
{
	return dbc_version_compare(((const dbc_registration *) left)->version,
							   ((const dbc_registration *) right)->version);
}

/* The number of a format. */
static int
format_number(const char *name)
{
	int i = 0;

	while (!dbc_same(dbc_formats[i], name))
		i++;
	return i;
}

/* Makes one migration of what the files of each version gave. */
static void
merge_files(reader *r)
{
	int kept = 0;
	int i;

	qsort(r->found, (size_t) r->count, sizeof(*r->found),
		  compare_registrations);
	for (i = 1; i < r->count; i++)
	{
		if (same_number(r->found[kept].version, r->found[i].version))
			merge(r, &r->found[kept], &r->found[i]);
		else
			r->found[++kept] = r->found[i];
	}
	r->count = r->count ? kept + 1 : 0;
}

/* Reads files of a format. */
dbc_registration *
dbc_read_format(dbc_host *host, const dbc_file *files, int nfiles,
				const char **format, int *count)
{
	reader r = {.host = host};
	int i;

	r.format = *format ? format_number(*format) : detect_format(files, nfiles);
	*format = dbc_formats[r.format];
	r.found = dbc_alloc(host, ((size_t) nfiles + 1) * sizeof(*r.found));
	for (i = 0; i < nfiles; i++)
		if (r.format == F_DIESEL || dbc_ends_with(files[i].name, ".sql"))
			read_file[r.format](&r, &files[i]);
	merge_files(&r);
	if (r.count == 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "Migrations are .sql files whose names start with a version.",
				 "no migrations found");
	for (i = 0; i < r.count; i++)
		if (!r.found[i].up_sql)
			dbc_fail(host, DBC_UNDEFINED_OBJECT,
					 dbc_format(host, "There is only \"%s\".",
								r.found[i].down_file ? r.found[i].down_file
													 : "metadata.toml"),
					 "Add the file that makes the change.",
					 "migration \"%s\" has no up script", r.found[i].version);
	*count = r.count;
	return r.found;
}
