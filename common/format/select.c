/*
 * select.c
 *	  Chooses the files of a directory to read: those that the options
 *	  include, and for one database only.
 */
#include "common/format/format.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/text.h"
#include "common/format/names.h"

/* Names of databases in file and directory names, and the database of each. */
static const char *const dialects[][2] = {{"postgres", "postgresql"},
										  {"postgresql", "postgresql"},
										  {"pg", "postgresql"},
										  {"pgsql", "postgresql"},
										  {"psql", "postgresql"},
										  {"sqlite", "sqlite"},
										  {"sqlite3", "sqlite"},
										  {"mysql", "mysql"},
										  {"mariadb", "mariadb"},
										  {"cockroach", "cockroachdb"},
										  {"crdb", "cockroachdb"},
										  {"cockroachdb", "cockroachdb"},
										  {"mssql", "sqlserver"},
										  {"sqlserver", "sqlserver"},
										  {"oracle", "oracle"},
										  {"clickhouse", "clickhouse"},
										  {"duckdb", "duckdb"},
										  {"spanner", "spanner"},
										  {"tidb", "tidb"},
										  {"h2", "h2"},
										  {"ydb", "ydb"},
										  {"db2", "db2"},
										  {"all", "all"}};

#define NDIALECTS (sizeof(dialects) / sizeof(dialects[0]))

/* ---- include and exclude ---- */

/* Whether text matches a pattern, where "*" is any characters and "?" is one.
 */
static bool
matches(const char *pattern, const char *text)
{
	const char *star = NULL;
	const char *mark = NULL;

	while (*text)
	{
		if (*pattern == '*')
		{
			star = ++pattern;
			mark = text;
		}
		else if (*pattern == *text || *pattern == '?')
		{
			pattern++;
			text++;
		}
		else if (star)
		{
			pattern = star;
			text = ++mark;
		}
		else
			return false;
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

/* Whether the path of a file, or its last part, matches one of some patterns.
 */
static bool
matches_any(const char *const *patterns, const char *path)
{
	for (; *patterns; patterns++)
		if (matches(*patterns, path) ||
			matches(*patterns, dbc_format_base_name(path)))
			return true;
	return false;
}

/* Whether the options include a file. */
bool
dbc_format_is_included(const dbc_format_options *options, const char *path)
{
	return !(options->include && !matches_any(options->include, path)) &&
		   !(options->exclude && matches_any(options->exclude, path));
}

/* ---- dialects ---- */

/* The database with this name, or NULL. */
static const char *
database_of(const char *word, size_t length)
{
	for (size_t i = 0; i < NDIALECTS; i++)
		if (strlen(dialects[i][0]) == length &&
			memcmp(dialects[i][0], word, length) == 0)
			return dialects[i][1];
	return NULL;
}

/* A copy of text without a range of characters. */
static const char *
without(dbc_host *host, const char *text, const char *start, size_t length)
{
	return dbc_format(host, "%.*s%s", (int) (start - text), text,
					  start + length);
}

/*
 * The database that a path names: a directory, "sqlite/1_a.sql", or a part of
 * the file's name, "1_a.sqlite3.up.sql".  *name becomes the path without it.
 */
static const char *
dialect_of(dbc_host *host, const char **name)
{
	const char *path = *name;
	const char *start = path;
	const char *part;

	for (;;)
	{
		size_t length = strcspn(start, "/");
		const char *database = database_of(start, length);

		if (start[length] == '\0')
			break;
		if (database)
		{
			*name = without(host, path, start, length + 1);
			return database;
		}
		start += length + 1;
	}
	for (part = strchr(start, '.'); part; part = strchr(part + 1, '.'))
	{
		size_t length = strcspn(part + 1, ".");
		const char *database = database_of(part + 1, length);

		if (database && part[length + 1] == '.')
		{
			*name = without(host, path, part, length + 1);
			return database;
		}
	}
	return NULL;
}

/* The name of a migration as in its file: without ".up.sql" and the like, or
 * the directory of "up.sql". */
static const char *
stem_of(dbc_host *host, const char *name)
{
	const char *base = dbc_format_base_name(name);
	const char *end = name + strlen(name);
	const char *direction = dbc_format_find_direction(base);

	if (direction)
		end = direction;
	else if (base > name &&
			 (dbc_same(base, "up.sql") || dbc_same(base, "down.sql") ||
			  dbc_same(base, "metadata.toml")))
		end = base - 1;
	else if (dbc_ends_with(name, ".sql"))
		end -= strlen(".sql");
	return dbc_copy(host, name, (size_t) (end - name));
}

/* Whether a file name contains a database, as pop's names do. */
static bool
is_mixed(const dbc_file *file)
{
	const char *base = dbc_format_base_name(file->name);

	return *base >= '0' && *base <= '9' && !dbc_ends_with(file->path, base);
}

/* Whether a name goes on with what pop's names have for a script outside a
 * transaction: that of another database may run inside one. */
static size_t
skip_autocommit(const char *name)
{
	static const char word[] = ".autocommit";
	size_t length = strlen(word);

	return strncmp(name, word, length) == 0 && name[length] == '.' ? length : 0;
}

/* Compares what names say of the migration. */
static int
compare_names(const char *left, const char *right)
{
	for (;; left++, right++)
	{
		left += skip_autocommit(left);
		right += skip_autocommit(right);
		if (*left != *right || *left == '\0')
			return (unsigned char) *left - (unsigned char) *right;
	}
}

/* Compares names; files of a dialect come first, for qsort. */
static int
compare_files(const void *left, const void *right)
{
	const dbc_file *l = left;
	const dbc_file *r = right;
	int order = compare_names(l->name, r->name);

	if (order == 0)
		order = (r->dialect != NULL) - (l->dialect != NULL);
	return order ? order : strcmp(l->name, r->name);
}

/* Takes the files to be read; leaves out those of other databases, and those
 * of none that one of this database stands for. */
void
dbc_format_select(dbc_format_reader *reader, const dbc_file *files, int nfiles)
{
	dbc_host *host = reader->host;
	const char *wanted = reader->options->dialect;
	const char *known = wanted ? database_of(wanted, strlen(wanted)) : NULL;
	dbc_file *taken = dbc_alloc(host, ((size_t) nfiles + 1) * sizeof(*taken));
	dbc_file *programs =
		dbc_alloc(host, ((size_t) nfiles + 1) * sizeof(*programs));
	int count = 0;
	int kept = 0;

	wanted = known ? known : wanted ? wanted : host->engine_name;
	for (int i = 0; i < nfiles; i++)
	{
		dbc_file *file = &taken[count];

		if (!dbc_format_is_included(reader->options, files[i].path))
			continue;
		if (dbc_is_program_file(dbc_format_base_name(files[i].path)))
		{
			programs[reader->nprograms++] = files[i];
			continue;
		}
		*file = files[i];
		file->name += 2 * (size_t) dbc_starts_with(file->name, "./");
		if (!dbc_same(wanted, "none"))
			file->dialect = dialect_of(host, &file->name);
		if (file->dialect && dbc_same(file->dialect, "all"))
			file->dialect = NULL;
		if (file->dialect && !dbc_same(file->dialect, wanted))
		{
			reader->mixed = reader->mixed || is_mixed(file);
			dbc_format_add_name(host, &reader->foreign, file->path);
			continue;
		}
		file->stem = stem_of(host, file->name);
		count++;
	}
	dbc_sort(taken, (size_t) count, sizeof(*taken), compare_files);
	for (int i = 0; i < count; i++)
		if (kept > 0 && taken[kept - 1].dialect && !taken[i].dialect &&
			compare_names(taken[kept - 1].name, taken[i].name) == 0)
		{
			reader->mixed = reader->mixed || is_mixed(&taken[kept - 1]);
			dbc_format_add_name(host, &reader->foreign, taken[i].path);
		}
		else
			taken[kept++] = taken[i];
	reader->files = taken;
	reader->nfiles = kept;
	reader->programs = programs;
}

/* ---- directories ---- */

/* The last parts of a path, as many as there may be. */
static const char *
last_parts(const char *path, int parts)
{
	const char *start = path + strlen(path);

	while (start > path && !(start[-1] == '/' && --parts == 0))
		start--;
	return start;
}

/* Whether a name has so many parts, and begins like that of a migration. */
static bool
is_at_top(const dbc_file *file, int parts)
{
	const char *name = file->name;

	return dbc_ends_with(name, ".sql") && last_parts(name, parts) == name &&
		   (parts == 1
				? strspn(name + (*name == 'V'), "0123456789") > 0
				: dbc_same(dbc_format_base_name(name), "up.sql") ||
					  dbc_same(dbc_format_base_name(name), "migration.sql"));
}

/*
 * Sees to the directories of a format whose tool reads one directory: what is
 * further down is ignored as the tool does, unless all is there.
 */
void
dbc_format_flatten(dbc_format_reader *reader)
{
	int parts = reader->format->parts;
	bool top = false;
	int kept = 0;

	for (int i = 0; i < reader->nfiles; i++)
		top = top || is_at_top(&reader->files[i], parts);
	for (int i = 0; i < reader->nfiles; i++)
	{
		dbc_file *file = &reader->files[i];

		if (!top)
			file->name = last_parts(file->name, parts);
		if (last_parts(file->name, parts) == file->name)
			reader->files[kept++] = *file;
		else if (dbc_ends_with(file->name, ".sql"))
			dbc_format_add_name(reader->host, &reader->ignored, file->path);
	}
	reader->nfiles = kept;
}
