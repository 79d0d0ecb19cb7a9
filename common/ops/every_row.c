/*
 * every_row.c
 *	  Whether filters match every row, whatever its values.
 *
 * They do not if there is a witness: a row, possible in the table, for which
 * the condition is not true.  Some rows are tried: all columns null that can
 * be, or none; and in both one column with a value that a comparison names, the
 * one below or above, or an empty text.  What is not known of a comparison
 * counts as each of its possible results, so filters without a witness among
 * these rows may be refused, but none that match every row is accepted.  Limits
 * of a type's modifier, as of numeric(3, 1), and CHECK constraints are not
 * considered.
 */
#include "common/ops/every_row.h"

#include <string.h>

/* The comparisons whose values are tried. */
#define MOST_TRIED 20

/* Sets of truth values. */
#define YES		1u
#define NO		2u
#define UNKNOWN 4u
#define EITHER	(YES | NO)

/* The value of a column; another one has a value that no comparison names. */
typedef enum place
{
	AT, /* the value of an operand */
	BELOW,
	ABOVE,
	EMPTY /* an empty text */
} place;

/* A row that is tried. */
typedef struct witness
{
	dbc_host *host;
	const dbc_ops_table *table;
	/* by column: whether it has a value that no comparison names */
	const bool *others;
	bool has_nulls;
	const dbc_ops_column *column; /* with a value of its own; or NULL */
	const dbc_json_item *operand;
	place at;
} witness;

typedef struct search
{
	witness row;
	const dbc_json_item *filters;
	int ntried;
	bool found;
} search;

static unsigned match_object(const witness *w, const dbc_json_item *object);

/* ---- truth values ---- */

static unsigned
negate(unsigned set)
{
	return (set & UNKNOWN) | (set & YES ? NO : 0) | (set & NO ? YES : 0);
}

static unsigned
both(unsigned left, unsigned right)
{
	unsigned set = (left | right) & NO;

	if (left & right & YES)
		set |= YES;
	if (((left & UNKNOWN) && (right & (YES | UNKNOWN))) ||
		((right & UNKNOWN) && (left & (YES | UNKNOWN))))
		set |= UNKNOWN;
	return set;
}

/* ---- comparisons ---- */

static bool
is_op(const dbc_json_item *key, const char *name)
{
	return dbc_json_string_is(key, name);
}

static bool
is_list(const dbc_json_item *key)
{
	return is_op(key, "in") || is_op(key, "not_in");
}

/* The number of values that the filters compare with a column. */
static int
count_operands(const witness *w, const dbc_json_item *object,
			   const dbc_ops_column *column)
{
	const dbc_json_item *key = object + 1;
	int count = 0;

	for (uint32_t i = 0; i < object->length; i++)
	{
		const dbc_json_item *item = dbc_json_next(key);
		const dbc_json_item *part = item + 1;
		bool is_column = dbc_json_string_is(key, column->name);

		if (dbc_json_string_is(key, "any") && item->kind == DBC_I_ARRAY)
			for (uint32_t j = 0; j < item->length;
				 j++, part = dbc_json_next(part))
				count += count_operands(w, part, column);
		else if (dbc_json_string_is(key, "not") && item->kind == DBC_I_OBJECT)
			count += count_operands(w, item, column);
		else if (is_column && item->kind != DBC_I_OBJECT)
			count++;
		else if (is_column)
			for (uint32_t j = 0; j < item->length;
				 j++, part = dbc_json_next(dbc_json_next(part)))
				count += dbc_json_next(part)->kind == DBC_I_ARRAY
							 ? (int) dbc_json_next(part)->length
							 : 1;
		key = dbc_json_next(item);
	}
	return count;
}

/* Whether a column has values besides those of the filters: a boolean or a
 * value of an enumerated type may have one more than a single operand. */
static bool
has_others(const witness *w, const dbc_ops_column *column,
		   const dbc_json_item *filters)
{
	return (column->kind != DBC_OPS_BOOL && column->kind != DBC_OPS_OTHER) ||
		   count_operands(w, filters, column) <= 1;
}

/* How the value of the row compares with an operand: -1, 0, 1; 2: not known, 3:
 * not known, but not equal. */
static int
compare(const witness *w, const dbc_ops_column *column,
		const dbc_json_item *operand)
{
	dbc_ops_value left;
	dbc_ops_value right;

	if (w->column != column)
		return w->others[column - w->table->columns] ? 3 : 2;
	if (w->at == EMPTY)
		return operand->kind == DBC_I_STRING && operand->length == 0 ? 0 : 3;
	if (column->kind == DBC_OPS_INTEGER)
	{
		left = dbc_ops_take_operand(w->host, column, w->operand);
		right = dbc_ops_take_operand(w->host, column, operand);
		if (left.value.kind == DBC_INT && right.value.kind == DBC_INT)
		{
			int order = (left.value.integer > right.value.integer) -
						(left.value.integer < right.value.integer);

			/* the value is one less or one more */
			if (w->at == AT)
				return order;
			if (w->at == BELOW)
				return order <= 0									  ? -1
					   : left.value.integer - 1 > right.value.integer ? 1
																	  : 0;
			return order >= 0									  ? 1
				   : left.value.integer + 1 < right.value.integer ? -1
																  : 0;
		}
		return 2;
	}
	if (!dbc_same(dbc_json_value_text(w->host, w->operand),
				  dbc_json_value_text(w->host, operand)))
		return 2;
	return w->at == AT ? 0 : w->at == BELOW ? -1 : 1;
}

/* Whether a text that is not null matches a pattern. */
static unsigned
match_pattern(const witness *w, const dbc_ops_column *column,
			  const dbc_json_item *key, const dbc_json_item *operand)
{
	const char *text;
	bool all;

	if (w->column != column || w->at != EMPTY ||
		operand->kind != DBC_I_STRING || is_op(key, "search"))
		return EITHER;
	text = dbc_json_string(w->host, operand);
	all = is_op(key, "like") || is_op(key, "ilike")
			  ? strspn(text, "%") == strlen(text)
			  : *text == '\0';
	return all ? YES : NO;
}

/* Whether a value that is not null is one of a list. */
static unsigned
match_list(const witness *w, const dbc_ops_column *column,
		   const dbc_json_item *array)
{
	const dbc_json_item *item = array + 1;
	unsigned set = NO;

	for (uint32_t i = 0; i < array->length; i++, item = dbc_json_next(item))
	{
		int order = item->kind == DBC_I_NULL ? 3 : compare(w, column, item);

		if (order == 0)
			return YES;
		if (order == 2)
			set |= YES;
	}
	return set;
}

/* Whether an operator holds for a value that is not null. */
static unsigned
match_value(const witness *w, const dbc_ops_column *column,
			const dbc_json_item *key, const dbc_json_item *operand)
{
	int order;

	if (is_op(key, "is_null"))
		return operand->kind == DBC_I_TRUE ? NO : YES;
	if (operand->kind == DBC_I_NULL)
		return is_op(key, "ne") ? YES : NO;
	if (is_list(key))
		return is_op(key, "in") ? match_list(w, column, operand)
								: negate(match_list(w, column, operand));
	if (is_op(key, "between"))
	{
		int low = compare(w, column, operand + 1);
		int high = compare(w, column, dbc_json_next(operand + 1));

		return low == -1 || high == 1 ? NO : EITHER;
	}
	if (!is_op(key, "eq") && !is_op(key, "ne") && !is_op(key, "lt") &&
		!is_op(key, "lte") && !is_op(key, "gt") && !is_op(key, "gte"))
		return match_pattern(w, column, key, operand);
	order = compare(w, column, operand);
	if (is_op(key, "eq") || is_op(key, "ne"))
	{
		unsigned set = order == 0 ? YES : order == 2 ? EITHER : NO;

		return is_op(key, "eq") ? set : negate(set);
	}
	if (order >= 2)
		return EITHER;
	if (order == 0)
		return is_op(key, "lte") || is_op(key, "gte") ? YES : NO;
	return (order < 0) == (is_op(key, "lt") || is_op(key, "lte")) ? YES : NO;
}

/* Whether an operator holds for a null. */
static unsigned
match_null(const dbc_json_item *key, const dbc_json_item *operand)
{
	const dbc_json_item *item = operand + 1;
	unsigned set = UNKNOWN;

	if (is_op(key, "is_null"))
		return operand->kind == DBC_I_TRUE ? YES : NO;
	if (operand->kind == DBC_I_NULL)
		return is_op(key, "ne") ? NO : YES;
	if (is_op(key, "search"))
		return NO | UNKNOWN; /* without words it finds nothing */
	if (!is_list(key))
		return UNKNOWN;
	if (operand->length == 0)
		set = NO;
	for (uint32_t i = 0; i < operand->length; i++, item = dbc_json_next(item))
		if (item->kind == DBC_I_NULL)
			set = YES;
	return is_op(key, "in") ? set : negate(set);
}

/* ---- the tree ---- */

static unsigned
match_operator(const witness *w, const dbc_ops_column *column,
			   const dbc_json_item *key, const dbc_json_item *operand)
{
	bool is_null = w->column != column && w->has_nulls && column->is_nullable;

	return is_null ? match_null(key, operand)
				   : match_value(w, column, key, operand);
}

static unsigned
match_column(const witness *w, const dbc_ops_column *column,
			 const dbc_json_item *item)
{
	static const dbc_json_item equals = {
		.size = 1, .kind = DBC_I_STRING, .text = "eq", .length = 2};
	const dbc_json_item *key = item + 1;
	unsigned set = YES;

	if (item->kind != DBC_I_OBJECT)
		return match_operator(w, column, &equals, item);
	for (uint32_t i = 0; i < item->length; i++)
	{
		set = both(set, match_operator(w, column, key, dbc_json_next(key)));
		key = dbc_json_next(dbc_json_next(key));
	}
	return set;
}

static unsigned
match_any(const witness *w, const dbc_json_item *array)
{
	const dbc_json_item *item = array + 1;
	unsigned none = YES;

	for (uint32_t i = 0; i < array->length; i++, item = dbc_json_next(item))
		none = both(none, negate(match_object(w, item)));
	return negate(none);
}

/* The results that the condition of an object of filters may have. */
static unsigned
match_object(const witness *w, const dbc_json_item *object)
{
	const dbc_json_item *key = object + 1;
	unsigned set = YES;

	for (uint32_t i = 0; i < object->length; i++)
	{
		const dbc_json_item *item = dbc_json_next(key);

		if (dbc_json_string_is(key, "any") && item->kind == DBC_I_ARRAY)
			set = both(set, match_any(w, item));
		else if (dbc_json_string_is(key, "not") && item->kind == DBC_I_OBJECT)
			set = both(set, negate(match_object(w, item)));
		else
			set = both(set, match_column(w,
										 dbc_ops_find_column(
											 w->host, w->table,
											 dbc_json_string(w->host, key)),
										 item));
		key = dbc_json_next(item);
	}
	return set;
}

/* ---- the rows ---- */

/* Tries a value of a column, with nulls and without. */
static void
try_value(search *s, const dbc_ops_column *column, const dbc_json_item *operand,
		  place at)
{
	witness *w = &s->row;

	w->column = column;
	w->operand = operand;
	w->at = at;
	for (int nulls = 0; nulls < 2 && !s->found; nulls++)
	{
		w->has_nulls = nulls == 0;
		s->found = !(match_object(w, s->filters) & YES);
	}
}

/* Whether a column can have the value of an operand, or one below or above. */
static bool
may_have(const search *s, const dbc_ops_column *column,
		 const dbc_json_item *operand, place at)
{
	dbc_host *host = s->row.host;
	dbc_ops_value value;
	int64_t most;

	if (operand->kind == DBC_I_NULL || operand->kind == DBC_I_ARRAY ||
		operand->kind == DBC_I_OBJECT ||
		/* that of is_null */
		(column->kind != DBC_OPS_BOOL &&
		 (operand->kind == DBC_I_TRUE || operand->kind == DBC_I_FALSE)))
		return false;
	switch (column->kind)
	{
		case DBC_OPS_INTEGER:
			value = dbc_ops_take_operand(host, column, operand);
			most = column->bytes == 0 || column->bytes >= 8
					   ? INT64_MAX
					   : ((int64_t) 1 << (8 * column->bytes - 1)) - 1;
			return value.value.kind == DBC_INT && value.value.integer <= most &&
				   value.value.integer >= -most - 1 &&
				   !(at == BELOW && value.value.integer == -most - 1) &&
				   !(at == ABOVE && value.value.integer == most);
		case DBC_OPS_NUMBER:
			return !dbc_ops_is_special(host, column, operand);
		case DBC_OPS_TEXT:
		case DBC_OPS_BLOB:
			return at != BELOW ||
				   (operand->kind == DBC_I_STRING && operand->length > 0);
		case DBC_OPS_OTHER:
			/* other types may have a lowest and a highest value */
			return at == AT ||
				   (column->type &&
					(strstr(column->type, "timestamp") ||
					 strstr(column->type, "date")) &&
					!strstr(dbc_json_value_text(host, operand), "infinity"));
		default:
			return at == AT;
	}
}

/* Tries the values of an operand. */
static void
try_operand(search *s, const dbc_ops_column *column,
			const dbc_json_item *operand)
{
	static const place places[] = {AT, BELOW, ABOVE};

	if (s->found || s->ntried++ >= MOST_TRIED)
		return;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !s->found; i++)
		if (may_have(s, column, operand, places[i]))
			try_value(s, column, operand, places[i]);
	if (!s->found && column->kind == DBC_OPS_TEXT)
		try_value(s, column, operand, EMPTY);
}

/* Tries the values of all operands, and other values of the columns. */
static void
try_operands(search *s, const dbc_json_item *object)
{
	const dbc_json_item *key = object + 1;

	for (uint32_t i = 0; i < object->length && !s->found; i++)
	{
		const dbc_json_item *item = dbc_json_next(key);
		const dbc_json_item *part = item + 1;
		const dbc_ops_column *column;

		if (dbc_json_string_is(key, "any") && item->kind == DBC_I_ARRAY)
			for (uint32_t j = 0; j < item->length;
				 j++, part = dbc_json_next(part))
				try_operands(s, part);
		else if (dbc_json_string_is(key, "not") && item->kind == DBC_I_OBJECT)
			try_operands(s, item);
		else
		{
			column = dbc_ops_find_column(s->row.host, s->row.table,
										 dbc_json_string(s->row.host, key));
			if (item->kind != DBC_I_OBJECT)
				try_operand(s, column, item);
			else
				for (uint32_t j = 0; j < item->length;
					 j++, part = dbc_json_next(dbc_json_next(part)))
				{
					const dbc_json_item *operand = dbc_json_next(part);

					try_operand(s, column,
								operand->kind == DBC_I_ARRAY &&
										operand->length > 0
									? operand + 1
									: operand);
				}
		}
		key = dbc_json_next(item);
	}
}

bool
dbc_ops_match_every_row(dbc_host *host, const dbc_ops_table *table,
						const dbc_json_item *filters)
{
	bool *others = dbc_alloc(host, (size_t) table->ncolumns + 1);
	search s = {.row = {.host = host, .table = table, .others = others},
				.filters = filters};

	for (int i = 0; i < table->ncolumns; i++)
		others[i] = has_others(&s.row, &table->columns[i], filters);
	try_value(&s, NULL, NULL, AT);
	try_operands(&s, filters);
	return !s.found;
}
