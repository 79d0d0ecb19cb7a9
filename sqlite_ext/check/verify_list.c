/*
 * verify_list.c
 *	  Listing the tests of a table.
 */
#include "sqlite_ext/check/verify.h"
#include "sqlite_ext/sql/quotes.h"
#include "sqlite_ext/trust/unsafe.h"

#include "common/core/sort.h"

#include <stdlib.h>
#include <string.h>

#define NUMBERS (DBCSL_ACCEPT(SQLITE_INTEGER) | DBCSL_ACCEPT(SQLITE_FLOAT))
#define ALL_TYPES                                                      \
	(NUMBERS | DBCSL_ACCEPT(SQLITE_TEXT) | DBCSL_ACCEPT(SQLITE_BLOB) | \
	 DBCSL_ACCEPT(SQLITE_NULL))

/* Makes a list of one text. */
static const char **
one(dbcsl_host *h, const char *text)
{
	const char **list = dbcsl_alloc(&h->base, sizeof(*list));

	*list = text;
	return list;
}

/* Adds a test of a single column value. */
static dbcsl_check_row_test *
add_field_test(dbcsl_check_verification *v, dbc_check_constraint_kind kind,
			   const char *label, const dbcsl_check_layout_column *field,
			   dbcsl_check_constraint_names *names)
{
	dbcsl_check_row_test *test = dbcsl_check_add_test(
		v, kind,
		dbcsl_check_make_constraint_name(names, &field->name, 1, label));

	if (!test)
		return NULL;
	test->method = kind == DBC_K_TYPE ? DBCSL_TYPED : DBCSL_NOT_NULL;
	test->result.columns = dbcsl_check_join_names(v->h, &field->name, 1);
	test->values = one(v->h, dbcsl_quote_always(&v->h->base, field->name));
	test->nvalues = 1;
	/* a type is known without reading a long value */
	test->by_type = field->affinity != DBCSL_TO_NUMBER;
	return test;
}

static void
list_not_null(dbcsl_check_verification *v, dbcsl_check_constraint_names *names)
{
	for (int i = 0; i < v->layout->nfields; i++)
		if (v->layout->fields[i].not_null)
			add_field_test(v, DBC_K_NOT_NULL, "not_null", &v->layout->fields[i],
						   names);
}

static void
list_checks(dbcsl_check_verification *v, const dbcsl_ddl *ddl,
			dbcsl_check_constraint_names *names)
{
	for (int i = 0; i < ddl->nconstraints; i++)
	{
		const dbcsl_ddl_constraint *c = &ddl->constraints[i];
		dbcsl_check_row_test *test;

		if (c->kind != DBCSL_CHECK)
			continue;
		test = dbcsl_check_add_test(
			v, DBC_K_CHECK,
			c->name
				? c->name
				: dbcsl_check_make_check_name(names, v->layout, c->expression));
		if (!test)
			continue;
		test->method = DBCSL_SATISFIED;
		test->expression = c->expression;
	}
}

/* The types of values that a column of a STRICT table accepts. */
static unsigned
strict_types(const char *type)
{
	unsigned null = DBCSL_ACCEPT(SQLITE_NULL);

	if (sqlite3_stricmp(type, "real") == 0)
		return null | DBCSL_ACCEPT(SQLITE_FLOAT);
	if (sqlite3_stricmp(type, "text") == 0)
		return null | DBCSL_ACCEPT(SQLITE_TEXT);
	if (sqlite3_stricmp(type, "blob") == 0)
		return null | DBCSL_ACCEPT(SQLITE_BLOB);
	if (sqlite3_stricmp(type, "any") == 0)
		return ALL_TYPES;
	return null | DBCSL_ACCEPT(SQLITE_INTEGER);
}

/* The types of values that a declared type stands for, by its first word; any
 * type for words that are not listed (dates, booleans, JSON). */
static unsigned
declared_types(const char *type)
{
	static const struct
	{
		const char *word;
		unsigned accepted;
	} words[] = {
		{"int", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"integer", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"tinyint", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"smallint", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"mediumint", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"bigint", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"int2", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"int4", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"int8", DBCSL_ACCEPT(SQLITE_INTEGER)},
		{"real", NUMBERS},
		{"double", NUMBERS},
		{"float", NUMBERS},
		{"numeric", NUMBERS},
		{"decimal", NUMBERS},
		{"char", DBCSL_ACCEPT(SQLITE_TEXT)},
		{"character", DBCSL_ACCEPT(SQLITE_TEXT)},
		{"varchar", DBCSL_ACCEPT(SQLITE_TEXT)},
		{"nchar", DBCSL_ACCEPT(SQLITE_TEXT)},
		{"nvarchar", DBCSL_ACCEPT(SQLITE_TEXT)},
		{"text", DBCSL_ACCEPT(SQLITE_TEXT)},
		{"clob", DBCSL_ACCEPT(SQLITE_TEXT)},
		{"blob", DBCSL_ACCEPT(SQLITE_BLOB)},
	};
	dbcsl_token first = dbcsl_first_token(type);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (dbcsl_is_word(&first, words[i].word))
			return words[i].accepted | DBCSL_ACCEPT(SQLITE_NULL);
	return ALL_TYPES;
}

/* Adds the test of a column type of a table that is not STRICT: no value has a
 * type that SQLite would have converted. */
static void
add_ordinary_type(dbcsl_check_verification *v,
				  const dbcsl_check_layout_column *field,
				  dbcsl_check_constraint_names *names)
{
	unsigned accepted =
		v->task->declared_types ? declared_types(field->type) : ALL_TYPES;
	bool declared = accepted != ALL_TYPES;
	dbcsl_check_row_test *test;

	if (field->affinity == DBCSL_TO_TEXT)
		accepted &= ~NUMBERS;
	if (accepted == ALL_TYPES && field->affinity != DBCSL_TO_NUMBER)
		return;
	test = add_field_test(v, DBC_K_TYPE, "type", field, names);
	if (!test)
		return;
	test->if_violated = !declared;
	test->accepted = accepted;
	test->refuses_numeric = field->affinity == DBCSL_TO_NUMBER;
}

static void
list_types(dbcsl_check_verification *v, dbcsl_check_constraint_names *names)
{
	const dbcsl_check_table_layout *layout = v->layout;

	for (int i = 0; i < layout->nfields; i++)
	{
		const dbcsl_check_layout_column *field = &layout->fields[i];
		int before = v->ntests;

		if (layout->key_is_rowid &&
			sqlite3_stricmp(field->name, layout->key[0]) == 0)
			continue; /* the column is always an integer */
		if (!layout->strict)
			add_ordinary_type(v, field, names);
		else if (strict_types(field->type) != ALL_TYPES)
		{
			dbcsl_check_row_test *test =
				add_field_test(v, DBC_K_TYPE, "type", field, names);

			if (test)
				test->accepted = strict_types(field->type);
		}
		if (v->ntests > before)
			v->tests[before].result.type = field->type;
	}
}

/* Sets the test of a rule to unknown if it leads to unsafe code, or names a
 * column that is gone, in double quotes; those of a CHECK are as SQLite has read
 * them. */
static void
refuse_rule(dbcsl_check_verification *v, dbcsl_check_row_test *test)
{
	const char *reason = dbcsl_find_unsafe_stored(v->h, test->expression);
	const char *quoted =
		reason
			? NULL
			: dbcsl_find_quoted_text(
				  v->h,
				  dbcsl_printf(v->h, "select 1 from \"%w\".\"%w\" where (%s\n)",
							   v->layout->schema, v->layout->name,
							   test->expression));

	if (quoted)
		reason = dbc_format(&v->h->base, "column %s does not exist", quoted);
	if (!reason)
		return;
	test->method = DBCSL_UNVERIFIABLE;
	test->result.reason = reason;
}

static void
list_rules(dbcsl_check_verification *v)
{
	for (int i = 0; i < v->task->nrules; i++)
	{
		const dbc_check_data_rule *rule = &v->task->rules[i];
		dbcsl_check_row_test *test =
			dbcsl_check_add_test(v, DBC_K_RULE, rule->name);

		test->method = DBCSL_SATISFIED;
		/* on separate lines, since it may end with a comment */
		test->expression =
			rule->condition
				? dbc_format(&v->h->base,
							 "(%s\n) or case when (%s\n) then 0 else 1 end",
							 rule->expression, rule->condition)
				: rule->expression;
		refuse_rule(v, test);
	}
}

/* Adds a test with an unknown result if the definition cannot be parsed and may
 * have a CHECK. */
static void
note_unreadable(dbcsl_check_verification *v,
				dbcsl_check_constraint_names *names)
{
	dbcsl_check_row_test *test = dbcsl_check_add_test(
		v, DBC_K_CHECK,
		dbcsl_check_make_constraint_name(names, NULL, 0, "check"));

	if (!test)
		return;
	test->method = DBCSL_UNVERIFIABLE;
	test->result.reason = "the definition of the table cannot be read";
}

/* Compares results by kind and name, for qsort(). */
static int
compare_tests(const void *left, const void *right)
{
	const dbc_check_result *a = &((const dbcsl_check_row_test *) left)->result;
	const dbc_check_result *b = &((const dbcsl_check_row_test *) right)->result;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* Sets a test to unknown if one of its expressions calls an unsafe function. */
static void
refuse_unsafe(dbcsl_check_verification *v, dbcsl_check_row_test *test)
{
	const char *unsafe = v->layout->unsafe;

	if (test->parent && test->parent->layout && !unsafe)
		unsafe = test->parent->layout->unsafe;
	if (test->expression && !test->parent && !unsafe)
		unsafe = dbcsl_find_unsafe(v->h, test->expression);
	if (test->condition && !unsafe)
		unsafe = dbcsl_find_unsafe(v->h, test->condition);
	for (int i = 0; i < test->nvalues && !unsafe; i++)
		unsafe = dbcsl_find_unsafe(v->h, test->values[i]);
	if (!unsafe)
		return;
	test->method = DBCSL_UNVERIFIABLE;
	test->result.reason = dbcsl_unsafe_reason(v->h, unsafe);
}

void
dbcsl_check_list_tests(dbcsl_check_verification *v)
{
	dbcsl_ddl ddl = dbcsl_read_ddl(v->h, v->layout->sql);
	dbcsl_check_constraint_names names = {.h = v->h, .table = v->layout->name};

	for (int i = 0; i < ddl.nconstraints; i++)
		if (ddl.constraints[i].name)
			dbcsl_check_record_name(&names, ddl.constraints[i].name);
	list_checks(v, &ddl, &names);
	if (ddl.kind == DBCSL_UNKNOWN)
		note_unreadable(v, &names);
	dbcsl_check_list_unique(v, &ddl, &names);
	dbcsl_check_list_foreign_keys(v, &ddl, &names);
	list_not_null(v, &names);
	list_types(v, &names);
	dbc_sort(v->tests, (size_t) v->ntests, sizeof(*v->tests), compare_tests);
	dbcsl_check_list_references(v);
	list_rules(v);
	for (int i = 0; i < v->ntests; i++)
		refuse_unsafe(v, &v->tests[i]);
}
