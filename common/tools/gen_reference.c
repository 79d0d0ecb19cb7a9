/*
 * gen_reference.c
 *	  Rewrites the generated parts of the manual's pages.
 *
 * A part is what is between two lines:
 *
 *	  <!-- reference: begin WORD ... -->
 *	  <!-- reference: end -->
 *
 * WORD is the name of a function, a prefix of names (dbhealth_*), or one of the
 * tables below.  A function is in one part: the one with its name, else the one
 * with a prefix of it.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/result.h"
#include "common/health/settings.h"
#include "common/lint/run.h"
#include "common/sample/sample.h"
#include "common/tools/gen.h"

/* Both are whole lines. */
#define BEGIN_MARK "\n<!-- reference: begin"
#define END_MARK   "\n<!-- reference: end -->\n"
#define MAX_PARTS  64

typedef struct part
{
	const char *path;
	const char *text;  /* of its page, from the end of the previous part */
	const char *words; /* of the begin mark, each surrounded by blanks */
	const char *end;   /* the end mark */
} part;

static part parts[MAX_PARTS];
static int nparts;

/* The name of an engine; empty for both. */
static const char *
engine_words(int engines)
{
	if (engines == DBC_ON_BOTH)
		return "";
	return engines == DBC_ON_POSTGRESQL ? "PostgreSQL" : "SQLite";
}

/* Prints a text as the last cell of a table row. */
static void
print_last_cell(const char *text)
{
	putchar(' ');
	gen_print_escaped(text, '|', '\\');
	puts(" |");
}

static void
print_settings(void)
{
	static const char *const types[] = {
		[DBC_SET_TEXT] = "text",		[DBC_SET_BOOL] = "bool",
		[DBC_SET_INT] = "integer",		[DBC_SET_REAL] = "number",
		[DBC_SET_TIME_OF_DAY] = "text", [DBC_SET_ENVIRONMENT] = "text"};
	int i;

	puts("| setting | type | default | |\n| --- | --- | --- | --- |");
	for (i = 0; i < dbc_nsettings; i++)
	{
		const dbc_setting *setting = &dbc_settings[i];

		printf("| `%s` | %s | %s |", setting->name, types[setting->type],
			   setting->default_value ? setting->default_value : "");
		print_last_cell(setting->description);
	}
}

/* Prints who may change each setting on PostgreSQL. */
static void
print_setters(void)
{
	static const char *const stored[] = {"each role that may call the function",
										 "the owner of dbcare's tables",
										 "the owner of dbcare's tables"};
	static const char *const parameter[] = {
		"any session", "any session; its user is recorded, too", "superusers"};

	puts("| setting | `dbcare_set()` | configuration parameter |\n"
		 "| --- | --- | --- |");
	for (int i = 0; i < dbc_nsettings; i++)
	{
		dbc_setter setter = dbc_settings[i].setter;

		printf("| `%s` | %s | %s |\n", dbc_settings[i].name, stored[setter],
			   parameter[setter]);
	}
	puts("| `check_*` | each role that may call the function | any session |");
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

static void
print_checks(void)
{
	int i;

	puts("| check | category | warning | critical | unit | level | engine | |\n"
		 "| --- | --- | --- | --- | --- | --- | --- | --- |");
	for (i = 0; i < dbc_health_nchecks; i++)
	{
		const dbc_health_check *check = &dbc_health_checks[i];

		printf("| `%s` | %s |", check->id,
			   dbc_health_categories[check->category]);
		print_threshold(check->warning);
		print_threshold(check->critical);
		printf(" %s | %s | %s |", check->unit ? check->unit : "",
			   check->level == DBC_LEVEL_FULL ? "full" : "fast",
			   engine_words(check->engines));
		print_last_cell(check->description);
	}
}

/* Prints the names of a rule in other tools. */
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

static void
print_rules(void)
{
	int i;

	puts("| rule | severity | engine | why | known as |\n"
		 "| --- | --- | --- | --- | --- |");
	for (i = 0; i < DBC_NRULES; i++)
	{
		const dbc_lint_rule *rule = &dbc_lint_rules[i];

		printf("| `%s` | %s%s | %s | ", rule->id,
			   dbc_lint_severity_name(rule->severity),
			   rule->optional ? ", optional" : "", engine_words(rule->engines));
		gen_print_escaped(rule->why, '|', '\\');
		printf(" | ");
		print_aliases(rule->aliases);
		puts(" |");
	}
}

/* Prints the measures of a sample. */
static void
print_measures(void)
{
	int i;

	puts("| measure | kind | engine | |\n| --- | --- | --- | --- |");
	for (i = 0; i < DBC_NMEASURES; i++)
	{
		const dbc_sample_measure_kind *measure = &dbc_sample_measures[i];

		printf("| `%s` | %s | %s |", measure->name,
			   measure->is_counter ? "counter" : "gauge",
			   engine_words(measure->engines));
		print_last_cell(measure->description);
	}
}

/* Whether a part has a word. */
static bool
has_word(const part *part, const char *format, int length, const char *text)
{
	char word[128];

	snprintf(word, sizeof(word), format, length, text);
	return strstr(part->words, word) != NULL;
}

/* How well a part fits a function: 2 for its name, 1 for a prefix. */
static int
fit_of(const part *part, const dbc_function *fn)
{
	if (has_word(part, " %.*s ", (int) strlen(fn->name), fn->name))
		return 2;
	return has_word(part, " %.*s_* ", (int) strcspn(fn->name, "_"), fn->name);
}

/* The part that contains a function. */
static const part *
part_of(const dbc_function *fn)
{
	const part *best = NULL;
	const part *other = NULL;
	const part *part;

	for (part = parts; part < parts + nparts; part++)
	{
		const int fit = fit_of(part, fn);

		if (!fit || (best && fit < fit_of(best, fn)))
			continue;
		other = best && fit == fit_of(best, fn) ? best : NULL;
		best = part;
	}
	if (!best)
		gen_die("no page has %s", fn->name);
	if (other)
		gen_die("both %s and %s have %s", other->path, best->path, fn->name);
	return best;
}

/* Prints the syntax of a function. */
static void
print_call(const dbc_function *fn)
{
	const dbc_field *arg;
	int brackets = 0;

	printf("\n### %s\n\n`%s(", fn->name, fn->name);
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
	printf(")` returns %s; class %s", dbc_type_name(fn->result, DBC_ON_BOTH),
		   dbc_class_name(fn->class));
	if (fn->engines != DBC_ON_BOTH)
		printf("; %s only", engine_words(fn->engines));
	printf(".\n\n%s\n", fn->doc);
}

/* Prints a table of arguments or columns, unless there are none. */
static void
print_fields(const char *title, const dbc_field *field)
{
	if (field->type == DBC_T_END)
		return;
	printf("\n| %s | type | |\n| --- | --- | --- |\n", title);
	for (; field->type != DBC_T_END; field++)
	{
		printf("| `%s` | %s%s |", field->name,
			   dbc_type_name(field->type, DBC_ON_BOTH),
			   field->optional ? ", optional" : "");
		print_last_cell(field->doc);
	}
}

/* Longer lists of choices are on pages of their own. */
#define MOST_CHOICES 24
/* Limits that no user meets are not shown. */
#define UNBOUNDED INT64_C(0x7fffffff)

/* Prints the type of an option with its limits as a cell. */
static void
print_option_type(const dbc_option *option)
{
	int count = 0;

	printf(" %s", dbc_option_type_name(option->type));
	while (option->choices && option->choices[count])
		count++;
	if (option->type == DBC_O_INT && option->maximum >= UNBOUNDED)
		printf(", at least %lld", (long long) option->minimum);
	else if (option->type == DBC_O_INT)
		printf(", %lld to %lld", (long long) option->minimum,
			   (long long) option->maximum);
	for (int i = 0; i < count && count <= MOST_CHOICES; i++)
		printf("%s `%s`", i == 0 ? ":" : ",", option->choices[i]);
	printf(" |");
}

/* Prints the table of a function's options, unless it has none. */
static void
print_options(const dbc_function *fn)
{
	if (!fn->options->name)
		return;
	puts("\n| option | type | default | |\n| --- | --- | --- | --- |");
	for (const dbc_option *option = fn->options; option->name; option++)
	{
		printf("| `%s` |", option->name);
		print_option_type(option);
		printf(" %s |", option->default_value ? option->default_value : "");
		if (option->engines != DBC_ON_BOTH)
			printf(" %s only.", engine_words((int) option->engines));
		print_last_cell(option->doc);
	}
}

/* Whether two lists have the same members. */
static bool
are_alike(const dbc_member *left, const dbc_member *right)
{
	for (; left->name && right->name; left++, right++)
		if (strcmp(left->name, right->name) != 0 || left->type != right->type)
			return false;
	return !left->name && !right->name;
}

/* Prints the rows of members, those of objects below them with their path,
 * unless an object before has the same. */
static void
print_members(const char *path, const dbc_member *members)
{
	for (const dbc_member *member = members; member->name; member++)
	{
		const dbc_member *like = members;
		char inner[256];

		snprintf(inner, sizeof(inner), "%s%s%s", path, member->name,
				 member->type == DBC_M_OBJECTS ? "[]" : "");
		while (like < member && !(member->members && like->members &&
								  are_alike(like->members, member->members)))
			like++;
		printf("| `%s` | %s%s |", inner, dbc_member_type_name(member->type),
			   member->presence == DBC_NULLABLE	   ? " or null"
			   : member->presence == DBC_SOMETIMES ? ", not always there"
												   : "");
		if (like < member)
			printf(" As `%s%s`:", path, like->name);
		print_last_cell(member->doc);
		if (member->members && like == member)
		{
			strncat(inner, ".", sizeof(inner) - strlen(inner) - 1);
			print_members(inner, member->members);
		}
	}
}

/* Prints the table of the members of a function's result, unless it has none.
 */
static void
print_result(const dbc_function *fn)
{
	if (!fn->members->name)
		return;
	puts("\n| member | type | |\n| --- | --- | --- |");
	print_members("", fn->members);
}

/* Prints the reference of the functions of a part. */
static void
print_functions(const part *part)
{
	int i;

	for (i = 0; i < dbc_nfunctions; i++)
	{
		const dbc_function *fn = &dbc_functions[i];

		if (part_of(fn) != part)
			continue;
		print_call(fn);
		print_fields("argument", fn->args);
		print_options(fn);
		print_fields("column", fn->columns);
		print_result(fn);
	}
}

/* Prints an index of all functions with links; all pages are in one
 * directory. */
static void
print_index(void)
{
	int i;

	puts("| function | engine | |\n| --- | --- | --- |");
	for (i = 0; i < dbc_nfunctions; i++)
	{
		const dbc_function *fn = &dbc_functions[i];
		const char *path = part_of(fn)->path;
		const char *slash = strrchr(path, '/');

		printf("| [`%s`](%s#%s) | %s |", fn->name, slash ? slash + 1 : path,
			   fn->name, engine_words(fn->engines));
		print_last_cell(fn->doc);
	}
}

/* Prints the contents of a part. */
static void
print_part(const part *part)
{
	static const struct
	{
		const char *word;
		void (*print)(void);
	} tables[] = {
		{"index", print_index},		  {"settings", print_settings},
		{"checks", print_checks},	  {"rules", print_rules},
		{"measures", print_measures}, {"setters", print_setters},
	};
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (has_word(part, " %.*s ", (int) strlen(tables[i].word),
					 tables[i].word))
		{
			putchar('\n');
			tables[i].print();
		}
	print_functions(part);
}

/* The words of a begin mark, which must end the line with "-->". */
static char *
copy_words(const char *path, const char *words)
{
	const size_t length = strcspn(words, "\n");
	char *copy = malloc(length + 1);

	if (!copy || length < 4 || strncmp(words + length - 4, " -->", 4) != 0)
		gen_die("%s has a mark that does not end", path);
	snprintf(copy, length - 2, "%s", words);
	return copy;
}

/* Finds the parts of a page. */
static void
find_parts(const char *path)
{
	const char *text = gen_read(path);
	const char *mark;

	for (; (mark = strstr(text, BEGIN_MARK)) != NULL;
		 text = parts[nparts++].end)
	{
		if (nparts == MAX_PARTS)
			gen_die("the pages have more than %d parts", MAX_PARTS);
		parts[nparts].path = path;
		parts[nparts].text = text;
		parts[nparts].words = copy_words(path, mark + strlen(BEGIN_MARK));
		parts[nparts].end = strstr(mark, END_MARK);
		if (!parts[nparts].end)
			gen_die("%s has a mark without an end", path);
	}
}

/* Writes a page that has parts. */
static void
write_page(const char *path)
{
	const part *part;
	const char *rest = NULL;

	for (part = parts; part < parts + nparts; part++)
	{
		const char *mark;

		if (part->path != path)
			continue;
		if (!rest && !freopen(path, "wb", stdout))
			gen_die("cannot write %s: %s", path, strerror(errno));
		mark = strchr(strstr(part->text, BEGIN_MARK) + 1, '\n');
		fwrite(part->text, 1, (size_t) (mark + 1 - part->text), stdout);
		print_part(part);
		rest = part->end;
	}
	if (rest && fputs(rest, stdout) < 0)
		gen_die("cannot write %s: %s", path, strerror(errno));
}

void
gen_reference(char *const *paths, int npaths)
{
	int i;

	for (i = 0; i < npaths; i++)
		find_parts(paths[i]);
	for (i = 0; i < npaths; i++)
		write_page(paths[i]);
}
