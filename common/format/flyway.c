/*
 * flyway.c
 *	  Flyway: V<version>__<name>.sql, its U..., B... and R__<name>.sql.
 *
 * B files are baselines: they make in one step what the V files up to their
 * version make, where those are no longer kept.  R files are repeatable and run
 * last; Flyway orders them by their text, dbcare numbers in it by value.  A
 * script may have settings of its own in <file>.sql.conf; Flyway takes none
 * from comments.
 */
#include "common/format/format.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/sort.h"
#include "common/core/text.h"

#define DIGITS "0123456789"

/* ---- names ---- */

/* Length of the version at the start of text, up to "__" or ".sql"; 0: none. */
static size_t
version_length(const char *text)
{
	size_t length = 0;

	for (;;)
	{
		size_t digits = strspn(text + length, DIGITS);

		if (digits == 0)
			return 0;
		length += digits;
		if (dbc_starts_with(text + length, "__") ||
			dbc_same(text + length, ".sql"))
			return length;
		if (text[length] != '.' && text[length] != '_')
			return 0;
		length++;
	}
}

/* A copy of text with '_' replaced by another character. */
static const char *
without_underscores(dbc_format_reader *reader, const char *text, size_t length,
					char instead)
{
	char *copy = dbc_copy(reader->host, text, length);

	for (char *c = copy; *c; c++)
		if (*c == '_')
			*c = instead;
	return copy;
}

/* Whether a script is a callback, not a migration. */
static bool
is_callback(const char *name)
{
	size_t length = dbc_starts_with(name, "before")	 ? strlen("before")
					: dbc_starts_with(name, "after") ? strlen("after")
													 : 0;

	return (length > 0 && name[length] >= 'A' && name[length] <= 'Z') ||
		   dbc_starts_with(name, "createSchema");
}

/* U files are left out: refinery has those without a V file. */
static bool
claims(const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);

	if (!dbc_ends_with(name, ".sql"))
		return false;
	return dbc_starts_with(name, "R__") ||
		   ((*name == 'V' || *name == 'B') && version_length(name + 1) > 0);
}

/* ---- reading one file ---- */

/* The settings of one script. */
typedef struct settings
{
	bool transactional;
	bool placeholders; /* whether "${" starts a placeholder */
} settings;

/* Applies one line of settings. */
static void
read_setting(dbc_format_reader *reader, const dbc_file *file, const char *line,
			 settings *s)
{
	const char *key = dbc_copy(reader->host, line, strcspn(line, " \t\r\n=:"));
	const char *value =
		line + strlen(key) + strspn(line + strlen(key), " \t=:");
	bool off = dbc_format_line_is(value, "false");
	bool is_bool = off || dbc_format_line_is(value, "true");

	if (is_bool && dbc_same(key, "executeInTransaction"))
		s->transactional = !off;
	else if (is_bool && dbc_same(key, "placeholderReplacement"))
		s->placeholders = !off;
	else if (!dbc_same(key, "encoding") || !dbc_format_line_is(value, "UTF-8"))
		dbc_format_refuse_line(
			reader, file, line,
			"Use only executeInTransaction and placeholderReplacement (true or "
			"false) and encoding (UTF-8).",
			"has a setting that is not supported");
}

/* The settings of a script. */
static settings
read_settings(dbc_format_reader *reader, const dbc_file *script)
{
	const dbc_file *file = dbc_format_find_file(
		reader, dbc_format(reader->host, "%s.conf", script->name));
	settings s = {.transactional = true, .placeholders = true};

	if (!file)
		return s;
	for (const char *line = dbc_format_file_text(file); *line;
		 line = dbc_format_next_line(line))
	{
		const char *first = line + strspn(line, " \t\r");

		if (*first && !strchr("#!\n", *first))
			read_setting(reader, file, first, &s);
	}
	return s;
}

/* Starts the migration for a file name; NULL if Flyway ignores it. */
static dbc_format_registration *
start_named(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);
	bool repeatable = dbc_starts_with(name, "R__");
	size_t length = version_length(name + 1);
	const char *rest = name + 1 + length;
	const char *version =
		repeatable ? dbc_copy(reader->host, name, strlen(name) - strlen(".sql"))
				   : without_underscores(reader, name + 1, length, '.');
	dbc_format_registration *m;

	if (!repeatable && (!strchr("VUB", *name) || length == 0))
		return NULL;
	rest += dbc_starts_with(rest, "__") ? strlen("__") : 0;
	m = dbc_format_start_migration(
		reader, version,
		without_underscores(reader, rest, strlen(rest) - strlen(".sql"), ' '));
	m->repeatable = repeatable;
	return m;
}

/* Reads a script. */
static bool
read_script(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);
	dbc_format_registration *m;
	settings s;

	if (is_callback(name))
		dbc_fail(
			reader->host, DBC_UNSUPPORTED, NULL,
			"Turn the callback into a migration, or move the file elsewhere.",
			"file \"%s\" is a callback, which only Flyway can run", file->path);
	m = start_named(reader, file);
	if (!m)
		return false;
	s = read_settings(reader, file);
	m->transactional = s.transactional;
	m->literal = !s.placeholders;
	dbc_format_set_file(m, *name != 'U', file);
	return true;
}

/* Reads one file; its settings are read with the script. */
static bool
read(dbc_format_reader *reader, const dbc_file *file)
{
	if (dbc_ends_with(file->name, ".sql"))
		return read_script(reader, file);
	if (dbc_ends_with(file->name, ".sql.conf") &&
		!dbc_format_find_file(reader,
							  dbc_copy(reader->host, file->name,
									   strlen(file->name) - strlen(".conf"))))
		dbc_fail(reader->host, DBC_UNDEFINED_OBJECT, NULL,
				 "Correct the file name, or move the file elsewhere.",
				 "file \"%s\" has settings for a file that does not exist",
				 file->path);
	return true;
}

/* ---- all files together ---- */

/* The first letter of the file name of a migration. */
static char
prefix_of(const dbc_format_registration *m)
{
	return *dbc_format_base_name(m->up_file ? m->up_file : m->down_file);
}

/* Compares versions as Flyway does: part by part by value; a missing part is 0.
 */
static int
compare_versions(const char *left, const char *right)
{
	while (*left || *right)
	{
		size_t nleft;
		size_t nright;
		int order;

		left += strspn(left, "0");
		right += strspn(right, "0");
		nleft = strspn(left, DIGITS);
		nright = strspn(right, DIGITS);
		order = nleft == nright	 ? memcmp(left, right, nleft)
				: nleft < nright ? -1
								 : 1;
		if (order)
			return order;
		left += nleft + (left[nleft] == '.');
		right += nright + (right[nright] == '.');
	}
	return 0;
}

/* Compares versions, then V, U and B files; repeatable migrations are last. */
static int
compare_found(const void *left, const void *right)
{
	const dbc_format_registration *l = left;
	const dbc_format_registration *r = right;
	int order;

	if (l->repeatable || r->repeatable)
		return l->repeatable - r->repeatable;
	order = compare_versions(l->version, r->version);
	return order ? order : prefix_of(r) - prefix_of(l);
}

/* Whether a U file has the V file of its version: one of refinery has none. */
static bool
has_undo(const dbc_format_registration *found, int count)
{
	for (int i = 1; i < count; i++)
		if (found[i].down_file && found[i - 1].up_file &&
			compare_versions(found[i].version, found[i - 1].version) == 0)
			return true;
	return false;
}

/* Leaves out a U file without its V file, as Flyway does; fails if the file may
 * be one of refinery, which would run it. */
static void
leave_out_undo(dbc_format_reader *reader, const char *file, bool is_flyways)
{
	if (!is_flyways)
		dbc_fail(
			reader->host, DBC_UNDEFINED_OBJECT, NULL,
			"Add the V file of the same version, or move the file elsewhere; "
			"load refinery's files with {\"format\": \"refinery\"}.",
			"file \"%s\" undoes a migration that does not exist", file);
	dbc_format_add_name(reader->host, &reader->ignored, file);
}

/*
 * Gives files of one version the same spelling of it, so that format/merge.c
 * combines them, and drops unused baselines: those with a V file at or below
 * their version, and those below another baseline.
 */
static void
finish(dbc_format_reader *reader)
{
	dbc_format_registration *found = reader->found;
	const char *last = NULL;
	bool versioned = false;
	bool is_flyways;
	int kept = 0;
	int i;

	dbc_sort(found, (size_t) reader->count, sizeof(*found), compare_found);
	is_flyways = has_undo(found, reader->count);
	for (i = 0; i < reader->count && !found[i].repeatable; i++)
	{
		bool is_baseline = prefix_of(&found[i]) == 'B';

		if (is_baseline && versioned)
			continue;
		if (last && compare_versions(found[i].version, last) == 0)
			found[i].version = last;
		else if (found[i].down_file)
		{
			leave_out_undo(reader, found[i].down_file, is_flyways);
			continue;
		}
		else if (is_baseline)
			kept = 0;
		versioned = !is_baseline;
		last = found[i].version;
		found[kept++] = found[i];
	}
	for (; i < reader->count; i++)
		found[kept++] = found[i];
	reader->count = kept;
}

const dbc_format_type dbc_format_flyway = {
	.name = "flyway",
	.programs = (const char *const[]){".java", ".kt", NULL},
	.files = "V<version>__<name>.sql, U<version>__<name>.sql, "
			 "B<version>__<name>.sql and R__<name>.sql",
	.claims = claims,
	.read = read,
	.all_files = true,
	.finish = finish,
	.no_file_versions = true,
	.order = DBC_BY_VALUE};
