/*
 * dump_list.c
 *	  What a plain role restores of a dump.
 */
#include "pg_ext/backup/connection.h"
#include "pg_ext/backup/dump_list.h"

#include "commands/extension.h"
#include "storage/fd.h"

/* Bytes of the contents of a dump. */
#define LONGEST_LIST (64 * 1024 * 1024)

/* Runs pg_restore on the dump with these options; NULL, with the reason in
 * *proof, if it fails. */
static char *
read_dump(const dbc_filling *fill, dbc_program *program, const char *too_large,
		  dbc_backup_proof *proof)
{
	dbc_program_end outcome;

	program->most = LONGEST_LIST;
	*proof = dbc_dump_run(fill->host, fill->work, program, &outcome);
	if (outcome.cut)
		proof->unknown = too_large;
	return proof->problem || proof->unknown ? NULL : pstrdup(outcome.output);
}

/* ---- extensions ---- */

const char *
dbcpg_dump_schema_of(const CreateExtensionStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "schema") == 0)
			return defGetString(option);
	}
	return NULL;
}

/* Adds the statement of a line if it creates an extension.  The text is the
 * dump's: it is parsed, and never run. */
static void
add_extension(List **extensions, const char *line)
{
	List *trees;

	if (strncmp(line, "CREATE EXTENSION ", 17) != 0)
		return;
	trees = dbcpg_raw_parser(line);
	if (list_length(trees) == 1 &&
		IsA(linitial_node(RawStmt, trees)->stmt, CreateExtensionStmt))
		*extensions = lappend(*extensions, linitial_node(RawStmt, trees)->stmt);
}

bool
dbcpg_dump_read_extensions(const dbc_filling *fill, List **extensions,
						   dbc_backup_proof *proof)
{
	dbc_program program = {0};
	char *text;
	char *rest;

	*extensions = NIL;
	dbc_program_add(fill->host, &program, "--schema-only");
	dbc_program_add(fill->host, &program, "--section=pre-data");
	dbc_program_add(fill->host, &program, "--file=-");
	text =
		read_dump(fill, &program, "its schema is too large to be read", proof);
	if (!text)
		return false;
	for (char *line = strtok_r(text, "\n", &rest); line;
		 line = strtok_r(NULL, "\n", &rest))
		add_extension(extensions, dbcpg_from_core(line));
	return true;
}

/* ---- the list ---- */

static bool
is_schema_of_extension(List *extensions, const char *name)
{
	ListCell *cell;

	foreach (cell, extensions)
	{
		const char *schema = dbcpg_dump_schema_of(lfirst(cell));

		if (schema && strcmp(schema, name) == 0)
			return true;
	}
	return false;
}

/* Whether a line of the list names the schema of an extension, which exists
 * before: "5; 2615 16386 SCHEMA - name owner". */
static bool
is_made_before(List *extensions, const char *line)
{
	static const char mark[] = " SCHEMA - ";
	const char *name = strstr(line, mark);
	const char *end;

	if (!name || *line == ';')
		return false;
	name += strlen(mark);
	/* the owner is the last word; a name can have blanks */
	end = strrchr(name, ' ');
	return end && is_schema_of_extension(
					  extensions,
					  dbcpg_from_core(pnstrdup(name, (Size) (end - name))));
}

bool
dbcpg_dump_write_list(dbc_filling *fill, List *extensions,
					  const char *directory, dbc_backup_proof *proof)
{
	dbc_program program = {0};
	FILE *file;
	char *text;
	char *rest;

	dbc_program_add(fill->host, &program, "--list");
	text = read_dump(fill, &program, "it has too many objects", proof);
	if (!text)
		return false;
	fill->list = psprintf("%s/list", directory);
	file = AllocateFile(fill->list, PG_BINARY_W);
	if (!file)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m", fill->list));
	for (char *line = strtok_r(text, "\n", &rest); line;
		 line = strtok_r(NULL, "\n", &rest))
		if (!is_made_before(extensions, line))
			fprintf(file, "%s\n", line);
	if (FreeFile(file) != 0)
		ereport(ERROR, errcode_for_file_access(),
				errmsg("file \"%s\" cannot be written: %m", fill->list));
	return true;
}
