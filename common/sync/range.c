/*
 * range.c
 *	  Keys in an order that both engines share, and ranges of them.
 *
 * The order is that of SQLite's values, and on PostgreSQL that of types and of
 * text by its bytes.  A query only narrows what is read: rows are compared with
 * the bounds again, and who needs all of them counts them.
 */
#include "common/sync/range.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/text.h"

/* ---- order ---- */

/* A value of a key, which may be cut off. */
typedef struct item
{
	int rank; /* of its kind */
	char tag;
	const unsigned char *bytes;
	size_t length;
} item;

/* Reads the next value. */
static item
next_item(const unsigned char **at, const unsigned char *end)
{
	static const char ranks[] = {DBC_SYNC_TAG_NULL, DBC_SYNC_TAG_NUMBER,
								 DBC_SYNC_TAG_TEXT, DBC_SYNC_TAG_BLOB};
	item value = {.tag = (char) *(*at)++};

	while (value.rank < 3 && ranks[value.rank] != value.tag)
		value.rank++;
	for (int shift = 0;
		 value.tag != DBC_SYNC_TAG_NULL && *at < end && shift < 63; shift += 7)
	{
		value.length |= (size_t) (**at & 127) << shift;
		if (*(*at)++ < 128)
			break;
	}
	if (value.length > (size_t) (end - *at))
		value.length = (size_t) (end - *at);
	value.bytes = *at;
	*at += value.length;
	return value;
}

static int
compare_bytes(const item *a, const item *b)
{
	size_t both = a->length < b->length ? a->length : b->length;
	int order = both > 0 ? memcmp(a->bytes, b->bytes, both) : 0;

	return order != 0 ? order
					  : (a->length > b->length) - (a->length < b->length);
}

/* Digits before the point. */
static size_t
whole_digits(const item *value)
{
	const unsigned char *point =
		value->length > 0 ? memchr(value->bytes, '.', value->length) : NULL;

	return point ? (size_t) (point - value->bytes) : value->length;
}

/* The sign of a number; NaN and infinities are beyond all others. */
static int
sign_of(const item *value)
{
	unsigned char first = value->length > 0 ? value->bytes[0] : '0';
	unsigned char second = value->length > 1 ? value->bytes[1] : '0';

	if (first == 'N' || first == 'I')
		return first == 'N' ? 3 : 2;
	return first != '-' ? 1 : second == 'I' ? -2 : -1;
}

static int
compare_numbers(item *a, item *b)
{
	int sign = sign_of(a);
	size_t na, nb;

	if (sign != sign_of(b))
		return sign - sign_of(b);
	na = whole_digits(a);
	nb = whole_digits(b);
	/* without zeros at either end, bytes have the order of digits */
	return (na != nb ? (na > nb) - (na < nb) : compare_bytes(a, b)) *
		   (sign < 0 ? -1 : 1);
}

int
dbc_sync_compare_keys(const unsigned char *a, size_t na, const unsigned char *b,
					  size_t nb)
{
	const unsigned char *end_a = a + na;
	const unsigned char *end_b = b + nb;

	while (a < end_a && b < end_b)
	{
		item left = next_item(&a, end_a);
		item right = next_item(&b, end_b);
		int order = left.rank - right.rank;

		if (order == 0)
			order = left.tag == DBC_SYNC_TAG_NUMBER
						? compare_numbers(&left, &right)
						: compare_bytes(&left, &right);
		if (order != 0)
			return order;
	}
	return (a < end_a) - (b < end_b);
}

/* ---- queries ---- */

/* The type of a column of PostgreSQL whose values are a range of its index. */
static const char *
bound_type(dbc_sync_class class)
{
	return class == DBC_SYNC_WHOLE	 ? "int8"
		   : class == DBC_SYNC_UUIDS ? "uuid"
		   : class == DBC_SYNC_BLOBS ? "bytea"
									 : "text";
}

/* Whether a value of a file, which may be anything, is one of a column. */
static bool
fits(dbc_host *host, const dbc_sync_column *column, const item *value)
{
	char again[DBC_SYNC_NUMBER];
	const char *text;
	size_t length;

	if (value->tag == DBC_SYNC_TAG_NULL)
		return false;
	if (!host->traits->typed_columns)
		return true;
	if (value->tag != (column->class == DBC_SYNC_WHOLE	 ? DBC_SYNC_TAG_NUMBER
					   : column->class == DBC_SYNC_BLOBS ? DBC_SYNC_TAG_BLOB
														 : DBC_SYNC_TAG_TEXT))
		return false;
	text = dbc_copy(host, (const char *) value->bytes, value->length);
	switch (column->class)
	{
		case DBC_SYNC_WHOLE:
			length = dbc_sync_integer_text(again, strtoll(text, NULL, 10));
			return length == value->length && memcmp(again, text, length) == 0;
		case DBC_SYNC_UUIDS:
			return dbc_sync_is_uuid(text, value->length);
		case DBC_SYNC_BLOBS:
			return true;
		default:
			return !memchr(text, '\0', value->length) &&
				   dbc_valid_utf8(text, value->length) == value->length;
	}
}

/* Appends a condition with a key as its bound; false if the index has no column
 * of it. */
static bool
add_bound(dbc_host *host, const dbc_sync_table *table, const dbc_sync_key *key,
		  int most, const char *comparison, dbc_buffer *query,
		  dbc_sync_range *range)
{
	const unsigned char *at = key->bytes;
	const unsigned char *end = key->bytes + key->length;
	dbc_sync_value *bounds = (dbc_sync_value *) range->bounds;
	dbc_buffer right;
	int count = 0;

	dbc_buffer_init(&right, host);
	for (int place = 1; at < end && place <= most; place++)
	{
		const dbc_sync_column *column = dbc_sync_key_column(table, place);
		item value = next_item(&at, end);

		/* the last one may be cut off */
		if (!column || !column->is_indexed || !fits(host, column, &value) ||
			(key->is_cut && at == end))
			break;
		bounds[range->nbounds++] = (dbc_sync_value){
			.kind = value.tag == DBC_SYNC_TAG_NUMBER ? DBC_SYNC_DECIMAL
					: value.tag == DBC_SYNC_TAG_TEXT ? DBC_SYNC_TEXT
													 : DBC_SYNC_BLOB,
			.bytes = dbc_copy(host, (const char *) value.bytes, value.length),
			.length = value.length};
		dbc_append_format(query, "%s%s", count == 0 ? "(" : ", ",
						  dbc_quote(host, column->name));
		if (!host->traits->typed_columns)
			dbc_append_format(&right, "%s$%d", count == 0 ? "(" : ", ",
							  range->nbounds);
		else
			dbc_append_format(&right, "%scast($%d as pg_catalog.%s)",
							  count == 0 ? "(" : ", ", range->nbounds,
							  bound_type(column->class));
		count++;
	}
	if (count > 0)
		dbc_append_format(query, ") %s %s)", comparison, right.data);
	return count > 0;
}

/* Whether values are stored in their canonical form, also without types. */
static bool
is_stored(const dbc_sync_column *column)
{
	return column->class == DBC_SYNC_ANY || column->class == DBC_SYNC_WHOLE ||
		   column->class == DBC_SYNC_BLOBS;
}

bool
dbc_sync_find_range(dbc_host *host, const dbc_sync_table *table,
					const dbc_sync_key *lower, const dbc_sync_key *upper,
					bool is_sure, dbc_sync_range *range)
{
	const dbc_sync_column *first = dbc_sync_key_column(table, 1);
	bool must_be_stored = is_sure && !host->traits->typed_columns;
	int most = must_be_stored ? 1 : DBC_SYNC_KEY_COLUMNS;
	dbc_buffer query;

	*range =
		(dbc_sync_range){.query = table->query,
						 .bounds = dbc_alloc(host, 2 * DBC_SYNC_KEY_COLUMNS *
													   sizeof(*range->bounds))};
	if (!lower && !upper)
		return true;
	if (!first || !first->is_indexed || (must_be_stored && !is_stored(first)))
		return false;
	dbc_buffer_init(&query, host);
	dbc_append_format(&query, "%s where (", table->query);
	if (lower && !add_bound(host, table, lower, most, ">=", &query, range))
		return false;
	if (lower && upper)
		dbc_append(&query, " and ");
	if (upper && !add_bound(host, table, upper, most, "<=", &query, range))
		return false;
	/* columns of a key without a type can be null */
	if (!lower && !host->traits->typed_columns)
		dbc_append_format(&query, " or %s is null",
						  dbc_quote(host, first->name));
	dbc_append(&query, ")");
	range->query = query.data;
	return true;
}

const char *
dbc_sync_order_list(dbc_host *host, const dbc_sync_table *table)
{
	dbc_buffer list;

	dbc_buffer_init(&list, host);
	for (int place = 1; place <= table->nkeys; place++)
		dbc_append_format(&list, "%s%s", place > 1 ? ", " : "",
						  dbc_sync_key_column(table, place)->order);
	return list.data;
}
