/*
 * scan.c
 *	  Rows of a query as raw values, from the texts that the server sends; see
 *	  common/sync/host.h.
 */
#include "wire/core/answer.h"
#include "wire/core/owned.h"
#include "wire/core/query.h"
#include "wire/core/relation.h"
#include "wire/core/rooms.h"
#include "wire/core/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "common/sync/host.h"

/* OIDs of types, which never change. */
enum
{
	BOOL = 16,
	BYTEA = 17,
	INT8 = 20,
	INT2 = 21,
	INT4 = 23,
	FLOAT4 = 700,
	FLOAT8 = 701,
	TIMESTAMPTZ = 1184,
	NUMERIC = 1700
};

typedef struct scanning
{
	void (*row)(dbc_host *, void *, const dbc_sync_value *);
	void *arg;
	int ncolumns; /* of the query */
	dbc_sync_value *values;
	char *bytes; /* of the values of a row that are decoded */
	size_t room;
	size_t used;
} scanning;

/* ---- the query ---- */

/* Counts the columns of a query, and finds its table. */
static const dbc_relation *
read_query(dbc_host *host, const char *query, int *ncolumns)
{
	dbc_lexeme at = dbc_scan_sql(query, DBC_ON_POSTGRESQL);
	const char *end;

	*ncolumns = 0;
	for (; at.kind != DBC_LEX_END && !dbc_lexeme_is_one_of(&at, " from ");
		 at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL))
		*ncolumns += !dbc_lexeme_is_one_of(&at, " select ") &&
					 !dbc_lexeme_is_symbol(&at, ",");
	at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL);
	if (dbc_lexeme_is_one_of(&at, " only "))
		at = dbc_scan_sql(at.text + at.length, DBC_ON_POSTGRESQL);
	(void) dbcw_read_names(dbcw_of(host), at.text, &end);
	return dbcw_resolve(host,
						dbc_copy(host, at.text, (size_t) (end - at.text)));
}

static void
set_local(dbc_host *host, const char *what)
{
	dbcw_add_pending(dbcw_of(host), NULL,
					 dbc_format(host, "set local %s", what), NULL, 0);
}

/* Prepares for a query as the user; fails if code of others would run with his
 * rights though the extension would run it with theirs. */
static void
begin_query(dbc_host *host, const dbc_relation *relation, bool has_bounds)
{
	dbcw_owned table = dbcw_describe_table(host, relation, DBCW_CONSTRAINTS);

	if (table.owns && table.danger)
		dbc_fail(host, DBC_INSUFFICIENT, NULL,
				 "Connect as the owner of the table.", "%s", table.danger);
	/* fail rather than leave out rows that the owner would see */
	if (table.owns && !table.trusts)
		set_local(host, "row_security = off");
	/* an index finds the range, whatever statistics say */
	if (has_bounds)
		set_local(host, "enable_seqscan = off");
}

/* Restores what begin_query() has set; a failure does that, too. */
static void
end_query(dbc_host *host)
{
	set_local(host, "row_security to default");
	set_local(host, "enable_seqscan to default");
}

/* Bounds of a range as parameters, which the query casts. */
static const dbc_value *
read_bounds(dbc_host *host, const dbc_sync_value *bounds, int nbounds)
{
	dbc_value *args = dbc_alloc(host, ((size_t) nbounds + 1) * sizeof(*args));

	for (int i = 0; i < nbounds; i++)
	{
		dbc_buffer hex;

		args[i] = dbc_text(bounds[i].bytes);
		if (bounds[i].kind != DBC_SYNC_BLOB)
			continue;
		dbc_buffer_init(&hex, host);
		dbc_append(&hex, "\\x");
		for (size_t at = 0; at < bounds[i].length; at++)
			dbc_append_format(&hex, "%02x",
							  (unsigned char) bounds[i].bytes[at]);
		args[i] = dbc_text(hex.data);
	}
	return args;
}

/* ---- values ---- */

static _Noreturn void
refuse_value(dbc_host *host, const char *text)
{
	size_t length = strlen(text);

	dbc_fail(host, DBC_CORRUPTED, NULL, NULL,
			 "the server returned a value that its type does not have: %s",
			 dbc_copy(host, text,
					  dbc_valid_utf8(text, length < 100 ? length : 100)));
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'	  ? c - '0'
		   : c >= 'a' && c <= 'f' ? c - 'a' + 10
								  : -1;
}

static dbc_sync_value
read_bytes(dbc_host *host, scanning *s, const char *text, size_t length)
{
	char *bytes = s->bytes + s->used;

	if (length < 2 || length % 2 != 0 || memcmp(text, "\\x", 2) != 0)
		refuse_value(host, text);
	length = length / 2 - 1;
	for (size_t i = 0; i < length; i++)
	{
		int high = hex_digit(text[2 * i + 2]);
		int low = hex_digit(text[2 * i + 3]);

		if (high < 0 || low < 0)
			refuse_value(host, text);
		bytes[i] = (char) (high << 4 | low);
	}
	s->used += length;
	return (dbc_sync_value){
		.kind = DBC_SYNC_BLOB, .bytes = bytes, .length = length};
}

static dbc_sync_value
read_integer(dbc_host *host, const char *text)
{
	dbc_sync_value value = {.kind = DBC_SYNC_INTEGER};
	char *end;

	errno = 0;
	value.integer = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end)
		refuse_value(host, text);
	return value;
}

static dbc_sync_value
read_real(dbc_host *host, const char *text, bool is_single)
{
	char *end;
	double real = is_single ? (double) strtof(text, &end) : strtod(text, &end);

	if (end == text || *end)
		refuse_value(host, text);
	return (dbc_sync_value){.kind = is_single ? DBC_SYNC_SINGLE : DBC_SYNC_REAL,
							.real = real};
}

/* The digits of a numeric as the server writes them. */
static dbc_sync_value
read_decimal(dbc_host *host, const char *text, size_t length)
{
	const char *digits = text + (*text == '-');
	size_t whole = strspn(digits, "0123456789");
	size_t fraction =
		digits[whole] == '.' ? strspn(digits + whole + 1, "0123456789") + 1 : 0;

	if ((whole == 0 || digits[whole + fraction] || fraction == 1) &&
		!dbc_same(text, "NaN") && !dbc_same(digits, "Infinity"))
		refuse_value(host, text);
	return (dbc_sync_value){
		.kind = DBC_SYNC_DECIMAL, .bytes = text, .length = length};
}

/* A time in UTC without its zone, as that of dates before year 1 or after 9999
 * is written; but a text if no number of microseconds since 1970 stands for
 * it. */
static dbc_sync_value
read_moment(scanning *s, const char *text, size_t length)
{
	static const char last[] = "294247-01-10 04:00:54.775807";
	const char *zone = strstr(text, "+00");
	size_t before = zone ? (size_t) (zone - text) : length;
	char *moment = s->bytes + s->used;

	memcpy(moment, text, before);
	if (zone)
		memcpy(moment + before, zone + 3, length - before - 3);
	length -= zone ? 3 : 0;
	moment[length] = '\0';
	if (zone && strcspn(text, "-") == strcspn(last, "-") &&
		!dbc_ends_with(moment, " BC") && strcmp(moment, last) >= 0)
		return (dbc_sync_value){
			.kind = DBC_SYNC_TEXT, .bytes = text, .length = length + 3};
	s->used += length + 1;
	return (dbc_sync_value){
		.kind = DBC_SYNC_TEXT, .bytes = moment, .length = length};
}

static dbc_sync_value
read_value(dbc_host *host, scanning *s, const PGresult *result, int column)
{
	const char *text = dbcw_answer_text(result, 0, column);
	size_t length = (size_t) dbcw_pq.PQgetlength(result, 0, column);

	if (!text)
		return (dbc_sync_value){.kind = DBC_SYNC_NULL};
	switch (dbcw_pq.PQftype(result, column))
	{
		case BOOL:
			if (!dbc_same(text, "t") && !dbc_same(text, "f"))
				refuse_value(host, text);
			return (dbc_sync_value){.kind = DBC_SYNC_INTEGER,
									.integer = *text == 't'};
		case INT2:
		case INT4:
		case INT8:
			return read_integer(host, text);
		case FLOAT4:
		case FLOAT8:
			return read_real(host, text,
							 dbcw_pq.PQftype(result, column) == FLOAT4);
		case NUMERIC:
			return read_decimal(host, text, length);
		case BYTEA:
			return read_bytes(host, s, text, length);
		case TIMESTAMPTZ:
			return read_moment(s, text, length);
		default:
			return (dbc_sync_value){
				.kind = DBC_SYNC_TEXT, .bytes = text, .length = length};
	}
}

/* ---- rows ---- */

/* Makes room for what is decoded of a row. */
static void
make_room(dbc_host *host, scanning *s, const PGresult *result)
{
	size_t needed = 0;

	for (int i = 0; i < s->ncolumns; i++)
		needed += (size_t) dbcw_pq.PQgetlength(result, 0, i) + 1;
	s->used = 0;
	if (needed <= s->room)
		return;
	s->room = 2 * needed;
	s->bytes = dbc_alloc(host, s->room);
}

static void
read_row(dbcw_host *h, void *arg, PGresult *result)
{
	scanning *s = arg;

	if (dbcw_pq.PQnfields(result) != s->ncolumns)
		dbc_fail(&h->base, DBC_CORRUPTED, NULL, NULL,
				 "the server returned %d columns instead of %d for a row",
				 dbcw_pq.PQnfields(result), s->ncolumns);
	make_room(&h->base, s, result);
	for (int i = 0; i < s->ncolumns; i++)
		s->values[i] = read_value(&h->base, s, result, i);
	s->row(&h->base, s->arg, s->values);
}

static void
scan(dbc_host *host, const char *query, const dbc_relation *table,
	 const dbc_sync_value *bounds, int nbounds,
	 void (*row)(dbc_host *, void *, const dbc_sync_value *), void *arg)
{
	scanning s = {.row = row, .arg = arg};
	const dbc_relation *relation = read_query(host, query, &s.ncolumns);

	(void) table;
	s.values = dbc_alloc(host, ((size_t) s.ncolumns + 1) * sizeof(*s.values));
	begin_query(host, relation, nbounds > 0);
	dbcw_stream(dbcw_of(host), query, read_bounds(host, bounds, nbounds),
				nbounds, read_row, &s);
	end_query(host);
}

/* A function that only reads has one snapshot. */
static void
hold(dbc_host *host)
{
	(void) host;
}

const dbc_sync_host dbcw_sync_host = {
	.scan = scan,
	.hold = hold,
};
