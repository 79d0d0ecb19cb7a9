/*
 * gen.c
 *	  Build tool: prints what is made from the .def files.
 *
 *	  gen install-sql		the install script of the PostgreSQL extension
 *	  gen reference FILE	rewrites the marked part of FILE, a README
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/health/settings.h"
#include "common/lint/run.h"

#define BEGIN_MARK "<!-- reference: begin -->\n"
#define END_MARK   "<!-- reference: end -->\n"

/* Ends the build with a message. */
static void
die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("gen: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

/* Prints text with one character of it put in front of each like it, or, for
 * another escape, that one. */
static void
print_escaped(const char *text, char special, char escape)
{
	for (; *text; text++)
	{
		if (*text == special)
			putchar(escape);
		putchar(*text);
	}
}

/* ---- the install script ---- */

/* Whether a function takes a version. */
static bool
takes_version(const dbc_function *fn)
{
	const dbc_field *arg;

	for (arg = fn->args; arg->type != DBC_T_END; arg++)
		if (arg->type == DBC_T_VERSION)
			return true;
	return false;
}

/* The type of an argument; versions are numbers in the twin that refuses. */
static const char *
argument_type(const dbc_field *arg, bool twin)
{
	return twin && arg->type == DBC_T_VERSION
			   ? "numeric"
			   : dbc_type_name(arg->type, DBC_ON_POSTGRESQL);
}

/* Prints a name with the types of the arguments. */
static void
print_signature(const dbc_function *fn, bool twin)
{
	const dbc_field *arg;

	printf("%s(", fn->name);
	for (arg = fn->args; arg->type != DBC_T_END; arg++)
		printf("%s%s", arg == fn->args ? "" : ", ", argument_type(arg, twin));
	if (fn->class == DBC_PROC)
		printf("%sinout jsonb", arg == fn->args ? "" : ", ");
	printf(")");
}

/* Prints what CREATE FUNCTION calls a result. */
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

/* Prints a function, or the twin that refuses a number as its version. */
static void
print_function(const dbc_function *fn, bool twin)
{
	static const char *const volatility[] = {" immutable parallel safe",
											 " stable parallel unsafe",
											 " volatile parallel unsafe", ""};
	bool procedure = fn->class == DBC_PROC;
	const dbc_field *arg;

	printf("\ncreate %s %s(", procedure ? "procedure" : "function", fn->name);
	for (arg = fn->args; arg->type != DBC_T_END; arg++)
		printf("%s\n\t%s %s%s", arg == fn->args ? "" : ",", arg->name,
			   argument_type(arg, twin),
			   arg->optional && !(twin && arg->type == DBC_T_VERSION)
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
		   twin ? "dbcare_refuse_number" : fn->name);
	printf("comment on %s ", procedure ? "procedure" : "function");
	print_signature(fn, twin);
	printf(" is\n\t'");
	print_escaped(twin ? "Refuses a number given as a version." : fn->doc, '\'',
				  '\'');
	puts("';");
	if (dbc_class_writes(fn->class))
	{
		printf("revoke all on routine ");
		print_signature(fn, twin);
		puts(" from public;");
	}
}

/* Prints the install script. */
static void
print_install_sql(void)
{
	int i;

	puts("/* Made by gen from common/core/api.def. */\n\n"
		 "\\echo Use \"create extension dbcare\" to load this file. \\quit");
	for (i = 0; i < dbc_nfunctions; i++)
	{
		const dbc_function *fn = &dbc_functions[i];

		if (!(fn->engines & DBC_ON_POSTGRESQL))
			continue;
		print_function(fn, false);
		if (takes_version(fn))
			print_function(fn, true);
	}
	puts("\ncreate function dbcare_record_change()\nreturns event_trigger\n"
		 "language c\nas 'MODULE_PATHNAME', 'dbcare_record_change';\n"
		 "comment on function dbcare_record_change() is\n"
		 "\t'For the event triggers of dbmigrate_watch().';\n"
		 "revoke all on routine dbcare_record_change() from public;");
}

/* ---- the reference ---- */

/* Engines in words; nothing for both. */
static const char *
engine_words(int engines)
{
	if (engines == DBC_ON_BOTH)
		return "";
	return engines == DBC_ON_POSTGRESQL ? "PostgreSQL" : "SQLite";
}

/* Prints a table of arguments or columns, unless there are none. */
static void
print_fields(const char *title, const dbc_field *field)
{
	if (field->type == DBC_T_END)
		return;
	printf("\n| %s | type | |\n|---|---|---|\n", title);
	for (; field->type != DBC_T_END; field++)
	{
		printf("| `%s` | %s%s | ", field->name,
			   dbc_type_name(field->type, DBC_ON_BOTH),
			   field->optional ? ", optional" : "");
		print_escaped(field->doc, '|', '\\');
		puts(" |");
	}
}

/* Prints the heading of a function: how it is called. */
static void
print_call(const dbc_function *fn)
{
	const dbc_field *arg;
	int brackets = 0;

	printf("\n#### `%s(", fn->name);
	for (arg = fn->args; arg->type != DBC_T_END; arg++)
	{
		if (arg->optional)
		{
			printf("%s", arg == fn->args ? "[" : " [");
			brackets++;
		}
		printf("%s%s", arg == fn->args ? "" : ", ", arg->name);
	}
	while (brackets-- > 0)
		putchar(']');
	puts(")`\n");
}

/* Prints the reference of one function. */
static void
print_function_reference(const dbc_function *fn)
{
	print_call(fn);
	printf("%s\n\n*%s*, gives %s", fn->doc, dbc_class_name(fn->class),
		   dbc_type_name(fn->result, DBC_ON_BOTH));
	if (fn->engines != DBC_ON_BOTH)
		printf("; %s only", engine_words(fn->engines));
	puts(".");
	print_fields("argument", fn->args);
	print_fields("column", fn->columns);
}

/* Prints the reference of all functions, area by area. */
static void
print_functions_reference(void)
{
	const char *area = "";
	size_t length = 0;
	int i;

	puts("Types are those of the engine: `json` is jsonb in PostgreSQL and "
		 "JSON text in SQLite, `timestamp` is timestamptz or\nISO 8601 text "
		 "in UTC, `bool` is boolean or 0 and 1, `any` is any scalar. Functions "
		 "that give rows are called in FROM.\nWhat is *PROC* is called as "
		 "`CALL f(...)` in PostgreSQL, where it is a procedure whose last "
		 "argument is its result,\nand as `SELECT f(...)` in SQLite.");
	for (i = 0; i < dbc_nfunctions; i++)
	{
		const dbc_function *fn = &dbc_functions[i];

		if (strncmp(fn->name, area, length + 1) != 0 || length == 0)
		{
			area = fn->name;
			length = strcspn(area, "_");
			printf("\n### Functions `%.*s_*`\n", (int) length, area);
		}
		print_function_reference(fn);
	}
}

/* Prints the reference of the settings. */
static void
print_settings_reference(void)
{
	static const char *const types[] = {"text", "bool", "integer", "number",
										"text"};
	int i;

	puts("\n### Settings\n\n"
		 "`dbcare_set(name, value)` stores a setting for the database. In "
		 "PostgreSQL the configuration\nparameter `dbcare.<name>` wins over "
		 "it. Every check has three more: `check_<id>_enabled`,\n"
		 "`check_<id>_warning` and `check_<id>_critical`.\n\n"
		 "| setting | type | default | |\n|---|---|---|---|");
	for (i = 0; i < dbc_nsettings; i++)
	{
		const dbc_setting *setting = &dbc_settings[i];

		printf("| `%s` | %s | %s | ", setting->name, types[setting->type],
			   setting->default_value ? setting->default_value : "");
		print_escaped(setting->description, '|', '\\');
		puts(" |");
	}
}

/* Prints a threshold as a cell. */
static void
print_threshold(double threshold)
{
	if (isnan(threshold))
		printf(" |");
	else
		printf(" %.15g |", threshold);
}

/* Prints the catalogue of checks. */
static void
print_checks_reference(void)
{
	int i;

	puts("\n### Health checks\n\n"
		 "A value at or above a threshold has that severity; where there is "
		 "none, the check decides by\nwhat it finds. Checks of level `full` "
		 "read data and run only when asked to.\n\n"
		 "| check | category | warning | critical | unit | level | engine | |\n"
		 "|---|---|---|---|---|---|---|---|");
	for (i = 0; i < dbc_health_nchecks; i++)
	{
		const dbc_health_check *check = &dbc_health_checks[i];

		printf("| `%s` | %s |", check->id,
			   dbc_health_categories[check->category]);
		print_threshold(check->warning);
		print_threshold(check->critical);
		printf(" %s | %s | %s | ", check->unit ? check->unit : "",
			   check->level == DBC_LEVEL_FULL ? "full" : "fast",
			   engine_words(check->engines));
		print_escaped(check->description, '|', '\\');
		puts(" |");
	}
}

/* Prints the names other tools give a rule. */
static void
print_aliases(const char *aliases)
{
	const char *name = aliases + strspn(aliases, " ");

	while (*name)
	{
		const size_t length = strcspn(name, " ");

		printf("%s`%.*s`", name == aliases + 1 ? "" : ", ", (int) length, name);
		name += length;
		name += strspn(name, " ");
	}
}

/* Prints the rules of dbmigrate_lint. */
static void
print_rules_reference(void)
{
	int i;

	puts(
		"\n### Lint rules\n\n"
		"Severity is how bad a finding is at its worst: what takes as long as "
		"a table is large is only an `error`\non a table of "
		"`lint_large_table_mb` or more, `info` below a hundredth of it, and "
		"nothing where the table is\nempty, new in the script or temporary. "
		"An optional rule runs only when the option `rules` names it. Comments "
		"that\nsuppress a rule: `-- dbcare: ignore RULE[, RULE ...]` before "
		"or behind a statement, `-- dbcare: ignore-file RULE ...`\nfor the "
		"script; those of squawk, eugene and Atlas count as well, by the names "
		"in the last column.\n\n"
		"| rule | severity | engine | why | known as |\n"
		"|---|---|---|---|---|");
	for (i = 0; i < DBC_NRULES; i++)
	{
		const dbc_lint_rule *rule = &dbc_lint_rules[i];

		printf("| `%s` | %s%s | %s | ", rule->id,
			   dbc_lint_severity_name(rule->severity),
			   rule->optional ? ", optional" : "", engine_words(rule->engines));
		print_escaped(rule->why, '|', '\\');
		printf(" | ");
		print_aliases(rule->aliases);
		puts(" |");
	}
}

/* The whole of a file. */
static char *
read_file(const char *path)
{
	size_t room = 1 << 22;
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, room);

	if (!file || !text)
		die("cannot read %s: %s", path, strerror(errno));
	if (fread(text, 1, room - 1, file) == room - 1)
		die("%s is too large", path);
	fclose(file);
	return text;
}

/* Rewrites what is between the marks of a file. */
static void
rewrite_reference(const char *path)
{
	char *text = read_file(path);
	char *begin = strstr(text, BEGIN_MARK);
	char *end = begin ? strstr(begin, END_MARK) : NULL;

	if (!end)
		die("%s has no lines %sand %s", path, BEGIN_MARK, END_MARK);
	if (!freopen(path, "wb", stdout))
		die("cannot write %s: %s", path, strerror(errno));
	fwrite(text, 1, (size_t) (begin - text) + strlen(BEGIN_MARK), stdout);
	print_functions_reference();
	print_settings_reference();
	print_checks_reference();
	print_rules_reference();
	putchar('\n');
	fputs(end, stdout);
	free(text);
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "install-sql") == 0)
		print_install_sql();
	else if (argc == 3 && strcmp(argv[1], "reference") == 0)
		rewrite_reference(argv[2]);
	else
		die("usage: gen install-sql | gen reference FILE");
	if (fflush(stdout) != 0 || ferror(stdout))
		die("cannot write: %s", strerror(errno));
	return 0;
}
