/*
 * filter.c
 *	  Filters: which rows a statement is about.
 *
 * A filter becomes a condition of SQL, with SQL's logic of unknown values; a
 * comparison is written with the operators of the column's type, so that the
 * caller's search path has no effect and indexes are used.
 */
#include "common/ops/pattern.h"

#include <string.h>

#include "common/archive/archive.h"
#include "common/core/wording.h"

/* The deepest nesting of any and not. */
#define DEEPEST 50

/* The operators of a column. */
#define OPERATORS(O) \
	O(eq)            \
	O(ne)            \
	O(lt)            \
	O(lte)           \
	O(gt)            \
	O(gte)           \
	O(like)          \
	O(ilike)         \
	O(in) O(not_in) O(between) O(is_null) O(contains) O(starts_with) O(search)

#define OPERATOR_ID(name)	OP_##name,
#define OPERATOR_NAME(name) #name,

typedef enum operator_id
{
	OPERATORS(OPERATOR_ID) NOPERATORS
} operator_id;

static const char *const operator_names[] = {OPERATORS(OPERATOR_NAME) NULL};

static void add_object(dbc_ops_statement *s, const dbc_json_item *object,
					   int depth);

const dbc_json_item *
dbc_ops_read_object(dbc_host *host, const dbc_value *json, const char *what)
{
	static const dbc_json_item empty = {.size = 1, .kind = DBC_I_OBJECT};
	const dbc_json_item *object;
	const char *problem = NULL;

	if (json->kind == DBC_NULL)
		return &empty;
	object =
		dbc_json_read(host, json->text, strlen(json->text), NULL, 0, &problem);
	if (!object || object->kind != DBC_I_OBJECT)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a JSON object with a member for each column.",
				 "%s must be a JSON object", what);
	return object;
}

/* ---- comparisons ---- */

static _Noreturn void
refuse_value(dbc_host *host, const dbc_ops_column *column,
			 const dbc_json_item *item, const char *wants)
{
	dbc_fail(host, DBC_INVALID_TEXT, NULL, NULL,
			 "column \"%s\" takes %s, not %s", column->name, wants,
			 dbc_json_value_text(host, item));
}

/* A string with a number as that number; NULL if it has none. */
static const dbc_json_item *
read_number(dbc_host *host, const dbc_json_item *item)
{
	const char *text;
	const char *problem;
	double real;

	if (item->kind == DBC_I_NUMBER)
		return item;
	if (item->kind != DBC_I_STRING)
		return NULL;
	text = dbc_ops_take_text(host, item);
	if (!dbc_parse_real(text, &real))
		return NULL;
	item = dbc_json_read(host, text, strlen(text), NULL, 0, &problem);
	return item && item->kind == DBC_I_NUMBER ? item : NULL;
}

bool
dbc_ops_is_number(dbc_host *host, const dbc_ops_column *column,
				  const dbc_json_item *item)
{
	const dbc_json_item *number = read_number(host, item);

	if (!number)
		return dbc_ops_is_special(host, column, item);
	return column->kind != DBC_OPS_INTEGER ||
		   dbc_ops_take(host, column, number).value.kind == DBC_INT;
}

/* The truth value of an item: 0, 1, or -1 if it has none. */
static int
read_truth(const dbc_json_item *item)
{
	if (item->kind == DBC_I_TRUE || item->kind == DBC_I_FALSE)
		return item->kind == DBC_I_TRUE;
	if (item->kind == DBC_I_NUMBER && item->length == 1 &&
		(*item->text == '0' || *item->text == '1'))
		return *item->text == '1';
	return item->kind != DBC_I_STRING		   ? -1
		   : dbc_json_string_is(item, "true")  ? 1
		   : dbc_json_string_is(item, "false") ? 0
											   : -1;
}

dbc_ops_value
dbc_ops_take_operand(dbc_host *host, const dbc_ops_column *column,
					 const dbc_json_item *item)
{
	bool is_scalar = item->kind != DBC_I_ARRAY && item->kind != DBC_I_OBJECT;
	const dbc_json_item *number;
	dbc_ops_value value;

	switch (column->kind)
	{
		case DBC_OPS_INTEGER:
		case DBC_OPS_NUMBER:
			number = dbc_ops_is_special(host, column, item)
						 ? item
						 : read_number(host, item);
			if (!number)
				refuse_value(host, column, item, "a number");
			return dbc_ops_take(host, column, number);
		case DBC_OPS_BOOL:
			if (read_truth(item) < 0)
				refuse_value(host, column, item, "true or false");
			return (dbc_ops_value){.value = dbc_bool(read_truth(item) == 1)};
		case DBC_OPS_TEXT:
			if (item->kind != DBC_I_STRING)
				refuse_value(host, column, item, "a string");
			break;
		case DBC_OPS_BLOB:
			value = dbc_ops_take(host, column, item);
			if (!value.is_blob)
				refuse_value(host, column, item,
							 "a string such as \"\\x00ff\"");
			return value;
		case DBC_OPS_OTHER:
		case DBC_OPS_ANY:
			if (!is_scalar || item->kind == DBC_I_TRUE ||
				item->kind == DBC_I_FALSE)
				refuse_value(host, column, item, "a string or a number");
			break;
		case DBC_OPS_JSON:
			break;
	}
	return dbc_ops_take(host, column, item);
}

/* Whether an integer column can have a value. */
static bool
fits(const dbc_ops_column *column, const dbc_ops_value *value)
{
	int64_t most;

	if (column->kind != DBC_OPS_INTEGER || column->bytes == 0)
		return true;
	if (value->value.kind != DBC_INT)
		return false;
	most = column->bytes >= 8 ? INT64_MAX
							  : ((int64_t) 1 << (8 * column->bytes - 1)) - 1;
	return value->value.integer <= most && value->value.integer >= -most - 1;
}

/* Appends a parameter as a value of a type. */
static void
add_cast(dbc_ops_statement *s, const dbc_ops_value *value, const char *type)
{
	dbc_append(&s->text, type ? "cast(" : "");
	dbc_ops_add_value(s, value);
	if (type)
		dbc_append_format(&s->text, " as %s)", type);
}

static void
require_order(dbc_ops_statement *s, const dbc_ops_column *column)
{
	if (!column->operators[DBC_OPS_EQ])
		dbc_fail(s->host, DBC_UNSUPPORTED,
				 dbc_format(s->host, "Values of type %s have no order.",
							column->type),
				 "Use is_null, or another column.",
				 "column \"%s\" cannot be compared", column->name);
}

void
dbc_ops_add_comparison(dbc_ops_statement *s, const dbc_ops_column *column,
					   dbc_ops_comparison comparison, const dbc_json_item *item)
{
	dbc_ops_value value = dbc_ops_take_operand(s->host, column, item);
	static const char *const plain[] = {"<", "<=", "=", ">=", ">"};

	require_order(s, column);
	if (fits(column, &value))
	{
		dbc_append_format(&s->text, "%s %s ", column->quoted,
						  column->operators[comparison]);
		add_cast(s, &value, column->type);
		return;
	}
	dbc_append_format(&s->text,
					  "cast(%s as pg_catalog.numeric) "
					  "operator(pg_catalog.%s) ",
					  column->quoted, plain[comparison]);
	add_cast(s, &value, "pg_catalog.numeric");
}

/* Appends a test for a null. */
static void
add_null_test(dbc_ops_statement *s, const dbc_ops_column *column, bool is_null)
{
	dbc_append_format(&s->text, "%s is %snull", column->quoted,
					  is_null ? "" : "not ");
}

/* Appends column = item or, if it is negated, column <> item. */
static void
add_equality(dbc_ops_statement *s, const dbc_ops_column *column,
			 const dbc_json_item *item, bool negated)
{
	if (item->kind == DBC_I_NULL)
	{
		add_null_test(s, column, !negated);
		return;
	}
	dbc_append(&s->text, negated ? "not " : "");
	dbc_ops_add_comparison(s, column, DBC_OPS_EQ, item);
}

/* Fails unless an item is an array of some length; -1: any. */
static void
require_array(dbc_host *host, const char *name, const dbc_json_item *item,
			  int length)
{
	if (item->kind != DBC_I_ARRAY ||
		(length >= 0 && item->length != (uint32_t) length))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 length < 0 ? "the operand of \"%s\" must be an array"
							: "the operand of \"%s\" must be an array of two "
							  "values",
				 name);
}

/* Appends (a = x or a = y ...), as the engine writes a list of values. */
static void
add_list(dbc_ops_statement *s, const dbc_ops_column *column,
		 const dbc_json_item *array, bool negated)
{
	bool names_operator = s->host->traits->overloads;
	const dbc_json_item *item = array + 1;
	bool has_null = false;
	bool has_value = false;
	dbc_buffer extra;

	require_order(s, column);
	dbc_buffer_init(&extra, s->host);
	dbc_append(&s->text, negated ? "not (" : "(");
	for (uint32_t i = 0; i < array->length; i++, item = dbc_json_next(item))
	{
		dbc_ops_value value;

		if (item->kind == DBC_I_NULL)
		{
			has_null = true;
			continue;
		}
		value = dbc_ops_take_operand(s->host, column, item);
		/* an integer column never has such a value */
		if (!fits(column, &value))
			continue;
		if (has_value)
			dbc_append(&s->text, ", ");
		else if (names_operator)
			dbc_append_format(&s->text, "%s %s any (array[", column->quoted,
							  column->operators[DBC_OPS_EQ]);
		else
			dbc_append_format(&s->text, "%s in (", column->quoted);
		has_value = true;
		add_cast(s, &value, column->type);
	}
	if (has_value)
		dbc_append(&s->text, names_operator ? "])" : ")");
	if (has_null)
	{
		dbc_append(&s->text, has_value ? " or " : "");
		add_null_test(s, column, true);
	}
	if (!has_value && !has_null)
	{
		/* unknown for a null, as with other values, unless the list is empty */
		if (array->length == 0)
			dbc_append(&s->text, dbc_ops_never(s));
		else
			dbc_append_format(&s->text, "%s is null and null", column->quoted);
	}
	dbc_append(&s->text, ")");
}

/* Appends column between a and b. */
static void
add_between(dbc_ops_statement *s, const dbc_ops_column *column,
			const dbc_json_item *array)
{
	require_array(s->host, "between", array, 2);
	dbc_append(&s->text, "(");
	dbc_ops_add_comparison(s, column, DBC_OPS_GE, array + 1);
	dbc_append(&s->text, " and ");
	dbc_ops_add_comparison(s, column, DBC_OPS_LE, dbc_json_next(array + 1));
	dbc_append(&s->text, ")");
}

/* ---- members of the object ---- */

static operator_id
find_operator(dbc_host *host, const dbc_json_item *key)
{
	const char *name;
	int id = 0;

	while (id < NOPERATORS && !dbc_json_string_is(key, operator_names[id]))
		id++;
	if (id < NOPERATORS)
		return (operator_id) id;
	name = dbc_json_string(host, key);
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
			 dbc_format(host,
						"%sValid operators are: eq, ne, lt, lte, gt, gte, "
						"like, ilike, in, not_in, between, is_null, contains, "
						"starts_with, search.",
						dbc_did_you_mean(host, name, operator_names)),
			 "unknown operator \"%s\"", name);
}

/* Appends the condition of an operator. */
static void
add_operator(dbc_ops_statement *s, const dbc_ops_column *column, operator_id id,
			 const dbc_json_item *item)
{
	static const dbc_ops_comparison comparisons[] = {[OP_lt] = DBC_OPS_LT,
													 [OP_lte] = DBC_OPS_LE,
													 [OP_gt] = DBC_OPS_GT,
													 [OP_gte] = DBC_OPS_GE};

	switch (id)
	{
		case OP_eq:
		case OP_ne:
			add_equality(s, column, item, id == OP_ne);
			return;
		case OP_lt:
		case OP_lte:
		case OP_gt:
		case OP_gte:
			if (item->kind == DBC_I_NULL)
				dbc_fail(s->host, DBC_INVALID_PARAMETER, NULL,
						 "Use is_null to find nulls.",
						 "the operand of \"%s\" cannot be null",
						 operator_names[id]);
			dbc_ops_add_comparison(s, column, comparisons[id], item);
			return;
		case OP_in:
		case OP_not_in:
			require_array(s->host, operator_names[id], item, -1);
			add_list(s, column, item, id == OP_not_in);
			return;
		case OP_between:
			add_between(s, column, item);
			return;
		case OP_is_null:
			if (item->kind != DBC_I_TRUE && item->kind != DBC_I_FALSE)
				dbc_fail(s->host, DBC_INVALID_PARAMETER, NULL, NULL,
						 "the operand of \"is_null\" must be true or false");
			add_null_test(s, column, item->kind == DBC_I_TRUE);
			return;
		default:
			dbc_ops_add_pattern(s, column, operator_names[id], item);
	}
}

/* Counts a condition, and separates it from the one before. */
static void
begin_condition(dbc_ops_statement *s, bool is_first, const char *separator)
{
	if (++s->nconditions > DBC_OPS_MOST_CONDITIONS)
		dbc_fail(s->host, DBC_TOO_COMPLEX, NULL,
				 "Use the operator in for lists of values.",
				 "the filters have more than %d conditions",
				 DBC_OPS_MOST_CONDITIONS);
	dbc_append(&s->text, is_first ? "" : separator);
}

/* Appends the conditions on a column. */
static void
add_column(dbc_ops_statement *s, const dbc_ops_column *column,
		   const dbc_json_item *item)
{
	const dbc_json_item *key = item + 1;

	if (item->kind == DBC_I_ARRAY)
		dbc_fail(
			s->host, DBC_INVALID_PARAMETER, NULL,
			dbc_format(s->host, "Use {\"%s\": {\"in\": [...]}}.", column->name),
			"column \"%s\" is compared with an array", column->name);
	if (item->kind != DBC_I_OBJECT)
	{
		s->ncomparisons++;
		add_equality(s, column, item, false);
		return;
	}
	s->ncomparisons += (int) item->length;
	dbc_append(&s->text, "(");
	if (item->length == 0)
		dbc_append_format(&s->text, "not %s", dbc_ops_never(s));
	for (uint32_t i = 0; i < item->length; i++)
	{
		begin_condition(s, i == 0, " and ");
		add_operator(s, column, find_operator(s->host, key),
					 dbc_json_next(key));
		key = dbc_json_next(dbc_json_next(key));
	}
	dbc_append(&s->text, ")");
}

/* Appends (filters or filters ...). */
static void
add_any(dbc_ops_statement *s, const dbc_json_item *array, int depth)
{
	const dbc_json_item *item = array + 1;

	dbc_append(&s->text, "(");
	if (array->length == 0)
		dbc_append(&s->text, dbc_ops_never(s));
	for (uint32_t i = 0; i < array->length; i++, item = dbc_json_next(item))
	{
		if (item->kind != DBC_I_OBJECT)
			dbc_fail(s->host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "the operand of \"any\" must be an array of objects");
		begin_condition(s, i == 0, " or ");
		add_object(s, item, depth);
	}
	dbc_append(&s->text, ")");
}

/* Appends the conditions of an object of filters. */
static void
add_object(dbc_ops_statement *s, const dbc_json_item *object, int depth)
{
	const dbc_json_item *key = object + 1;

	if (depth > DEEPEST)
		dbc_fail(s->host, DBC_TOO_COMPLEX, NULL, NULL,
				 "the filters are nested too deeply");
	dbc_append(&s->text, "(");
	if (object->length == 0)
		dbc_append_format(&s->text, "not %s", dbc_ops_never(s));
	for (uint32_t i = 0; i < object->length; i++)
	{
		const dbc_json_item *item = dbc_json_next(key);

		begin_condition(s, i == 0, " and ");
		if (dbc_json_string_is(key, "any") && item->kind == DBC_I_ARRAY)
			add_any(s, item, depth + 1);
		else if (dbc_json_string_is(key, "not") && item->kind == DBC_I_OBJECT)
		{
			dbc_append(&s->text, "not ");
			add_object(s, item, depth + 1);
		}
		else
			add_column(s,
					   dbc_ops_find_column(s->host, s->table,
										   dbc_json_string(s->host, key)),
					   item);
		key = dbc_json_next(item);
	}
	dbc_append(&s->text, ")");
}

void
dbc_ops_add_filters(dbc_ops_statement *s, const dbc_json_item *filters)
{
	add_object(s, filters, 0);
}

/* ---- rows that are marked as deleted ---- */

static bool
has_column(const dbc_ops_table *table, const char *name)
{
	for (int i = 0; i < table->ncolumns; i++)
		if (dbc_same(table->columns[i].name, name))
			return true;
	return false;
}

bool
dbc_ops_is_flagged(dbc_host *host, const dbc_ops_table *table)
{
	const char *mode;

	if (!has_column(table, "deleted_at") || !has_column(table, "deletion_id"))
		return false;
	mode = dbc_archive_mode(host, table->relation);
	return mode && dbc_same(mode, "flag");
}

void
dbc_ops_add_where(dbc_ops_statement *s, const dbc_json_item *filters,
				  bool deleted)
{
	dbc_append(&s->text, " where ");
	if (!deleted && dbc_ops_is_flagged(s->host, s->table))
		dbc_append_format(
			&s->text, "%s is null and ",
			dbc_ops_find_column(s->host, s->table, "deleted_at")->quoted);
	dbc_ops_add_filters(s, filters);
}
