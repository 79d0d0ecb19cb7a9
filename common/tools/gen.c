/*
 * gen.c
 *	  Build tool: generates SQL and documentation from the .def files.
 *
 *	  gen install-sql			the install script of the PostgreSQL extension
 *	  gen upgrade-sql OLD NEW	the update script between two install scripts
 *	  gen reference PAGE ...	rewrites the marked parts of pages of the manual
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tools/gen.h"

void
gen_die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("gen: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

void
gen_print_escaped(const char *text, char special, char escape)
{
	for (; *text; text++)
	{
		if (*text == special)
			putchar(escape);
		putchar(*text);
	}
}

char *
gen_read(const char *path)
{
	size_t room = 1 << 22;
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, room);

	if (!file || !text)
		gen_die("cannot read %s: %s", path, strerror(errno));
	if (fread(text, 1, room - 1, file) == room - 1)
		gen_die("%s is too large", path);
	fclose(file);
	return text;
}

/* ---- the install script ---- */

/* Overloads of a function for another type of an argument: one that rejects a
 * number as a version, one for a value that is text, and one for files that are
 * jsonb.  PostgreSQL prefers any function whose types are those of a call to
 * one that takes "any": the command passes text, for which no other function
 * can be created. */
typedef enum overload
{
	ALL,
	NUMBER,
	TEXT,
	FILES
} overload;

static bool
takes(const dbc_function *fn, dbc_type type)
{
	const dbc_field *arg;

	for (arg = fn->args; arg->type != DBC_T_END; arg++)
		if (arg->type == type)
			return true;
	return false;
}

static const char *
argument_type(const dbc_field *arg, overload overload)
{
	if (overload == NUMBER && arg->type == DBC_T_VERSION)
		return "numeric";
	if (overload == TEXT && arg->type == DBC_T_ANY)
		return "text";
	if (overload == FILES && arg->type == DBC_T_FILES)
		return "jsonb";
	return dbc_type_name(arg->type, DBC_ON_POSTGRESQL);
}

static void
print_signature(const dbc_function *fn, overload overload)
{
	const dbc_field *arg;

	printf("%s(", fn->name);
	for (arg = fn->args; arg->type != DBC_T_END; arg++)
		printf("%s%s", arg == fn->args ? "" : ", ",
			   argument_type(arg, overload));
	if (fn->class == DBC_PROC)
		printf("%sinout jsonb", arg == fn->args ? "" : ", ");
	printf(")");
}

/* Prints the RETURNS clause of a function. */
static void
print_result(const dbc_function *fn)
{
	const dbc_field *column;

	if (fn->result != DBC_T_ROWS)
	{
		printf("returns %s\n", dbc_type_name(fn->result, DBC_ON_POSTGRESQL));
		return;
	}
	puts("returns table (");
	for (column = fn->columns; column->type != DBC_T_END; column++)
		printf("\t%s %s%s\n", column->name,
			   dbc_type_name(column->type, DBC_ON_POSTGRESQL),
			   column[1].type == DBC_T_END ? ")" : ",");
}

static void
print_function(const dbc_function *fn, overload overload)
{
	static const char *const volatility[] = {
		" immutable parallel safe",	 " stable parallel unsafe",
		" volatile parallel unsafe", "",
		" volatile parallel unsafe", " volatile parallel unsafe"};
	bool procedure = fn->class == DBC_PROC;
	const dbc_field *arg;

	printf("\ncreate %s %s(", procedure ? "procedure" : "function", fn->name);
	for (arg = fn->args; arg->type != DBC_T_END; arg++)
		printf("%s\n\t%s %s%s", arg == fn->args ? "" : ",", arg->name,
			   argument_type(arg, overload),
			   arg->optional &&
					   !(overload == NUMBER && arg->type == DBC_T_VERSION)
				   ? " default null"
				   : "");
	if (procedure)
		printf("%s\n\tinout result %s default null)\n",
			   arg == fn->args ? "" : ",",
			   dbc_type_name(fn->result, DBC_ON_POSTGRESQL));
	else
	{
		puts(")");
		print_result(fn);
	}
	printf("language c%s\nas 'MODULE_PATHNAME', '%s';\n", volatility[fn->class],
		   overload == NUMBER ? "dbcare_refuse_number" : fn->name);
	printf("comment on %s ", procedure ? "procedure" : "function");
	print_signature(fn, overload);
	printf(" is\n\t'");
	gen_print_escaped(
		overload == NUMBER ? "Rejects a version passed as a number." : fn->doc,
		'\'', '\'');
	puts("';");
	if (dbc_class_is_granted(fn->class))
	{
		printf("revoke all on routine ");
		print_signature(fn, overload);
		puts(" from public;");
	}
}

/* Prints a function for triggers. */
static void
print_trigger_function(const char *name, const char *kind,
					   const char *description)
{
	printf("\ncreate function %1$s()\nreturns %2$s\nlanguage c\n"
		   "as 'MODULE_PATHNAME', '%1$s';\n"
		   "comment on function %1$s() is\n\t'%3$s';\n"
		   "revoke all on routine %1$s() from public;\n",
		   name, kind, description);
}

void
gen_begin_revoking(void)
{
	puts("\ndo $own$\n"
		 "declare\n"
		 "\tstatement text;\n"
		 "begin\n"
		 "\tfor statement in\n"
		 "\t\tselect pg_catalog.format('revoke all on routine %s from %I',\n"
		 "\t\t\tp.oid::pg_catalog.regprocedure, r.rolname)\n"
		 "\t\tfrom pg_catalog.pg_proc as p\n"
		 "\t\tcross join lateral pg_catalog.aclexplode(p.proacl) as a\n"
		 "\t\tjoin pg_catalog.pg_roles as r on r.oid operator(pg_catalog.=) "
		 "a.grantee\n"
		 "\t\t\tand r.oid operator(pg_catalog.<>) p.proowner");
}

void
gen_end_revoking(void)
{
	puts("\tloop\n"
		 "\t\texecute statement;\n"
		 "\tend loop;\n"
		 "end $own$;");
}

static void
print_install_sql(void)
{
	int i;

	puts("/* Made by gen from common/core/api.def. */\n\n"
		 "\\echo Use \"create extension dbcare\" to load this file. \\quit");
	for (i = 0; i < dbc_nfunctions; i++)
	{
		const dbc_function *fn = &dbc_functions[i];

		print_function(fn, ALL);
		if (takes(fn, DBC_T_VERSION))
			print_function(fn, NUMBER);
		if (takes(fn, DBC_T_ANY))
			print_function(fn, TEXT);
		if (takes(fn, DBC_T_FILES))
			print_function(fn, FILES);
	}
	print_trigger_function("dbcare_record_change", "event_trigger",
						   "For the event triggers of dbmigrate_watch().");
	print_trigger_function("dbcare_log_ddl", "event_trigger",
						   "For the event triggers of dbaudit_watch().");
	print_trigger_function("dbarchive_capture", "trigger",
						   "For the triggers of dbarchive_enable().");
	print_trigger_function("dbaudit_capture", "trigger",
						   "For the triggers of dbaudit_enable().");
	gen_begin_revoking();
	puts(
		"\t\tjoin pg_catalog.pg_depend as d on d.objid operator(pg_catalog.=) "
		"p.oid\n"
		"\t\t\tand d.classid operator(pg_catalog.=) "
		"'pg_catalog.pg_proc'::pg_catalog.regclass\n"
		"\t\tjoin pg_catalog.pg_extension as e on e.oid operator(pg_catalog.=) "
		"d.refobjid\n"
		"\t\t\tand d.refclassid operator(pg_catalog.=) "
		"'pg_catalog.pg_extension'::pg_catalog.regclass\n"
		"\t\twhere e.extname operator(pg_catalog.=) 'dbcare'");
	gen_end_revoking();
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "install-sql") == 0)
		print_install_sql();
	else if (argc == 4 && strcmp(argv[1], "upgrade-sql") == 0)
		gen_upgrade(argv[2], argv[3]);
	else if (argc > 2 && strcmp(argv[1], "reference") == 0)
		gen_reference(argv + 2, argc - 2);
	else
		gen_die("usage: gen install-sql | gen upgrade-sql OLD NEW | "
				"gen reference PAGE ...");
	if (fflush(stdout) != 0 || ferror(stdout))
		gen_die("cannot write: %s", strerror(errno));
	return 0;
}
