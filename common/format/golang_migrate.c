/*
 * golang_migrate.c
 *	  Pairs of files, 1_name.up.sql and 1_name.down.sql: golang-migrate, and
 *	  pop with Ory's popx, which also have files for one database.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

#define DIGITS "0123456789"

/* The largest version of golang-migrate, which ignores higher ones. */
#define LARGEST "18446744073709551615"

/* Whether a file belongs to such a pair; authelia adds a leading V. */
static bool
claims(const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);
	bool is_authelias = *name == 'V';
	size_t digits = strspn(name + is_authelias, DIGITS);
	char after = name[is_authelias + digits];

	return digits > 0 && (after == '_' || (is_authelias && after == '.')) &&
		   dbc_format_find_direction(name);
}

/* Whether only pop names a file like this, or has such placeholders. */
static bool
claims_pop(const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);

	return claims(file) &&
		   (!dbc_format_fits(name, LARGEST) || strstr(name, ".autocommit.") ||
			strstr(file->text, "{{ index .Options "));
}

/* Starts a migration from one file of a pair. */
static dbc_format_registration *
start_half(dbc_format_reader *reader, const dbc_file *file, const char *name,
		   size_t digits, const char *end)
{
	const char *rest = name + digits + 1;
	dbc_format_registration *m = dbc_format_start_migration(
		reader, dbc_copy(reader->host, name, digits),
		dbc_copy(reader->host, rest, (size_t) (end - rest)));

	dbc_format_set_file(m,
						dbc_starts_with(end, ".up") ||
							dbc_starts_with(end, ".autocommit.up"),
						file);
	return m;
}

/* Reads one file; authelia also has a dot after the version. */
static bool
read(dbc_format_reader *reader, const dbc_file *file)
{
	bool is_authelias = file->name[0] == 'V';
	const char *name = file->name + is_authelias;
	size_t digits = strspn(name, DIGITS);
	const char *end = dbc_format_find_direction(name);

	if (digits == 0 || !end || end < name + digits + 1 ||
		!strchr(is_authelias ? "_." : "_", name[digits]) ||
		!dbc_format_fits(name, LARGEST))
		return false;
	(void) start_half(reader, file, name, digits, end);
	return true;
}

/* On SQLite popx runs migrations without foreign keys. */
static const char *
without_foreign_keys(dbc_format_reader *reader, const char *sql)
{
	return sql && reader->host->engine == DBC_ON_SQLITE
			   ? dbc_format(reader->host, "pragma foreign_keys = off;%s", sql)
			   : sql;
}

/* Reads one file of pop, whose names have no other dots. */
static bool
read_pop(dbc_format_reader *reader, const dbc_file *file)
{
	dbc_format_registration *m;
	const char *name = file->name;
	size_t digits = strspn(name, DIGITS);
	const char *end = strchr(name, '.');
	bool alone = end && dbc_starts_with(end, ".autocommit.");

	if (digits == 0 || name[digits] != '_' || !end ||
		end == name + digits + 1 ||
		(!dbc_same(end + (alone ? strlen(".autocommit") : 0), ".up.sql") &&
		 !dbc_same(end + (alone ? strlen(".autocommit") : 0), ".down.sql")))
		return false;
	m = start_half(reader, file, name, digits, end);
	m->transactional = !alone;
	m->up_sql = without_foreign_keys(reader, m->up_sql);
	m->down_sql = without_foreign_keys(reader, m->down_sql);
	return true;
}

const dbc_format_type dbc_format_golang_migrate = {
	.name = "golang-migrate",
	.programs = (const char *const[]){".go", ".fizz", NULL},
	.files = "<digits>_<name>.up.sql and <digits>_<name>.down.sql",
	.claims = claims,
	.read = read,
	.parts = 1,
	.up_optional = true,
	.order = DBC_BY_VALUE};

const dbc_format_type dbc_format_pop = {
	.name = "pop",
	.programs = (const char *const[]){".fizz", NULL},
	.files = "<digits>_<name>.up.sql and <digits>_<name>.down.sql, with the "
			 "name of a database or .autocommit before .up and .down",
	.claims = claims_pop,
	.read = read_pop,
	.parts = 1,
	.up_optional = true,
	.order = DBC_BY_TEXT,
	.text_versions = true};
