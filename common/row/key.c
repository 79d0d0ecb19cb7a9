/*
 * key.c
 *	  Rows named by their keys.
 */
#include "common/row/key.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/json_write.h"

/* Columns of row/key.sql. */
enum
{
	R_KEY,
	R_CONDITION,
	R_PROBLEM,
	R_KEY_SQL,
	R_VALUES,
	R_IS_EXACT,
	R_NORMAL,
	R_UNQUALIFIED
};

/* Whether a text is a JSON object or array: '{a,b}' is an array of PostgreSQL.
 */
static bool
is_json(dbc_host *host, const char *text)
{
	const char *problem;

	return dbc_may_be_json(text) &&
		   dbc_json_read(host, text, strlen(text), NULL, 0, &problem);
}

/* An object as it is, another value as a scalar. */
const char *
dbc_row_key_as_json(dbc_host *host, const dbc_value *key)
{
	dbc_json_node *array;
	const char *text;

	if (key->kind == DBC_JSON ||
		(key->kind == DBC_TEXT && is_json(host, key->text)))
		return key->text;
	array = dbc_json_array(host);
	dbc_json_push_value(array, key);
	text = dbc_json_text(array);
	/* without the brackets */
	text = dbc_copy(host, text + 1, strlen(text) - 2);
	/* 2.0 is 2 in JSON, but not as text */
	return key->kind == DBC_REAL && !host->traits->typed_columns
			   ? dbc_format(host, "{\"real\": \"%s\"}", text)
			   : text;
}

/* The statement that finds the row with a key: blobs, and text that is not
 * valid UTF-8, are objects on SQLite. */
static const char *
statement_for(const dbc_host *host, const char *key)
{
	bool may_be_exact = strstr(key, "\"blob\"") || strstr(key, "\"text\"") ||
						strstr(key, "\"real\"");

	return may_be_exact && !host->traits->typed_columns ? "row/exact_key"
														: "row/key";
}

/* The name of a column that is null in a key; NULL if there is none. */
static const char *
null_column(dbc_host *host, const char *key)
{
	const char *problem;
	const dbc_json_item *object =
		dbc_json_read(host, key, strlen(key), NULL, 0, &problem);
	const dbc_json_item *member;

	if (!object || object->kind != DBC_I_OBJECT)
		return NULL;
	member = object + 1;
	for (uint32_t i = 0; i < object->length; i++)
	{
		if (member[1].kind == DBC_I_NULL)
			return dbc_json_string_or_null(host, member);
		member = dbc_json_next(member + 1);
	}
	return NULL;
}

/* Fails because a text is no key of a row. */
static void
refuse(dbc_host *host, const dbc_relation *table, const char *key,
	   const char *problem)
{
	const char *column = null_column(host, key);

	if (column)
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 dbc_format(host, "For table %s %s, and null names no row.",
							table->shown, problem),
				 "Pass a value for each column of the key.",
				 "column \"%s\" of key %s is null", column, key);
	dbc_fail(host, DBC_INVALID_PARAMETER,
			 dbc_format(host, "For table %s %s.", table->shown, problem),
			 "Pass the value of a key of one column, or a JSON object with "
			 "a member for each column.",
			 "%s is not the key of a row", key);
}

/* ---- keys that need no query ---- */

/* Columns of row/plain_key.sql. */
enum
{
	P_SPELLING,
	P_QUALIFIER,
	P_START,
	P_REST,
	P_KEY_SQL
};

/* More digits are a real number on SQLite. */
#define MOST_DIGITS 18

/* Whether a JSON value is an integer as the database writes it. */
static bool
is_integer(const char *key)
{
	const char *digits = *key == '-' ? key + 1 : key;
	size_t length = strlen(digits);

	if (dbc_same(key, "0"))
		return true;
	return length > 0 && length <= MOST_DIGITS && *digits != '0' &&
		   strspn(digits, "0123456789") == length;
}

/* The length of a JSON string, if it is the same as text and in a literal; -1:
 * it is none. */
static int
plain_length(const char *key)
{
	int length = 0;

	if (*key != '"')
		return -1;
	while (key[1 + length] >= ' ' && key[1 + length] <= '~' &&
		   !strchr("\"\\'", key[1 + length]))
		length++;
	return dbc_same(key + 1 + length, "\"") ? length : -1;
}

/* Whether a text is a UUID as the database writes it. */
static bool
is_uuid(const char *text, int length)
{
	static const char form[] = "00000000-0000-0000-0000-000000000000";

	for (int i = 0; i < length; i++)
		if (form[i] == '-' ? text[i] != '-'
						   : !strchr("0123456789abcdef", text[i]))
			return false;
	return length == (int) sizeof(form) - 1;
}

/* The literal for a key of a spelling; NULL if it has another one. */
static const char *
plain_literal(dbc_host *host, const char *spelling, const char *key)
{
	int length = plain_length(key);

	if (dbc_same(spelling, "integer"))
		return !is_integer(key)				 ? NULL
			   : host->traits->typed_columns ? dbc_format(host, "'%s'", key)
											 : key;
	if (length < 0 || (dbc_same(spelling, "uuid") && !is_uuid(key + 1, length)))
		return NULL;
	return dbc_format(host, "'%.*s'", length, key + 1);
}

/* Finds the row with a key of one column that has one spelling, if its type is
 * one of those that are known to. */
static bool
find_plain(dbc_host *host, const dbc_relation *table, const char *key,
		   dbc_row_named *row)
{
	const dbc_sql *sql = dbc_find_sql(host, "row/plain_key");
	const dbc_rows *rows;
	const char *literal;

	/* over a connection that is one more question */
	if (!sql || (!host->traits->one_file && !sql->is_kept))
		return false;
	rows = dbc_query_sql(
		host, sql, DBC_VALUES(dbc_text(table->schema), dbc_text(table->name)));
	if (rows->nrows != 1)
		return false;
	literal = plain_literal(host, dbc_get_text(host, rows, 0, P_SPELLING), key);
	if (!literal)
		return false;
	*row = (dbc_row_named){
		.key = key,
		.unqualified =
			dbc_format(host, "%s%s%s", dbc_get_text(host, rows, 0, P_START),
					   literal, dbc_get_text(host, rows, 0, P_REST)),
		.key_sql = dbc_get_text(host, rows, 0, P_KEY_SQL),
		.is_exact = true};
	row->condition =
		dbc_format(host, "%s%s", dbc_get_text(host, rows, 0, P_QUALIFIER),
				   row->unqualified);
	return true;
}

dbc_row_named
dbc_row_find(dbc_host *host, const dbc_relation *table,
			 const dbc_value *row_key)
{
	const char *given = dbc_row_key_as_json(host, row_key);
	const dbc_rows *rows;
	const char *problem;
	const char *normal;
	dbc_row_named row;

	if (find_plain(host, table, given, &row))
		return row;
	rows = dbc_query(host, statement_for(host, given), dbc_text(table->schema),
					 dbc_text(table->name), dbc_text(given));
	problem = dbc_get_text_or_null(host, rows, 0, R_PROBLEM);
	normal = dbc_get_text_or_null(host, rows, 0, R_NORMAL);
	if (problem)
		refuse(host, table, given, problem);
	row = (dbc_row_named){
		.key = dbc_get_text(host, rows, 0, R_KEY),
		.values = dbc_get_text_or_null(host, rows, 0, R_VALUES),
		.condition = dbc_get_text(host, rows, 0, R_CONDITION),
		.unqualified = dbc_get_text_or_null(host, rows, 0, R_UNQUALIFIED),
		.key_sql = dbc_get_text(host, rows, 0, R_KEY_SQL),
		.is_exact = dbc_get_bool(host, rows, 0, R_IS_EXACT)};
	if (!row.unqualified)
		row.unqualified = row.condition;
	if (normal)
	{
		rows = dbc_query_text(host, normal);
		row.key = dbc_get_text(host, rows, 0, 0);
		row.values = dbc_get_text_or_null(host, rows, 0, 1);
	}
	return row;
}

dbc_row_rule
dbc_row_read_rule(dbc_host *host, const dbc_relation *table)
{
	const dbc_rows *rows = dbc_query(host, "row/key", dbc_text(table->schema),
									 dbc_text(table->name), dbc_text("null"));

	return (dbc_row_rule){.key_sql = dbc_get_text(host, rows, 0, R_KEY_SQL),
						  .is_exact = dbc_get_bool(host, rows, 0, R_IS_EXACT)};
}

/* A JSON array of keys. */
static const char *
list_keys(dbc_host *host, const char *const *keys, int nkeys)
{
	dbc_buffer list;

	dbc_buffer_init(&list, host);
	for (int i = 0; i < nkeys; i++)
		dbc_append_format(&list, "%s%s", i > 0 ? "," : "[", keys[i]);
	dbc_append(&list, "]");
	return list.data;
}

const char *
dbc_row_find_all(dbc_host *host, const dbc_relation *table,
				 const char *const *keys, int nkeys)
{
	const dbc_rows *rows = dbc_query(host, "row/keys", dbc_text(table->schema),
									 dbc_text(table->name),
									 dbc_text(list_keys(host, keys, nkeys)));
	const char *all = dbc_get_text_or_null(host, rows, 0, 0);
	dbc_buffer condition;

	if (all)
		return all;
	/* fails at the key that is none; in groups, since SQLite limits the depth
	 * of expressions */
	dbc_buffer_init(&condition, host);
	for (int i = 0; i < nkeys; i++)
	{
		dbc_value key = dbc_json(keys[i]);

		dbc_append(&condition, i % 32 > 0 ? " or " : i > 0 ? ") or (" : "(");
		dbc_append_format(&condition, "(%s)",
						  dbc_row_find(host, table, &key).condition);
	}
	dbc_append(&condition, ")");
	return condition.data;
}

const char *
dbc_row_key_sql(dbc_host *host, const dbc_relation *table)
{
	return dbc_row_read_rule(host, table).key_sql;
}
