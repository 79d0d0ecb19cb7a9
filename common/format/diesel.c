/*
 * diesel.c
 *	  diesel: <version>_<name>/up.sql, down.sql and metadata.toml.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

/* The directory name before the first '_', without '-'. */
static const char *
version_of(dbc_host *host, const char *path)
{
	size_t length = strcspn(path, "_/");
	char *version = dbc_alloc(host, length + 1);
	size_t n = 0;

	for (size_t i = 0; i < length; i++)
		if (path[i] != '-')
			version[n++] = path[i];
	return version;
}

/* The value of run_in_transaction; false if metadata.toml exists without the
 * key. */
static bool
runs_in_transaction(const char *text)
{
	static const char key[] = "run_in_transaction";

	for (; *text; text = dbc_format_next_line(text))
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

static bool
claims(const dbc_file *file)
{
	return dbc_same(dbc_format_base_name(file->name), "up.sql") &&
		   strchr(file->name, '/');
}

/* Whether a directory has an up script; diesel requires one. */
static bool
has_up(dbc_format_reader *reader, const char *path, size_t length)
{
	return dbc_format_find_file(
		reader, dbc_format(reader->host, "%.*s/up.sql", (int) length, path));
}

static bool
read(dbc_format_reader *reader, const dbc_file *file)
{
	const char *slash = strchr(file->name, '/');
	const char *name = dbc_format_base_name(file->name);
	bool up = dbc_same(name, "up.sql");
	size_t skipped = strcspn(file->name, "_/");
	dbc_format_registration *m;

	if (!slash || name != slash + 1)
		return false; /* diesel only reads files in directories */
	if (!up && !dbc_same(name, "down.sql") && !dbc_same(name, "metadata.toml"))
	{
		if (dbc_ends_with(name, ".sql") &&
			!has_up(reader, file->name, (size_t) (slash - file->name)))
			dbc_format_refuse_name(reader, file);
		return false;
	}
	if (skipped == 0)
		dbc_format_refuse_name(reader, file);
	if (file->name[skipped] == '_')
		skipped++;
	m = dbc_format_start_migration(
		reader, version_of(reader->host, file->name),
		dbc_copy(reader->host, file->name + skipped,
				 (size_t) (slash - file->name) - skipped));
	if (dbc_ends_with(name, ".toml"))
		m->transactional = runs_in_transaction(file->text);
	else
		dbc_format_set_file(m, up, file);
	return true;
}

const dbc_format_type dbc_format_diesel = {
	.name = "diesel",
	.files = "<version>_<name>/up.sql and down.sql",
	.claims = claims,
	.read = read,
	.all_files = true,
	.parts = 2,
	.order = DBC_BY_TEXT,
	.text_versions = true};
