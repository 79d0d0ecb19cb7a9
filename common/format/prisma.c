/*
 * prisma.c
 *	  Prisma: <name>/migration.sql, in the order of the names; and Drizzle:
 *	  <name>.sql, of which meta/_journal.json says what runs, and in which
 *	  order.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/text.h"

#define DIGITS "0123456789"

/* A name without the number that it begins with. */
static const char *
title_of(const char *name)
{
	size_t digits = strspn(name, DIGITS);

	return name[digits] == '_' ? name + digits + 1 : name;
}

/* ---- Prisma ---- */

static bool
claims_prisma(const dbc_file *file)
{
	return dbc_same(dbc_format_base_name(file->name), "migration.sql") &&
		   strchr(file->name, '/');
}

static bool
read_prisma(dbc_format_reader *reader, const dbc_file *file)
{
	const char *slash = strchr(file->name, '/');
	const char *name;

	if (!slash || !dbc_same(slash + 1, "migration.sql"))
		return false;
	name = dbc_copy(reader->host, file->name, (size_t) (slash - file->name));
	dbc_format_set_file(
		dbc_format_start_migration(reader, name, title_of(name)), true, file);
	return true;
}

const dbc_format_type dbc_format_prisma = {.name = "prisma",
										   .files = "<name>/migration.sql",
										   .claims = claims_prisma,
										   .read = read_prisma,
										   .parts = 2,
										   .order = DBC_BY_TEXT,
										   .text_versions = true};

/* ---- Drizzle ---- */

#define JOURNAL "_journal.json"

static bool
claims_drizzle(const dbc_file *file)
{
	return dbc_same(file->name, "meta/" JOURNAL) ||
		   dbc_ends_with(file->name, "/meta/" JOURNAL);
}

/* Fails for a journal that is not one. */
static _Noreturn void
refuse_journal(dbc_format_reader *reader, const dbc_file *file)
{
	dbc_fail(reader->host, DBC_SYNTAX_ERROR, NULL,
			 "Restore the file as drizzle-kit has written it.",
			 "file \"%s\" is not a journal of drizzle", file->path);
}

/* Adds the migration of an entry of the journal. */
static void
add_entry(dbc_format_reader *reader, const dbc_file *journal, const char *root,
		  const dbc_json_item *entry, int number)
{
	dbc_host *host = reader->host;
	const char *tag =
		entry->kind == DBC_I_OBJECT
			? dbc_json_string_or_null(host, dbc_json_member(entry, "tag"))
			: NULL;
	const dbc_file *file;
	dbc_format_registration *m;

	if (!tag || !*tag)
		refuse_journal(reader, journal);
	file =
		dbc_format_find_file(reader, dbc_format(host, "%s%s.sql", root, tag));
	if (!file)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "Restore the file, or generate the migration again.",
				 "file \"%s\" lists migration \"%s\", whose file does not "
				 "exist",
				 journal->path, tag);
	m = dbc_format_start_migration(reader, tag, title_of(tag));
	m->number = dbc_format(host, "%d", number);
	dbc_format_set_file(m, true, file);
}

/* Reads the journal; the other files are read because it has them. */
static bool
read_drizzle(dbc_format_reader *reader, const dbc_file *file)
{
	const char *root;
	dbc_value json;
	const dbc_json_item *entries;
	const dbc_json_item *entry;
	int number = 0;

	if (!claims_drizzle(file))
		return true;
	root = dbc_copy(reader->host, file->name,
					strlen(file->name) - strlen("meta/" JOURNAL));
	json = dbc_json(dbc_format_file_text(file));
	entries = dbc_json_find(reader->host, &json, "entries");
	if (!entries || entries->kind != DBC_I_ARRAY)
		refuse_journal(reader, file);
	for (entry = entries + 1; entry < dbc_json_next(entries);
		 entry = dbc_json_next(entry))
		add_entry(reader, file, root, entry, ++number);
	return true;
}

/* Files that the journal does not have are not run. */
static void
finish_drizzle(dbc_format_reader *reader)
{
	for (int i = 0; i < reader->nfiles; i++)
	{
		const dbc_file *file = &reader->files[i];
		bool known = !dbc_ends_with(file->name, ".sql");

		for (int k = 0; !known && k < reader->count; k++)
			known = dbc_same(reader->found[k].up_file, file->path);
		if (!known)
			dbc_format_add_name(reader->host, &reader->ignored, file->path);
	}
}

const dbc_format_type dbc_format_drizzle = {
	.name = "drizzle",
	.files = "<name>.sql and listed in meta/_journal.json",
	.claims = claims_drizzle,
	.read = read_drizzle,
	.all_files = true,
	.no_file_versions = true,
	.order = DBC_BY_VALUE,
	.text_versions = true,
	.finish = finish_drizzle};
