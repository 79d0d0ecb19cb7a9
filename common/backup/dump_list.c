/*
 * dump_list.c
 *	  [PG] What a plain role restores of a dump.
 */
#include "common/backup/dump_list.h"

#include <string.h>

#include "common/backup/catalog.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"

/* Bytes of the contents of a dump. */
#define LONGEST_LIST (64 * 1024 * 1024)

/* Runs pg_restore on the dump with these options; NULL, with the reason in
 * *proof, if it fails. */
static const char *
read_dump(const dbc_filling *fill, dbc_program *program, const char *too_large,
		  dbc_backup_proof *proof)
{
	dbc_program_end end;

	program->most = LONGEST_LIST;
	*proof = dbc_backup_dump_run(fill->host, fill->work, program, &end);
	if (end.cut)
		proof->unknown = too_large;
	return proof->problem || proof->unknown ? NULL : end.output;
}

/* The next line of a text, or NULL. */
static const char *
next_line(dbc_host *host, const char **text)
{
	size_t length = strcspn(*text, "\n");
	const char *line = dbc_copy(host, *text, length);

	if (!**text)
		return NULL;
	*text += length + ((*text)[length] == '\n');
	return line;
}

/* ---- extensions ---- */

static dbc_lexeme
lexeme_after(const dbc_lexeme *lexeme)
{
	return dbc_scan_sql(lexeme->text + lexeme->length, DBC_ON_POSTGRESQL);
}

/* Reads a statement that creates an extension: CREATE EXTENSION IF NOT EXISTS
 * name WITH SCHEMA schema.  The text is the dump's, and never run. */
static dbc_dump_extension
read_extension(dbc_host *host, const char *line)
{
	dbc_dump_extension extension = {0};
	dbc_lexeme at = dbc_scan_sql(line, DBC_ON_POSTGRESQL);

	while (dbc_lexeme_is_one_of(&at, " create extension if not exists "))
		at = lexeme_after(&at);
	extension.name = dbc_backup_dump_read_name(host, &at);
	for (; at.kind != DBC_LEX_END; at = lexeme_after(&at))
		if (dbc_lexeme_is_one_of(&at, " schema "))
		{
			at = lexeme_after(&at);
			extension.schema = dbc_backup_dump_read_name(host, &at);
			break;
		}
	return extension;
}

bool
dbc_backup_dump_read_extensions(const dbc_filling *fill,
								dbc_dump_extensions *extensions,
								dbc_backup_proof *proof)
{
	dbc_program program = {0};
	const char *text;
	const char *line;

	*extensions = (dbc_dump_extensions){0};
	dbc_backup_program_add(fill->host, &program, "--schema-only");
	dbc_backup_program_add(fill->host, &program, "--section=pre-data");
	dbc_backup_program_add(fill->host, &program, "--file=-");
	text =
		read_dump(fill, &program, "its schema is too large to be read", proof);
	if (!text)
		return false;
	while ((line = next_line(fill->host, &text)))
	{
		if (!dbc_starts_with(line, "CREATE EXTENSION "))
			continue;
		extensions->list =
			dbc_grow(fill->host, extensions->list, (size_t) extensions->count,
					 sizeof(*extensions->list));
		extensions->list[extensions->count++] =
			read_extension(fill->host, line);
	}
	return true;
}

/* ---- the list ---- */

/* Whether a line of the list names the schema of an extension, which exists
 * before: "5; 2615 16386 SCHEMA - name owner". */
static bool
is_made_before(dbc_host *host, const dbc_dump_extensions *extensions,
			   const char *line)
{
	static const char mark[] = " SCHEMA - ";
	const char *name = strstr(line, mark);
	const char *end;

	if (!name || *line == ';')
		return false;
	name += strlen(mark);
	/* the owner is the last word; a name can have blanks */
	end = strrchr(name, ' ');
	if (!end)
		return false;
	name = dbc_copy(host, name, (size_t) (end - name));
	for (int i = 0; i < extensions->count; i++)
		if (extensions->list[i].schema &&
			dbc_same(extensions->list[i].schema, name))
			return true;
	return false;
}

bool
dbc_backup_dump_write_list(dbc_filling *fill, dbc_backup_files *files,
						   int directory, const char *path,
						   const dbc_dump_extensions *extensions,
						   dbc_backup_proof *proof)
{
	dbc_program program = {0};
	dbc_buffer kept;
	const char *text;
	const char *line;

	dbc_backup_program_add(fill->host, &program, "--list");
	text = read_dump(fill, &program, "it has too many objects", proof);
	if (!text)
		return false;
	dbc_buffer_init(&kept, fill->host);
	while ((line = next_line(fill->host, &text)))
		if (!is_made_before(fill->host, extensions, line))
			dbc_append_format(&kept, "%s\n", line);
	dbc_backup_write_text(fill->host, files, directory, "list", kept.data);
	fill->list = dbc_format(fill->host, "%s/list", path);
	return true;
}
