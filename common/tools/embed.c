/*
 * embed.c
 *	  Build tool: turns the .sql files of an engine into one C table, and other
 *	  files into C strings.
 *
 *	  embed text SYMBOL FILE
 *
 * prints a file that defines SYMBOL, the text of FILE, and
 *
 *	  embed postgresql|wire|sqlite SYMBOL DIRECTORY ...
 *
 * prints a file that defines SYMBOL (a sorted array of dbc_sql) and
 * SYMBOL_count.  A file DIRECTORY/<room>/sql/<name>.sql gets the name
 * <room>/<name>.  Its first line declares the columns of its result,
 *
 *	  -- columns: name, value
 *
 * or "none"; dbc_query() fails for a result of another shape.  A file
 * DIRECTORY/<room>/packs/<pack>/<name>.<any> gets the name
 * <room>/<pack>/<name>; it has no such line.
 *
 * Macros in braces are replaced by the SQL of the engine:
 *
 *	  {.table}              a table of dbcare
 *	  {postgresql:SQL}      SQL for one engine only; {sqlite:SQL} likewise
 *	  {iso:column}          a timestamp as ISO 8601 text
 *	  {exact_iso:column}    the same as it is hashed, for the log of changes
 *	  {exact:column}        a text as it is hashed: on SQLite also what is
 *	                        behind a NUL
 *	  {utc:column}          the same for a table of another tool, where an
 *	                        SQLite integer is in milliseconds since 1970
 *	  {history:name}        a number of $8, see health/check.h
 *	  {real:x}              a number beside a double precision
 *	  {shown:name}          a name as the user would write it, on SQLite
 *	  {user_schema:n}       the row n of pg_namespace is a user schema
 *	  {quickly_rewritten:c} the table in row c of pg_class is small
 *	  {vacuumed_lately:c}   autovacuum keeps up with the table in row c, which
 *	                        was vacuumed in the last ten minutes;
 *	                        {analyzed_lately:c} likewise
 *	  {not_in_extension:x}  the relation with OID x does not belong to an
 *	                        extension
 *	  {sharded:x}           Citus has the rows of the table with OID x in shards
 *	  {next:sequence}       the number of a new row, on PostgreSQL the next one
 *	                        of a sequence of dbcare; see numbers below
 *
 * The others are in words.h.  On SQLite dbcare's tables are STRICT, which
 * allows fewer types: in the DDL of core/tables_<n>.sql "bigint" becomes "int",
 * which is no rowid alias, "double precision" becomes "real", and "strict" is
 * appended to a line that is only ")".
 *
 * nextval() would change what lastval() says in the session of a user, so in
 * the extension {next:sequence} is a parameter after those of the caller, for
 * which the host draws the numbers; see pg_ext/core/number.c.  Over a
 * connection, the session is dbcare's.
 *
 * Statements that write dbcare's tables run as their owner, see writes.c.  One
 * that reads them does so if its second line is "-- as owner".  Results of one
 * whose second line is "-- kept" are kept by a session, see keeps.c.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tools/keeps.h"
#include "common/tools/words.h"
#include "common/tools/writes.h"

typedef struct sql_file
{
	char *name;
	char *text;
	const char *columns; /* as declared in the first line */
	int nparameters;
	char *numbers; /* sequences of {next:sequence}, separated by blanks */
	bool as_owner;
	bool is_kept;
} sql_file;

#define NEXT "{next:"

static sql_file files[1000];
static int nfiles;
static int on_sqlite;
static int over_wire;

/* Ends the build with a message. */
static void
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("embed: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

/* Reads a file. */
static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	size_t length;

	if (!file || !text)
		die("cannot read %s: %s", path, strerror(errno));
	length = fread(text, 1, (1 << 20) - 1, file);
	if (!feof(file) && fgetc(file) != EOF)
		die("%s is larger than a megabyte", path);
	fclose(file);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* Appends length bytes to the growing text at *end. */
static void
put(char **end, const char *text, size_t length)
{
	memcpy(*end, text, length);
	*end += length;
}

/* Replaces the macro at the start of text; returns the rest of the text. */
static const char *
replace_word(const char *text, const char *path, char **end)
{
	const char *close = strchr(text, '}');
	size_t i;

	if (!close)
		die("%s: a brace is not closed", path);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		const char *name = words[i].name;
		const char *own = on_sqlite ? words[i].sqlite : words[i].postgresql;

		if (strncmp(text, name, strlen(name)) != 0)
			continue;
		put(end, own, strlen(own));
		return text + strlen(name);
	}
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
	{
		size_t length = strlen(calls[i].name);
		const char *own = on_sqlite ? calls[i].sqlite : calls[i].postgresql;

		if (strncmp(text, calls[i].name, length) != 0)
			continue;
		for (; *own; own++)
			if (*own == '@')
				put(end, text + length, (size_t) (close - text) - length);
			else
				put(end, own, 1);
		return close + 1;
	}
	/* a brace of the SQL itself, as in '{}' */
	put(end, text, 1);
	return text + 1;
}

/* Replaces all macros of a text. */
static char *
replace_words(const char *text, const char *path)
{
	char *result = calloc(1, 1 << 21);
	char *end = result;

	if (!result)
		die("out of memory");
	while (*text)
	{
		if (*text == '{')
			text = replace_word(text, path, &end);
		else
			put(&end, text++, 1);
	}
	return result;
}

/* Converts the DDL of dbcare's tables to STRICT tables. */
static char *
make_strict(const char *text)
{
	static const char *const words[][2] = {{"bigint", "int"},
										   {"double precision", "real"},
										   {"\n);", "\n) strict;"}};
	char *result = calloc(1, 1 << 21);
	char *end = result;
	size_t i;

	if (!result)
		die("out of memory");
	while (*text)
	{
		for (i = 0; i < 3; i++)
			if (strncmp(text, words[i][0], strlen(words[i][0])) == 0)
				break;
		if (i == 3)
		{
			put(&end, text++, 1);
			continue;
		}
		put(&end, words[i][1], strlen(words[i][1]));
		text += strlen(words[i][0]);
	}
	return result;
}

/* Removes the first line, which declares the columns. */
static void
take_columns(sql_file *file, const char *path)
{
	static const char mark[] = "-- columns: ";
	char *end = strchr(file->text, '\n');

	if (strncmp(file->text, mark, strlen(mark)) != 0 || !end)
		die("%s: the first line must be \"%snone\", or with their names "
			"\"%sname, value\"",
			path, mark, mark);
	*end = '\0';
	file->columns = file->text + strlen(mark);
	file->text = end + 1;
}

/* The number of columns in a list. */
static int
count_columns(const char *columns)
{
	int n = strcmp(columns, "none") != 0;

	for (; *columns; columns++)
		n += *columns == ',';
	return n;
}

/* The highest n of a parameter $n, except in comments. */
static int
count_parameters(const char *text)
{
	int highest = 0;

	for (; *text; text++)
	{
		const char *close = NULL;

		if (strncmp(text, "--", 2) == 0)
			close = strchr(text, '\n');
		else if (strncmp(text, "/*", 2) == 0)
			close = strstr(text, "*/");
		else if (*text == '$' && atoi(text + 1) > highest)
			highest = atoi(text + 1);
		if (close)
			text = close;
	}
	return highest;
}

/* A formatted text. */
static char *
make_text(const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = calloc(1, (size_t) length + 1);
	if (!text)
		die("out of memory");
	va_start(args, format);
	vsnprintf(text, (size_t) length + 1, format, args);
	va_end(args);
	return text;
}

/* Replaces {next:sequence}. */
static void
take_numbers(sql_file *file, const char *path)
{
	int highest = file->nparameters;
	char *at;

	while ((at = strstr(file->text, NEXT)) != NULL)
	{
		char *name = at + strlen(NEXT);
		char *end = strchr(name, '}');
		char *value;

		if (!end)
			die("%s: a brace is not closed", path);
		*at = *end = '\0';
		if (on_sqlite)
			value = "null";
		else if (over_wire)
			value = make_text("pg_catalog.nextval('dbcare.%s')", name);
		else
		{
			value = make_text("$%d", ++highest);
			file->numbers = make_text("%s%s%s", file->numbers,
									  *file->numbers ? " " : "", name);
		}
		file->text = make_text("%s%s%s", file->text, value, end + 1);
	}
}

/* Adds the text of a file. */
static sql_file *
add_text(char *name, const char *path)
{
	if (nfiles == (int) (sizeof(files) / sizeof(files[0])))
		die("too many files");
	files[nfiles].name = name;
	files[nfiles].text = replace_words(read_file(path), path);
	files[nfiles].nparameters = count_parameters(files[nfiles].text);
	files[nfiles].numbers = "";
	return &files[nfiles++];
}

/* Whether a file is the DDL of a version of dbcare's tables. */
static bool
is_ddl(const char *room, const char *file)
{
	return strcmp(room, "core") == 0 && strncmp(file, "tables_", 7) == 0 &&
		   isdigit((unsigned char) file[7]);
}

/* Marks a statement that runs as the owner of dbcare's tables. */
static void
mark_owner(sql_file *file, const char *path)
{
	static const char mark[] = "-- as owner\n";
	const char *problem;
	char word[64];

	file->as_owner = strncmp(file->text, mark, strlen(mark)) == 0;
	if (writes_own_tables(file->text, file->as_owner, &problem, word))
		file->as_owner = true;
	if (problem)
		die("%s: %s: %s", path, problem, word);
}

/* Marks a statement whose results are kept. */
static void
mark_kept(sql_file *file, const char *path)
{
	static const char mark[] = "-- kept\n";
	const char *problem;
	char word[64];

	file->is_kept = strncmp(file->text, mark, strlen(mark)) == 0;
	problem = file->is_kept ? find_unkept(file->text, on_sqlite, word) : NULL;
	if (problem)
		die("%s: %s: %s", path, problem, word);
}

/* Reads a file of a room. */
static void
add_file(const char *directory, const char *room, const char *file)
{
	size_t length = strlen(file);
	char *path = make_text("%s/%s", directory, file);
	sql_file *added;

	if (length < 5 || strcmp(file + length - 4, ".sql") != 0)
		return;
	added =
		add_text(make_text("%s/%.*s", room, (int) (length - 4), file), path);
	take_columns(added, path);
	take_numbers(added, path);
	if (on_sqlite && is_ddl(room, file))
		added->text = make_strict(added->text);
	if (!on_sqlite && !is_ddl(room, file))
		mark_owner(added, path);
	if (!over_wire && !is_ddl(room, file))
		mark_kept(added, path);
}

/* Reads a file of a pack. */
static void
add_pack_file(const char *directory, const char *pack, const char *file)
{
	int length = (int) strcspn(file, ".");

	add_text(make_text("%s/%.*s", pack, length, file),
			 make_text("%s/%s", directory, file))
		->columns = "none";
}

/* Calls add(path, name, entry) with each entry of a directory, if there is
 * one. */
static void
for_each(const char *path, const char *name,
		 void (*add)(const char *, const char *, const char *))
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			add(path, name, entry->d_name);
	closedir(dir);
}

/* Reads the files of a pack of a room. */
static void
add_pack(const char *directory, const char *room, const char *pack)
{
	for_each(make_text("%s/%s", directory, pack),
			 make_text("%s/%s", room, pack), add_pack_file);
}

/* Reads the files of one room. */
static void
add_room(const char *directory, const char *unused, const char *room)
{
	(void) unused;
	for_each(make_text("%s/%s/sql", directory, room), room, add_file);
	for_each(make_text("%s/%s/packs", directory, room), room, add_pack);
}

/* Prints text as a C string literal, one per line. */
static void
print_string(const char *text)
{
	fputs("\n\t \"", stdout);
	for (; *text; text++)
	{
		if (*text == '\n')
			fputs(text[1] ? "\\n\"\n\t \"" : "\\n", stdout);
		else if (*text == '\t')
			fputs("\\t", stdout);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else
			putchar(*text);
	}
	putchar('"');
}

/* For qsort(): the order in which dbc_find_sql() searches. */
static int
compare_files(const void *left, const void *right)
{
	return strcmp(((const sql_file *) left)->name,
				  ((const sql_file *) right)->name);
}

/* Prints a text file as a C string. */
static void
print_text(const char *symbol, const char *path)
{
	printf("/* Made by embed from %s. */\n"
		   "extern const char %s[];\n\nconst char %s[] =",
		   path, symbol, symbol);
	print_string(read_file(path));
	puts(";");
}

int
main(int argc, char **argv)
{
	int i;

	if (argc < 4)
		die("usage: embed postgresql|wire|sqlite SYMBOL DIRECTORY ...\n"
			"       embed text SYMBOL FILE");
	if (strcmp(argv[1], "text") == 0)
	{
		print_text(argv[2], argv[3]);
		return 0;
	}
	on_sqlite = strcmp(argv[1], "sqlite") == 0;
	over_wire = strcmp(argv[1], "wire") == 0;
	for (i = 3; i < argc; i++)
		for_each(argv[i], NULL, add_room);
	qsort(files, (size_t) nfiles, sizeof(files[0]), compare_files);
	printf("/* Made by embed from the .sql files. */\n"
		   "#include \"common/core/dbc.h\"\n\n"
		   "extern const dbc_sql %s[];\nextern const int %s_count;\n\n"
		   "const dbc_sql %s[] = {\n",
		   argv[2], argv[2], argv[2]);
	for (i = 0; i < nfiles; i++)
	{
		if (i > 0 && strcmp(files[i].name, files[i - 1].name) == 0)
			die("two files are called %s", files[i].name);
		printf("\t{\"%s\",", files[i].name);
		print_string(files[i].text);
		printf(",\n\t \"%s\", %d, %d, %s, \"%s\", %s},\n", files[i].columns,
			   count_columns(files[i].columns), files[i].nparameters,
			   files[i].as_owner ? "true" : "false", files[i].numbers,
			   files[i].is_kept ? "true" : "false");
	}
	printf("};\n\nconst int %s_count = %d;\n", argv[2], nfiles);
	return 0;
}
